//! Sources and what they say, and the keys of strong identifiers.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// Sources and what they say, and the keys of strong identifiers.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &[
    "source",
    "source_record",
    "identifier_key",
    "record_identifier",
    "record_classification",
];

const UP: &[&str] = &[
    "CREATE TABLE source (
        id {uuid} NOT NULL PRIMARY KEY,
        name text NOT NULL UNIQUE,
        licence text,
        url text,
        created_at {time} NOT NULL
    )",
    "CREATE TABLE source_record (
        source_id {uuid} NOT NULL REFERENCES source (id),
        record_type text NOT NULL,
        external_id {key} NOT NULL,
        record_id {uuid} NOT NULL,
        content_hash text NOT NULL,
        content {json} NOT NULL,
        retrieved_at {time} NOT NULL,
        PRIMARY KEY (source_id, record_type, external_id)
    )",
    "CREATE INDEX source_record_record ON source_record (record_id)",
    "CREATE TABLE identifier_key (
        scheme text NOT NULL,
        value {key} NOT NULL,
        tx_id {uuid} NOT NULL,
        PRIMARY KEY (scheme, value)
    )",
    "CREATE TABLE record_identifier (
        record_id {uuid} NOT NULL,
        scheme text NOT NULL,
        value {key} NOT NULL,
        record_type text NOT NULL,
        PRIMARY KEY (record_id, scheme, value)
    )",
    "CREATE INDEX record_identifier_value ON record_identifier (scheme, value, record_id)",
    "CREATE TABLE record_classification (
        record_id {uuid} NOT NULL,
        scheme text NOT NULL,
        term {key} NOT NULL,
        PRIMARY KEY (record_id, scheme, term)
    )",
    "CREATE INDEX record_classification_term ON record_classification (scheme, term, record_id)",
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
