//! Answers that are given again when a client repeats its request.

use sea_orm::entity::prelude::*;

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_key")]
pub struct Model {
    /// In whose name it was made.
    #[sea_orm(primary_key, auto_increment = false)]
    pub principal: String,
    /// The client's name for it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// A hash of what it asked for.
    pub request_hash: String,
    /// What it was told.
    pub answer: Json,
    /// When.
    pub created_at: DateTimeUtc,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
