//! Sync: whose sources are, what clusters claim, and who could see which record when.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// Sync: whose sources are, what clusters claim, and who could see which record when.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

/// The tables of shared records, with the names that the feed has for them.
const RECORDS: [(&str, &str); 7] = [
    ("organisation", "ORGANISATION"),
    ("cluster", "CLUSTER"),
    ("membership", "MEMBERSHIP"),
    ("partnership", "PARTNERSHIP"),
    ("partnership_member", "PARTNERSHIP_MEMBER"),
    ("project", "PROJECT"),
    ("participation", "PARTICIPATION"),
];

const TABLES: &[&str] = &["record_party", "past_sight", "feed_secret"];

/// SQLite drops no constraint, and a table only together with those that refer to it.
const SOURCES_UP: &[&str] = &[
    "CREATE TABLE source_next (
        id {uuid} NOT NULL PRIMARY KEY,
        name {key} NOT NULL,
        cluster_id {uuid},
        default_visibility text NOT NULL,
        licence text,
        url text,
        created_at {time} NOT NULL,
        last_push_at {time}
    )",
    "INSERT INTO source_next (id, name, default_visibility, licence, url, created_at)
        SELECT id, name, 'PARTNERS', licence, url, created_at FROM source",
    "CREATE TABLE source_record_next (
        source_id {uuid} NOT NULL REFERENCES source_next (id),
        record_type text NOT NULL,
        external_id {key} NOT NULL,
        record_id {uuid} NOT NULL,
        content_hash text NOT NULL,
        content {json} NOT NULL,
        retrieved_at {time} NOT NULL,
        visibility text,
        partnership_ids {json} NOT NULL,
        source_updated_at {time},
        claimed_at {time} NOT NULL,
        withdrawn_at {time},
        PRIMARY KEY (source_id, record_type, external_id)
    )",
    "INSERT INTO source_record_next (source_id, record_type, external_id, record_id, content_hash,
            content, retrieved_at, partnership_ids, claimed_at)
        SELECT source_id, record_type, external_id, record_id, content_hash, content, retrieved_at,
            '[]', retrieved_at
        FROM source_record",
    "DROP TABLE source_record",
    "DROP TABLE source",
    "ALTER TABLE source_next RENAME TO source",
    "ALTER TABLE source_record_next RENAME TO source_record",
    "CREATE INDEX source_record_record ON source_record (record_id)",
    // A public source has a name of its own among all, a cluster's among the cluster's.
    "CREATE UNIQUE INDEX source_name_public ON source (name) WHERE cluster_id IS NULL",
    "CREATE UNIQUE INDEX source_name_cluster ON source (cluster_id, name)
        WHERE cluster_id IS NOT NULL",
];

/// A source that a cluster owns had no place before: it goes, with what it claimed.
const SOURCES_DOWN: &[&str] = &[
    "CREATE TABLE source_former (
        id {uuid} NOT NULL PRIMARY KEY,
        name text NOT NULL UNIQUE,
        licence text,
        url text,
        created_at {time} NOT NULL
    )",
    "INSERT INTO source_former
        SELECT id, name, licence, url, created_at FROM source WHERE cluster_id IS NULL",
    "CREATE TABLE source_record_former (
        source_id {uuid} NOT NULL REFERENCES source_former (id),
        record_type text NOT NULL,
        external_id {key} NOT NULL,
        record_id {uuid} NOT NULL,
        content_hash text NOT NULL,
        content {json} NOT NULL,
        retrieved_at {time} NOT NULL,
        PRIMARY KEY (source_id, record_type, external_id)
    )",
    "INSERT INTO source_record_former
        SELECT source_id, record_type, external_id, record_id, content_hash, content, retrieved_at
        FROM source_record WHERE source_id IN (SELECT id FROM source_former)",
    "DROP TABLE source_record",
    "DROP TABLE source",
    "ALTER TABLE source_former RENAME TO source",
    "ALTER TABLE source_record_former RENAME TO source_record",
    "CREATE INDEX source_record_record ON source_record (record_id)",
];

const FEED_UP: &[&str] = &[
    "CREATE TABLE record_party (
        record_id {uuid} NOT NULL,
        cluster_id {uuid} NOT NULL,
        role text NOT NULL,
        since bigint NOT NULL,
        until bigint,
        PRIMARY KEY (record_id, cluster_id, role, since)
    )",
    // What a cluster is a party of now.
    "CREATE INDEX record_party_live ON record_party (cluster_id, role, record_id)
        WHERE until IS NULL",
    "INSERT INTO record_party (record_id, cluster_id, role, since)
        SELECT record_id, steward_id, 'STEWARD', seq FROM change_head
        WHERE steward_id IS NOT NULL",
    "CREATE TABLE past_sight (
        seq bigint NOT NULL,
        n integer NOT NULL,
        record_id {uuid} NOT NULL,
        audience text NOT NULL,
        steward_id {uuid},
        partnership_id {uuid},
        PRIMARY KEY (seq, n)
    )",
    "CREATE INDEX past_sight_record ON past_sight (record_id, seq)",
    // Who saw a record before today's sight of it began is not known in full: it counts as the
    // operator's, so that the history of a record shows nobody what was not meant for them.
    "INSERT INTO past_sight (seq, n, record_id, audience)
        SELECT seq, 0, record_id, 'OWNER' FROM change_log
        WHERE version > 1 AND (CAST(changed_fields AS text) LIKE '%\"visibility\"%'
            OR CAST(changed_fields AS text) LIKE '%\"partnership_ids\"%'
            OR CAST(changed_fields AS text) LIKE '%\"steward_id\"%'
            OR CAST(changed_fields AS text) LIKE '%\"archived_at\"%')",
    "CREATE TABLE feed_secret (
        id integer NOT NULL PRIMARY KEY CHECK (id = 1),
        secret text NOT NULL,
        made_at {time} NOT NULL
    )",
    "ALTER TABLE change_head ADD COLUMN partnership_ids {json} NOT NULL DEFAULT '[]'",
    "CREATE INDEX change_head_replaced_by ON change_head (replaced_by)
        WHERE replaced_by IS NOT NULL",
    "ALTER TABLE change_log ADD COLUMN principal_id {uuid}",
    "ALTER TABLE change_log ADD COLUMN source_id {uuid}",
    "ALTER TABLE change_log ADD COLUMN client_mutation_id text",
    "CREATE INDEX feed_term_start ON feed_term (start_seq, id)",
];

const FEED_DOWN: &[&str] = &[
    "DROP INDEX feed_term_start",
    "ALTER TABLE change_log DROP COLUMN client_mutation_id",
    "ALTER TABLE change_log DROP COLUMN source_id",
    "ALTER TABLE change_log DROP COLUMN principal_id",
    "DROP INDEX change_head_replaced_by",
    "ALTER TABLE change_head DROP COLUMN partnership_ids",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, SOURCES_UP).await?;
        ddl::run(manager, FEED_UP).await?;
        for (table, kind) in RECORDS {
            let take_over = format!(
                "UPDATE change_head SET partnership_ids =
                    (SELECT partnership_ids FROM {table} WHERE {table}.id = change_head.record_id)
                 WHERE record_type = '{kind}'
                    AND record_id IN (SELECT record_id FROM record_partnership)"
            );
            ddl::run(manager, &[&take_over]).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, FEED_DOWN).await?;
        ddl::drop_tables(manager, TABLES).await?;
        ddl::run(manager, SOURCES_DOWN).await
    }
}
