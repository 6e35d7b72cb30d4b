//! The log: one row for each position, for history, audit and answers as of a moment.

use sea_orm::entity::prelude::*;

use crate::change_head::ChangeOp;
use crate::id::SourceId;
use crate::record::RecordType;

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "change_log")]
pub struct Model {
    /// The position.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// The type of the record.
    pub record_type: RecordType,
    /// The record.
    pub record_id: Uuid,
    /// The version it got.
    pub version: i32,
    /// What was done.
    pub op: ChangeOp,
    /// The columns that changed.
    pub changed_fields: Json,
    /// Their values before.
    pub before: Json,
    /// Their values after.
    pub after: Json,
    /// Who did it.
    pub actor: String,
    /// The cluster or agency in whose name; none: the registry itself.
    pub principal_id: Option<Uuid>,
    /// How it came in.
    pub origin: String,
    /// The source from which it was pushed.
    pub source_id: Option<SourceId>,
    /// What the push called it.
    pub client_mutation_id: Option<String>,
    /// The network it came from; none: the registry’s own machine.
    pub network: Option<String>,
    /// The transaction it was part of.
    pub tx_id: Uuid,
    /// When, under the clock.
    pub at: DateTimeUtc,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
