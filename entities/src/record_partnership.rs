//! Index: which records are meant for which partnerships. Derived from the records’ own lists.

use sea_orm::entity::prelude::*;

use crate::id::PartnershipId;
use crate::record::RecordType;

/// A partnership that a record names.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_partnership")]
pub struct Model {
    /// The record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
    /// The partnership.
    #[sea_orm(primary_key, auto_increment = false)]
    pub partnership_id: PartnershipId,
    /// The type of the record.
    pub record_type: RecordType,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
