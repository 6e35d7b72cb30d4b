//! What pushes need: where fields come from, answers to repeat, pairs to review, snapshots.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// What pushes need: where fields come from, answers to repeat, pairs to review, snapshots.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The tables of shared records.
const RECORDS: [&str; 7] = [
    "organisation",
    "cluster",
    "membership",
    "partnership",
    "partnership_member",
    "project",
    "participation",
];

const TABLES: &[&str] = &[
    "idempotency_key",
    "record_sign",
    "match_pair",
    "push_snapshot",
    "push_snapshot_row",
];

const UP: &[&str] = &[
    "CREATE TABLE idempotency_key (
        principal text NOT NULL,
        key {key} NOT NULL,
        request_hash text NOT NULL,
        answer {json} NOT NULL,
        created_at {time} NOT NULL,
        PRIMARY KEY (principal, key)
    )",
    "CREATE INDEX idempotency_key_created ON idempotency_key (created_at)",
    "CREATE TABLE record_sign (
        record_id {uuid} NOT NULL,
        sign {key} NOT NULL,
        PRIMARY KEY (record_id, sign)
    )",
    "CREATE INDEX record_sign_sign ON record_sign (sign, record_id)",
    "CREATE TABLE match_pair (
        own_id {uuid} NOT NULL,
        other_id {uuid} NOT NULL,
        cluster_id {uuid} NOT NULL,
        source_id {uuid} NOT NULL REFERENCES source (id),
        score integer NOT NULL,
        reasons {json} NOT NULL,
        hidden boolean NOT NULL,
        created_at {time} NOT NULL,
        settled_at {time},
        PRIMARY KEY (own_id, other_id)
    )",
    "CREATE INDEX match_pair_open ON match_pair (cluster_id, own_id) WHERE settled_at IS NULL",
    "CREATE TABLE push_snapshot (
        id {uuid} NOT NULL PRIMARY KEY,
        source_id {uuid} NOT NULL REFERENCES source (id),
        types {json} NOT NULL,
        started_at {time} NOT NULL,
        committed_at {time}
    )",
    "CREATE TABLE push_snapshot_row (
        snapshot_id {uuid} NOT NULL REFERENCES push_snapshot (id),
        record_type text NOT NULL,
        external_id {key} NOT NULL,
        PRIMARY KEY (snapshot_id, record_type, external_id)
    )",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in RECORDS {
            let column = "provenance {json} NOT NULL DEFAULT '{}'";
            let add = format!("ALTER TABLE {table} ADD COLUMN {column}");
            ddl::run(manager, &[&add]).await?;
        }
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, TABLES).await?;
        for table in RECORDS {
            let drop = format!("ALTER TABLE {table} DROP COLUMN provenance");
            ddl::run(manager, &[&drop]).await?;
        }
        Ok(())
    }
}
