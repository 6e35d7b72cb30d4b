//! The audit: where changes came from, a log of all that is no change, and the seals over both.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// The audit: where changes came from, a log of all that is no change, and the seals over both.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const TABLES: &[&str] = &["audit_clock", "audit_event", "audit_seal"];

const UP: &[&str] = &[
    "ALTER TABLE change_log ADD COLUMN network text",
    "CREATE TABLE audit_clock (
        id integer NOT NULL PRIMARY KEY CHECK (id = 1),
        last_seq bigint NOT NULL,
        person_salt {uuid} NOT NULL
    )",
    "CREATE TABLE audit_event (
        seq bigint NOT NULL PRIMARY KEY,
        kind text NOT NULL,
        actor text NOT NULL,
        network text,
        subject text,
        details {json} NOT NULL,
        at {time} NOT NULL
    )",
    "CREATE TABLE audit_seal (
        number bigint NOT NULL PRIMARY KEY,
        log {key} NOT NULL,
        seq bigint NOT NULL,
        hash text NOT NULL,
        UNIQUE (log, seq)
    )",
    // Both logs are read from the end, whole, of one principal, and of one kind.
    "CREATE INDEX change_log_at ON change_log (at, seq)",
    "CREATE INDEX change_log_principal ON change_log ({principal}, at, seq)",
    "CREATE INDEX audit_event_at ON audit_event (at, seq)",
    "CREATE INDEX audit_event_principal ON audit_event ({principal}, at, seq)",
    "CREATE INDEX audit_event_kind ON audit_event (kind, at, seq)",
];

const DOWN: &[&str] = &[
    "DROP INDEX change_log_principal",
    "DROP INDEX change_log_at",
    "ALTER TABLE change_log DROP COLUMN network",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // An actor is a principal, and perhaps a stroke with who spoke for it.
        let principal = if ddl::is_postgres(manager) {
            "split_part(actor, '/', 1)"
        } else {
            "substr(actor, 1, instr(actor || '/', '/') - 1)"
        };
        for statement in UP {
            ddl::run(manager, &[&statement.replace("{principal}", principal)]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::drop_tables(manager, TABLES).await?;
        ddl::run(manager, DOWN).await
    }
}
