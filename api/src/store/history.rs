//! The history of records: what the log says of each, as far as a viewer may see it.
//!
//! An entry is shown to those who could see the record in the state that the change left, and to its
//! parties then; the values before it to those who could see the state before. Which state that was
//! is in `past_sight`: the sight that ended first after the change, or else the one there is now.

use std::collections::HashMap;

use entities::{change_head, change_log, past_sight, record_party};
use sea_orm::sea_query::{
    Alias, Condition, DynIden, Expr, ExprTrait, IntoIden, Order, Query, SelectStatement,
    WindowStatement,
};
use sea_orm::{ConnectionTrait, DbErr, FromQueryResult, Iterable};
use uuid::Uuid;

use super::one_of;
use super::scope::{Shown, shown_to};
use crate::auth::Scope;

/// An entry of a history.
#[derive(Clone, Debug)]
pub struct HistoryEntry {
    /// What the log says.
    pub entry: change_log::Model,
    /// Whether the viewer may see the values before.
    pub shows_before: bool,
}

/// A part of the histories of some records, newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HistorySlice {
    /// Only what is older than this position.
    pub older_than: Option<i64>,
    /// Only what is newer than this position.
    pub newer_than: Option<i64>,
    /// How many entries of each record at most.
    pub limit: u64,
    /// Whether these are the oldest ones; else the newest.
    pub from_the_end: bool,
}

/// The histories of records that the viewer sees, newest first, in one statement.
///
/// # Errors
/// When the database does.
pub async fn histories(
    db: &impl ConnectionTrait,
    scope: &Scope,
    records: Vec<Uuid>,
    slice: HistorySlice,
) -> Result<HashMap<Uuid, Vec<HistoryEntry>>, DbErr> {
    use change_log::Column::{RecordId, Seq};
    let log = Alias::new("change_log").into_iden();
    let column = |column: change_log::Column| Expr::col((log.clone(), column));
    let nearest = if slice.from_the_end {
        Order::Asc
    } else {
        Order::Desc
    };
    let by_record = WindowStatement::partition_by((log.clone(), RecordId))
        .order_by((log.clone(), Seq), nearest)
        .take();
    let mut numbered = Query::select()
        .columns(change_log::Column::iter().map(|column| (log.clone(), column)))
        .expr_as(shows_before(scope, &log), Alias::new("shows_before"))
        .expr_window_as(Expr::cust("row_number()"), by_record, Alias::new("number"))
        .from(change_log::Entity)
        .and_where(one_of(column(RecordId), records))
        .cond_where(is_shown(scope, &log))
        .to_owned();
    if let Some(position) = slice.older_than {
        numbered.and_where(column(Seq).lt(position));
    }
    if let Some(position) = slice.newer_than {
        numbered.and_where(column(Seq).gt(position));
    }
    let limit = i64::try_from(slice.limit).unwrap_or(i64::MAX);
    let select = Query::select()
        .expr(Expr::cust("*"))
        .from_subquery(numbered, Alias::new("numbered"))
        .and_where(Expr::col(Alias::new("number")).lte(limit))
        .order_by(Seq, Order::Desc)
        .to_owned();
    let mut histories: HashMap<Uuid, Vec<HistoryEntry>> = HashMap::new();
    for row in db.query_all(&select).await? {
        let entry = change_log::Model::from_query_result(&row, "")?;
        let shows_before = row.try_get("", "shows_before")?;
        histories
            .entry(entry.record_id)
            .or_default()
            .push(HistoryEntry {
                entry,
                shows_before,
            });
    }
    Ok(histories)
}

