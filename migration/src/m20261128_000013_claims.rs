//! Claims on what is there already: each steward may have one record of a place, pairs that no source
//! brought, and keys to lock for places as for identifiers.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// One record of a place for each steward, pairs that no source brought, keys of places.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The indexes by which there is something once only, with what it is that there is once.
const ONCE: [(&str, &str, &str); 3] = [
    (
        "membership_start_unique",
        "membership",
        "cluster_id, organisation_id, (coalesce(starts_on, '0001-01-01'))",
    ),
    (
        "partnership_member_start_unique",
        "partnership_member",
        "partnership_id, organisation_id, (coalesce(starts_on, '0001-01-01'))",
    ),
    (
        "participation_place_unique",
        "participation",
        "project_id, organisation_id, role, (coalesce(\"order\", 0))",
    ),
];

const UP: &[&str] = &[
    "ALTER TABLE identifier_key RENAME TO lock_key",
    "ALTER TABLE lock_key RENAME COLUMN scheme TO kind",
    "CREATE TABLE match_pair_next (
        own_id {uuid} NOT NULL,
        other_id {uuid} NOT NULL,
        cluster_id {uuid},
        source_id {uuid} REFERENCES source (id),
        score integer NOT NULL,
        reasons {json} NOT NULL,
        hidden boolean NOT NULL,
        created_at {time} NOT NULL,
        settled_at {time},
        PRIMARY KEY (own_id, other_id)
    )",
    "INSERT INTO match_pair_next SELECT own_id, other_id, cluster_id, source_id, score, reasons,
        hidden, created_at, settled_at FROM match_pair",
    "DROP TABLE match_pair",
    "ALTER TABLE match_pair_next RENAME TO match_pair",
    "CREATE INDEX match_pair_open ON match_pair (cluster_id, own_id) WHERE settled_at IS NULL",
    "CREATE INDEX match_pair_other ON match_pair (other_id)",
];

/// Pairs that no source brought had no place before, and keys were those of identifiers alone.
const DOWN: &[&str] = &[
    "CREATE TABLE match_pair_former (
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
    "INSERT INTO match_pair_former SELECT own_id, other_id, cluster_id, source_id, score, reasons,
        hidden, created_at, settled_at FROM match_pair
        WHERE cluster_id IS NOT NULL AND source_id IS NOT NULL",
    "DROP TABLE match_pair",
    "ALTER TABLE match_pair_former RENAME TO match_pair",
    "CREATE INDEX match_pair_open ON match_pair (cluster_id, own_id) WHERE settled_at IS NULL",
    "DELETE FROM lock_key WHERE kind IN ('MEMBERSHIP', 'PARTNERSHIP_MEMBER', 'PARTICIPATION')",
    "ALTER TABLE lock_key RENAME COLUMN kind TO scheme",
    "ALTER TABLE lock_key RENAME TO identifier_key",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        once(manager, ", (coalesce(steward_id, {nil}))").await?;
        ddl::run(manager, UP).await
    }

    /// It refuses a database in which two stewards have a record of one place: one of them is archived
    /// first, since no migration writes a record.
    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, DOWN).await?;
        once(manager, "").await
    }
}

/// Makes the indexes anew, with these words behind what there is once.
async fn once(manager: &SchemaManager<'_>, also: &str) -> Result<(), DbErr> {
    for (index, table, place) in ONCE {
        let drop = format!("DROP INDEX {index}");
        let create = format!(
            "CREATE UNIQUE INDEX {index} ON {table} ({place}{also}) WHERE archived_at IS NULL"
        );
        ddl::run(manager, &[&drop, &create]).await?;
    }
    Ok(())
}
