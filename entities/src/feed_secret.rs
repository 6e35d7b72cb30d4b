//! The secret with which cursors are signed: made once, so that restarts, several processes and
//! restored backups share it.

use sea_orm::entity::prelude::*;

/// The secret: one row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_secret")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// 32 random bytes, base64url.
    pub secret: String,
    /// When it was made.
    pub made_at: DateTimeUtc,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
