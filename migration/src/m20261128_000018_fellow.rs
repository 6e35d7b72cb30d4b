//! Who shares a partnership with whom, said once for all statements that ask.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// Who shares a partnership with whom, said once for all statements that ask.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

const UP: &[&str] = &["CREATE VIEW fellow AS
    SELECT mine.accepted_cluster_id AS cluster_id, theirs.id AS place_id,
        mine.partnership_id AS partnership_id, theirs.accepted_cluster_id AS fellow_id,
        theirs.accepted_at AS accepted_at
    FROM partnership_member AS mine
    JOIN partnership_member AS theirs ON theirs.partnership_id = mine.partnership_id
    JOIN partnership ON partnership.id = mine.partnership_id
    WHERE mine.accepted_cluster_id IS NOT NULL AND theirs.accepted_cluster_id IS NOT NULL
        AND partnership.dissolved_at IS NULL"];

const DOWN: &[&str] = &["DROP VIEW fellow"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, UP).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ddl::run(manager, DOWN).await
    }
}
