//! Reading the log of changes.

use entities::change_head::ChangeOp;
use entities::change_log;
use entities::id::SourceId;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromJsonQueryResult, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::one_of;

/// Names of columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct ColumnNames(pub Vec<String>);

/// What the log says of a change, without the values.
#[derive(Clone, Debug, FromQueryResult)]
pub struct LogLine {
    /// The record.
    pub record_id: Uuid,
    /// The version it got.
    pub version: i32,
    /// What was done.
    pub op: ChangeOp,
    /// The columns that changed.
    pub changed_fields: ColumnNames,
    /// The source from which it was pushed.
    pub source_id: Option<SourceId>,
    /// What the push called it.
    pub client_mutation_id: Option<String>,
}

/// What changed in these records after a position, in order.
///
/// # Errors
/// When the database does.
pub async fn log_since(
    db: &impl ConnectionTrait,
    records: Vec<Uuid>,
    after: i64,
) -> Result<Vec<LogLine>, DbErr> {
    use change_log::Column::{
        ChangedFields, ClientMutationId, Op, RecordId, Seq, SourceId, Version,
    };
    change_log::Entity::find()
        .select_only()
        .columns([
            RecordId,
            Version,
            Op,
            ChangedFields,
            SourceId,
            ClientMutationId,
        ])
        .filter(one_of(RecordId.into_expr(), records))
        .filter(Seq.gt(after))
        .order_by_asc(Seq)
        .into_model()
        .all(db)
        .await
}
