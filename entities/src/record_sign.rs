//! Index: what an organisation may be recognised by, beside its identifiers. Derived from the records.

use sea_orm::entity::prelude::*;

/// Something by which a record may be recognised: its plain name, its web domain.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_sign")]
pub struct Model {
    /// The record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
    /// The sign, with its kind before it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sign: String,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
