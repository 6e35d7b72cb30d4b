//! Organisations.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// Organisations.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &["organisation"];

const UP: &[&str] = &[
    "CREATE TABLE organisation ({envelope},
        name text NOT NULL,
        name_key {key} NOT NULL,
        names {json} NOT NULL,
        kind text NOT NULL,
        other_kinds {json} NOT NULL,
        legal_status text,
        legal_form text,
        is_sme boolean,
        sizes {json} NOT NULL,
        country {key},
        region_code text,
        region_version integer,
        region_place {key},
        address {json} NOT NULL,
        location text,
        website text,
        links {json} NOT NULL,
        identifiers {json} NOT NULL,
        classifications {json} NOT NULL,
        description text
    )",
    "CREATE INDEX organisation_name ON organisation (name_key, id)",
    "CREATE INDEX organisation_place ON organisation (region_place, name_key, id)",
    "CREATE INDEX organisation_country ON organisation (country, name_key, id)",
    "CREATE INDEX organisation_updated ON organisation (updated_at, id)",
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
