//! Index: the folded words of a record, for full-text search. Derived from the record.

use sea_orm::entity::prelude::*;

use crate::record::RecordType;

/// The words of a record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "search_document")]
pub struct Model {
    /// The record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
    /// The type of the record.
    pub record_type: RecordType,
    /// Its words, folded, with one space between them.
    pub words: String,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
