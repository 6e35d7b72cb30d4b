//! The feed: the clock, its terms, the heads and the log.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// The feed: the clock, its terms, the heads and the log.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &["feed_clock", "feed_term", "change_head", "change_log"];

const UP: &[&str] = &[
    "CREATE TABLE feed_clock (
        id integer NOT NULL PRIMARY KEY CHECK (id = 1),
        last_seq bigint NOT NULL,
        term_id {uuid} NOT NULL,
        last_at {time} NOT NULL
    )",
    "CREATE TABLE feed_term (
        id {uuid} NOT NULL PRIMARY KEY,
        start_seq bigint NOT NULL,
        started_at {time} NOT NULL
    )",
    "CREATE TABLE change_head (
        record_id {uuid} NOT NULL PRIMARY KEY,
        record_type text NOT NULL,
        seq bigint NOT NULL UNIQUE,
        op text NOT NULL,
        replaced_by {uuid},
        version integer NOT NULL,
        steward_id {uuid},
        audience text NOT NULL,
        audience_max text NOT NULL,
        origin text NOT NULL,
        tx_id {uuid} NOT NULL,
        changed_at {time} NOT NULL
    )",
    "CREATE TABLE change_log (
        seq bigint NOT NULL PRIMARY KEY,
        record_type text NOT NULL,
        record_id {uuid} NOT NULL,
        version integer NOT NULL,
        op text NOT NULL,
        changed_fields {json} NOT NULL,
        before {json} NOT NULL,
        after {json} NOT NULL,
        actor text NOT NULL,
        origin text NOT NULL,
        tx_id {uuid} NOT NULL,
        at {time} NOT NULL
    )",
    "CREATE INDEX change_log_record ON change_log (record_id, seq)",
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
