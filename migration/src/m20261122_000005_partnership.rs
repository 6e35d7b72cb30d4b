//! Partnerships and their members.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// Partnerships and their members.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &["partnership", "partnership_member"];

const UP: &[&str] = &[
    "CREATE TABLE partnership ({envelope},
        acronym text,
        title text NOT NULL,
        name_key {key} NOT NULL,
        programme text,
        funding_status text,
        status text,
        starts_on {date},
        duration_months integer,
        origin text,
        objectives {json} NOT NULL,
        expected_results {json} NOT NULL,
        declared_partner_count integer,
        declared_sme_count integer,
        links {json} NOT NULL,
        classifications {json} NOT NULL,
        website text
    )",
    "CREATE INDEX partnership_name ON partnership (name_key, id)",
    "CREATE TABLE partnership_member ({envelope},
        partnership_id {uuid} NOT NULL REFERENCES partnership (id),
        organisation_id {uuid} NOT NULL REFERENCES organisation (id),
        role text,
        starts_on {date},
        ends_on {date}
    )",
    "CREATE UNIQUE INDEX partnership_member_start_unique ON partnership_member (partnership_id, organisation_id, (coalesce(starts_on, '0001-01-01'))) WHERE archived_at IS NULL",
    "CREATE INDEX partnership_member_organisation ON partnership_member (organisation_id, id)",
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
