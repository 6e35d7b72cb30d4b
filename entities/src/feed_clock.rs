//! The one counter that orders all changes: taken last in a transaction and held to its end.

use sea_orm::entity::prelude::*;

/// The clock: one row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_clock")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The last position given out.
    pub last_seq: i64,
    /// The term that gives out positions now.
    pub term_id: Uuid,
    /// When the last position was given out; never goes backwards.
    pub last_at: DateTimeUtc,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
