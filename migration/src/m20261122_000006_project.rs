//! Projects and participations.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// Projects and participations.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &["project", "participation"];

const UP: &[&str] = &[
    "CREATE TABLE project ({envelope},
        acronym text,
        title text NOT NULL,
        name_key {key} NOT NULL,
        summary text,
        status text,
        starts_on {date},
        ends_on {date},
        signed_on {date},
        programme {key},
        funding_scheme {key},
        call text,
        call_topic text,
        total_cost_minor bigint,
        eu_contribution_minor bigint,
        currency text,
        keywords text,
        topics {json} NOT NULL,
        identifiers {json} NOT NULL,
        maturity {json} NOT NULL,
        partnership_id {uuid} REFERENCES partnership (id),
        website text,
        links {json} NOT NULL
    )",
    "CREATE INDEX project_name ON project (name_key, id)",
    "CREATE INDEX project_starts ON project (starts_on, id)",
    "CREATE TABLE participation ({envelope},
        project_id {uuid} NOT NULL REFERENCES project (id),
        organisation_id {uuid} NOT NULL REFERENCES organisation (id),
        role text NOT NULL,
        \"order\" integer,
        eu_contribution_minor bigint,
        net_eu_contribution_minor bigint,
        total_cost_minor bigint,
        currency text,
        terminated boolean,
        was_sme boolean
    )",
    "CREATE UNIQUE INDEX participation_place_unique ON participation (project_id, organisation_id, role, (coalesce(\"order\", 0))) WHERE archived_at IS NULL",
    "CREATE INDEX participation_project ON participation (project_id, \"order\", id)",
    "CREATE INDEX participation_organisation ON participation (organisation_id, id)",
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
