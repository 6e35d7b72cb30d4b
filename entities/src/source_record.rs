//! What a source says of a record, under the source’s own id.

use sea_orm::entity::prelude::*;

use crate::id::SourceId;
use crate::record::RecordType;

/// A source’s record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source_record")]
pub struct Model {
    /// The source.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_id: SourceId,
    /// The type of the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_type: RecordType,
    /// The source’s own id, unique for source and type.
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
    /// The registry’s record.
    pub record_id: Uuid,
    /// A hash of what the source said last.
    pub content_hash: String,
    /// What the source said last: the fields it spoke about.
    pub content: Json,
    /// When that was.
    pub retrieved_at: DateTimeUtc,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
