//! The counter that gives events their positions: taken last in a transaction and held to its end.

use sea_orm::entity::prelude::*;

/// The counter: one row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_clock")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// The last position given out.
    pub last_seq: i64,
    /// A random number that the names of people are made with.
    pub person_salt: Uuid,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
