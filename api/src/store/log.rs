//! Reading the log of changes.

use entities::change_head::ChangeOp;
use entities::change_log;
use entities::id::SourceId;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query, WindowStatement};
use sea_orm::{ConnectionTrait, DbErr, FromJsonQueryResult, FromQueryResult};
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

/// The latest changes of these records after a position, in order: so many of each record at most.
///
/// # Errors
/// When the database does.
pub async fn log_since(
    db: &impl ConnectionTrait,
    records: Vec<Uuid>,
    after: i64,
    of_each: i64,
) -> Result<Vec<LogLine>, DbErr> {
    use change_log::Column::{
        ChangedFields, ClientMutationId, Op, RecordId, Seq, SourceId, Version,
    };
    let number = || Alias::new("number");
    let latest_first = WindowStatement::partition_by(RecordId)
        .order_by(Seq, Order::Desc)
        .take();
    let numbered = Query::select()
        .columns([
            Seq,
            RecordId,
            Version,
            Op,
            ChangedFields,
            SourceId,
            ClientMutationId,
        ])
        .expr_window_as(Expr::cust("row_number()"), latest_first, number())
        .from(change_log::Entity)
        .and_where(one_of(Expr::col(RecordId), records))
        .and_where(Expr::col(Seq).gt(after))
        .to_owned();
    let lines = Query::select()
        .expr(Expr::cust("*"))
        .from_subquery(numbered, Alias::new("numbered"))
        .and_where(Expr::col(number()).lte(of_each))
        .order_by(Seq, Order::Asc)
        .to_owned();
    LogLine::find_by_statement(db.get_database_backend().build(&lines))
        .all(db)
        .await
}
