//! The few words in which the two dialects of SQL differ.
//!
//! A migration is SQL with these words in braces. It never imports `entities`: it must mean the
//! same in two years, whatever the rows look like then.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// The columns of every shared record.
const ENVELOPE: &str = "
    id {uuid} NOT NULL PRIMARY KEY,
    version integer NOT NULL,
    created_at {time} NOT NULL,
    updated_at {time} NOT NULL,
    steward_id {uuid},
    visibility text NOT NULL,
    archived_at {time},
    findings {json} NOT NULL";

/// Runs statements, one after the other, in the dialect of the database.
///
/// # Errors
/// What the database says of a statement.
pub(crate) async fn run(manager: &SchemaManager<'_>, statements: &[&str]) -> Result<(), DbErr> {
    let db = manager.get_connection();
    for statement in statements {
        db.execute_unprepared(&words(statement, db.get_database_backend()))
            .await?;
    }
    Ok(())
}

/// Drops tables, the last made first.
///
/// # Errors
/// What the database says of a statement.
pub(crate) async fn drop_tables(manager: &SchemaManager<'_>, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables.iter().rev() {
        manager
            .get_connection()
            .execute_unprepared(&format!("DROP TABLE {table}"))
            .await?;
    }
    Ok(())
}

/// Whether the database is `PostgreSQL`.
pub(crate) fn is_postgres(manager: &SchemaManager<'_>) -> bool {
    manager.get_connection().get_database_backend() == DbBackend::Postgres
}

/// `{key}` is text that is compared byte by byte, so that both databases sort alike; `{nil}` is the id that
/// nothing has.
fn words(statement: &str, backend: DbBackend) -> String {
    let (uuid, json, time, date, key, nil) = match backend {
        DbBackend::Postgres => (
            "uuid",
            "jsonb",
            "timestamp with time zone",
            "date",
            "text COLLATE \"C\"",
            "'00000000-0000-0000-0000-000000000000'",
        ),
        _ => (
            "blob",
            "text",
            "text",
            "text",
            "text",
            "x'00000000000000000000000000000000'",
        ),
    };
    statement
        .replace("{envelope}", ENVELOPE)
        .replace("{uuid}", uuid)
        .replace("{json}", json)
        .replace("{time}", time)
        .replace("{date}", date)
        .replace("{key}", key)
        .replace("{nil}", nil)
}
