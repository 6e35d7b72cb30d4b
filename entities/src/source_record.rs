//! What a source says of a record, under the source’s own id: its claim.

use sea_orm::entity::prelude::*;

use crate::id::SourceId;
use crate::record::{PartnershipIds, RecordType, Visibility};

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
    /// Who may see the claim; none: who may see the record.
    pub visibility: Option<Visibility>,
    /// The partnerships that the claim is meant for; none: all that the source’s owner shares.
    #[sea_orm(column_type = "JsonBinary")]
    pub partnership_ids: PartnershipIds,
    /// When the source itself last changed it.
    pub source_updated_at: Option<DateTimeUtc>,
    /// When the source first spoke of the record.
    pub claimed_at: DateTimeUtc,
    /// When the source withdrew what it said; none: it stands.
    pub withdrawn_at: Option<DateTimeUtc>,
    /// When a snapshot of the source that lacked the record ended it; none: the source speaks for itself.
    pub lapsed_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
