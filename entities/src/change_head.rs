//! The state feed: one row for each record ever seen, at its latest position.

use sea_orm::entity::prelude::*;

use crate::id::ClusterId;
use crate::record::{PartnershipIds, RecordType, Visibility};
use crate::value::text_enum;

text_enum! {
    /// What a change did.
    ChangeOp {
        /// The record was created, changed or restored.
        Upsert,
        /// The record was archived.
        Deleted,
        /// The record was merged into another.
        Merged,
    }
}

/// The latest change of a record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_head")]
pub struct Model {
    /// The record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
    /// Its type.
    pub record_type: RecordType,
    /// The position of its latest change.
    pub seq: i64,
    /// What that did.
    pub op: ChangeOp,
    /// The record it was merged into.
    pub replaced_by: Option<Uuid>,
    /// The version it has there.
    pub version: i32,
    /// Its steward; none: the registry itself.
    pub steward_id: Option<ClusterId>,
    /// Who may see it.
    pub audience: Visibility,
    /// The partnerships through which partners see it; none: all that its steward shares.
    #[sea_orm(column_type = "JsonBinary")]
    pub partnership_ids: PartnershipIds,
    /// How the change came in.
    pub origin: String,
    /// The transaction it was part of.
    pub tx_id: Uuid,
    /// When it was made, under the clock.
    pub changed_at: DateTimeUtc,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
