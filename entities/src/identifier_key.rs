//! Strong identifiers as rows to lock, so that two writers of one identifier meet.

use sea_orm::entity::prelude::*;

use crate::value::IdentifierScheme;

/// A strong identifier.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "identifier_key")]
pub struct Model {
    /// The scheme.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme: IdentifierScheme,
    /// The canonical form.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    /// The transaction that last took it.
    pub tx_id: Uuid,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
