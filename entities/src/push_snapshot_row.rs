//! What a snapshot has, by the source's own ids.

use sea_orm::entity::prelude::*;

use crate::record::RecordType;

/// A record that a snapshot has.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_snapshot_row")]
pub struct Model {
    /// The snapshot.
    #[sea_orm(primary_key, auto_increment = false)]
    pub snapshot_id: Uuid,
    /// The type of the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_type: RecordType,
    /// The source's own id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
