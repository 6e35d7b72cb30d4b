//! Index: which records hold an identifier. Derived from the records’ own lists.

use sea_orm::entity::prelude::*;

use crate::record::RecordType;
use crate::value::IdentifierScheme;

/// An identifier of a record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_identifier")]
pub struct Model {
    /// The record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
    /// The scheme.
    #[sea_orm(primary_key, auto_increment = false)]
    pub scheme: IdentifierScheme,
    /// The canonical form.
    #[sea_orm(primary_key, auto_increment = false)]
    pub value: String,
    /// The type of the record.
    pub record_type: RecordType,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
