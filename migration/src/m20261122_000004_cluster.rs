//! Clusters and memberships.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// Clusters and memberships.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &["cluster", "membership"];

const UP: &[&str] = &[
    "CREATE TABLE cluster ({envelope},
        organisation_id {uuid} NOT NULL REFERENCES organisation (id),
        name text NOT NULL,
        name_key {key} NOT NULL,
        acronym text,
        country {key},
        region_code text,
        region_version integer,
        region_place {key},
        year_founded integer,
        management_label text,
        website text,
        links {json} NOT NULL,
        declared {json} NOT NULL,
        classifications {json} NOT NULL,
        description text
    )",
    "CREATE UNIQUE INDEX cluster_organisation_unique ON cluster (organisation_id) WHERE archived_at IS NULL",
    "CREATE INDEX cluster_name ON cluster (name_key, id)",
    "CREATE TABLE membership ({envelope},
        cluster_id {uuid} NOT NULL REFERENCES cluster (id),
        organisation_id {uuid} NOT NULL REFERENCES organisation (id),
        category text,
        applied_on {date},
        starts_on {date},
        ends_on {date},
        end_reason text
    )",
    "CREATE UNIQUE INDEX membership_start_unique ON membership (cluster_id, organisation_id, (coalesce(starts_on, '0001-01-01'))) WHERE archived_at IS NULL",
    "CREATE INDEX membership_organisation ON membership (organisation_id, id)",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, TABLES).await
    }
}
