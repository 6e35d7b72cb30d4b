//! What a snapshot ended because it lacked it is marked, so that it can come back.

use sea_orm_migration::prelude::*;

use crate::ddl;

/// What a snapshot ended because it lacked it is marked, so that it can come back.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let add = "ALTER TABLE source_record ADD COLUMN lapsed_at {time}";
        ddl::run(manager, &[add]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let drop = "ALTER TABLE source_record DROP COLUMN lapsed_at";
        ddl::run(manager, &[drop]).await
    }
}
