//! What a reader lost sight of is found by where it did; the widest audience that a record ever had,
//! which does not tell that, goes. Signs are made anew: countries are no part of them any more.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// What a reader lost sight of is found by where it did.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &[
    "ALTER TABLE change_head DROP COLUMN audience_max",
    "CREATE INDEX record_party_ended ON record_party (cluster_id, until)
        WHERE until IS NOT NULL",
    // The registry fills this index when it starts.
    "DELETE FROM record_sign",
];

/// Which audience was the widest is not known any more: it counts as today's.
const DOWN: &[&str] = &[
    "DROP INDEX record_party_ended",
    "ALTER TABLE change_head ADD COLUMN audience_max text NOT NULL DEFAULT 'OWNER'",
    "UPDATE change_head SET audience_max = audience",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, DOWN).await
    }
}