/// Whether the viewer could see the record as a change left it. What takes a record away is shown to
/// those who could see it until then.
fn is_shown(scope: &Scope, log: &DynIden) -> Condition {
    let column = |column: change_log::Column| Expr::col((log.clone(), column));
    let (seq, record) = (
        column(change_log::Column::Seq),
        column(change_log::Column::RecordId),
    );
    let next = Alias::new("next").into_iden();
    let ends = |column| Expr::col((next.clone(), column));
    let takes_away = column(change_log::Column::Op).ne("UPSERT");
    let then = ends(past_sight::Column::Seq)
        .gt(seq.clone())
        .or(ends(past_sight::Column::Seq)
            .eq(seq.clone())
            .and(takes_away));
    let first_end = Query::select()
        .expr(ends(past_sight::Column::Seq).min())
        .from_as(past_sight::Entity, next.clone())
        .and_where(ends(past_sight::Column::RecordId).eq(record.clone()))
        .and_where(then.clone())
        .to_owned();
    let any_end = Query::select()
        .expr(Expr::value(1))
        .from_as(past_sight::Entity, next.clone())
        .and_where(ends(past_sight::Column::RecordId).eq(record.clone()))
        .and_where(then)
        .to_owned();
    let head = Alias::new("change_head").into_iden();
    let is_now = Query::select()
        .expr(Expr::value(1))
        .from(change_head::Entity)
        .and_where(Expr::col((head.clone(), change_head::Column::RecordId)).eq(record.clone()))
        .cond_where(shown_to(scope, &Shown::of_head(&head)))
        .to_owned();
    let now = Condition::all()
        .add(Expr::exists(any_end).not())
        .add(Expr::exists(is_now));
    let ended = Expr::exists(past(
        scope,
        Expr::SubQuery(None, Box::new(first_end.into())),
    ));
    let shown = Condition::any().add(ended).add(now);
    with_parties(scope, shown, record, |since, until| {
        since
            .lte(seq.clone())
            .and(until.clone().is_null().or(until.gt(seq.clone())))
    })
}

/// Whether the viewer could see the record as it was before a change.
fn shows_before(scope: &Scope, log: &DynIden) -> Condition {
    let column = |column: change_log::Column| Expr::col((log.clone(), column));
    let (seq, record) = (
        column(change_log::Column::Seq),
        column(change_log::Column::RecordId),
    );
    let here = Alias::new("here").into_iden();
    let ends_here = Query::select()
        .expr(Expr::value(1))
        .from_as(past_sight::Entity, here.clone())
        .and_where(Expr::col((here, past_sight::Column::Seq)).eq(seq.clone()))
        .to_owned();
    let shown = Condition::any()
        .add(Expr::exists(ends_here).not())
        .add(Expr::exists(past(scope, seq.clone())));
    with_parties(scope, shown, record, |since, until| {
        since
            .lt(seq.clone())
            .and(until.clone().is_null().or(until.gte(seq.clone())))
    })
}

/// The sights that ended at a position and showed the record to the viewer.
fn past(scope: &Scope, seq: Expr) -> SelectStatement {
    let past = Alias::new("past").into_iden();
    Query::select()
        .expr(Expr::value(1))
        .from_as(past_sight::Entity, past.clone())
        .and_where(Expr::col((past.clone(), past_sight::Column::Seq)).eq(seq))
        .cond_where(shown_to(scope, &Shown::of_past_sight(&past)))
        .to_owned()
}

/// The same, or whether the viewer was a party then.
fn with_parties(
    scope: &Scope,
    shown: Condition,
    record: Expr,
    then: impl Fn(Expr, Expr) -> Expr,
) -> Condition {
    let Scope::Cluster(me) = scope else {
        return shown;
    };
    let column = |column| Expr::col((record_party::Entity, column));
    let party = Query::select()
        .expr(Expr::value(1))
        .from(record_party::Entity)
        .and_where(column(record_party::Column::RecordId).eq(record))
        .and_where(column(record_party::Column::ClusterId).eq(Uuid::from(*me)))
        .and_where(then(
            column(record_party::Column::Since),
            column(record_party::Column::Until),
        ))
        .to_owned();
    shown.add(Expr::exists(party))
}
