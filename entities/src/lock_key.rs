//! What there is once only as rows to lock, so that two writers of one thing meet: strong identifiers, and
//! the places of records between two others.

use sea_orm::entity::prelude::*;

/// Something that there is once only.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "lock_key")]
pub struct Model {
    /// The scheme of an identifier, or the type of a record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: String,
    /// The identifier in canonical form, or the place of the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    /// The transaction that last took it.
    pub tx_id: Uuid,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
