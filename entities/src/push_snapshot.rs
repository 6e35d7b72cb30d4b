//! Snapshots: pushes of all that a source has, page by page, so that what it no longer has is found.

use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::SourceId;
use crate::record::RecordType;

/// Types of records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct RecordTypes(pub Vec<RecordType>);

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "push_snapshot")]
pub struct Model {
    /// Its id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The source.
    pub source_id: SourceId,
    /// The types of which it has all records.
    #[sea_orm(column_type = "JsonBinary")]
    pub types: RecordTypes,
    /// When it began.
    pub started_at: DateTimeUtc,
    /// When it was whole; none: pages may still come.
    pub committed_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
