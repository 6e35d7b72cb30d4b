//! Terms: one for each start of a process, so that a restored database is noticed.

use sea_orm::entity::prelude::*;

/// A term.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "feed_term")]
pub struct Model {
    /// A random id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The last position before the term began.
    pub start_seq: i64,
    /// When it began.
    pub started_at: DateTimeUtc,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
