//! Index: which records are filed under a term. Derived from the records’ own lists.

use sea_orm::entity::prelude::*;

use crate::value::ConceptScheme;

/// A term of a record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_classification")]
pub struct Model {
    /// The record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
    /// The scheme.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme: ConceptScheme,
    /// The code, or the label of free text.
    #[sea_orm(primary_key, auto_increment = false)]
    pub term: String,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
