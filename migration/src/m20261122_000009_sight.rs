//! What partners see: which places were accepted, and which partnerships a record is meant for.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// What partners see: which places were accepted, and which partnerships a record is meant for.
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

const UP: &[&str] = &[
    "ALTER TABLE partnership ADD COLUMN dissolved_at {time}",
    "ALTER TABLE partnership_member ADD COLUMN accepted_cluster_id {uuid}",
    "ALTER TABLE partnership_member ADD COLUMN accepted_at {time}",
    "ALTER TABLE partnership_member ADD COLUMN left_at {time}",
    // A viewer's own places, and those of the others in a partnership: no other is of interest.
    "CREATE INDEX partnership_member_accepted
        ON partnership_member (accepted_cluster_id, partnership_id)
        WHERE accepted_cluster_id IS NOT NULL",
    "CREATE INDEX partnership_member_fellows
        ON partnership_member (partnership_id, accepted_cluster_id)
        WHERE accepted_cluster_id IS NOT NULL",
    "CREATE TABLE record_partnership (
        record_id {uuid} NOT NULL,
        partnership_id {uuid} NOT NULL,
        record_type text NOT NULL,
        PRIMARY KEY (record_id, partnership_id)
    )",
    "CREATE INDEX record_partnership_partnership ON record_partnership (partnership_id, record_id)",
];

const DOWN: &[&str] = &[
    "DROP TABLE record_partnership",
    "DROP INDEX partnership_member_fellows",
    "DROP INDEX partnership_member_accepted",
    "ALTER TABLE partnership_member DROP COLUMN left_at",
    "ALTER TABLE partnership_member DROP COLUMN accepted_at",
    "ALTER TABLE partnership_member DROP COLUMN accepted_cluster_id",
    "ALTER TABLE partnership DROP COLUMN dissolved_at",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in RECORDS {
            let column = "partnership_ids {json} NOT NULL DEFAULT '[]'";
            let add = format!("ALTER TABLE {table} ADD COLUMN {column}");
            ddl::run(manager, &[&add]).await?;
        }
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, DOWN).await?;
        for table in RECORDS {
            let drop = format!("ALTER TABLE {table} DROP COLUMN partnership_ids");
            ddl::run(manager, &[&drop]).await?;
        }
        Ok(())
    }
}
