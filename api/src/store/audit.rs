//! The audit as one list: changes of records and events, the newest first.
//!
//! Each of the two logs is asked for a page of its own, with its own index, and the two are merged:
//! one statement over both would sort them whole.

use std::collections::VecDeque;
use std::sync::Arc;

use entities::audit_entry::{self, AuditLog};
use entities::audit_event::AuditKind;
use entities::change_head::ChangeOp;
use entities::{audit_event, change_log};
use sea_orm::sea_query::{
    Alias, Condition, DynIden, Expr, ExprTrait, IntoIden, Order, Query, SelectStatement,
};
use sea_orm::{
    ActiveEnum, ConnectionTrait, DbBackend, DbErr, FromQueryResult, IdenStatic, Iterable,
};

use super::filter::Dialect;
use super::{Filter, Key, Page, Slice, Test, scope};
use crate::auth::Scope;

type Entry = audit_entry::Model;

/// One page of the entries for which a filter of the columns of `audit_entry` holds.
///
/// # Errors
/// When the database does.
pub async fn audit_page(
    db: &impl ConnectionTrait,
    filter: &Filter,
    slice: &Slice,
) -> Result<Page<Entry>, DbErr> {
    let limit = usize::try_from(slice.limit).unwrap_or(usize::MAX);
    let mut found = Vec::new();
    for log in AuditLog::iter().filter(|log| may_hold(filter, &kinds(*log))) {
        let mut rows = matching(db.get_database_backend(), log, filter);
        let order = if slice.backwards {
            Order::Asc
        } else {
            Order::Desc
        };
        rows.columns(audit_entry::Column::iter())
            .cond_where(bounds(log, slice))
            .order_by(audit_entry::Column::At, order.clone())
            .order_by(audit_entry::Column::Seq, order)
            .limit(slice.limit.saturating_add(1));
        let rows = Entry::find_by_statement(db.get_database_backend().build(&rows));
        found.extend(rows.all(db).await?);
    }
    found.sort_by_key(|entry| std::cmp::Reverse(place(entry)));
    let more = found.len() > limit;
    let mut rows = VecDeque::from(found);
    while rows.len() > limit {
        // What is beyond the page lies at its far end.
        let _ = if slice.backwards {
            rows.pop_front()
        } else {
            rows.pop_back()
        };
    }
    let keys = |entry: &Entry| {
        [
            Key::Moment(entry.at),
            Key::Text(entry.log.to_value()),
            Key::Int(entry.seq),
        ]
    };
    Ok(Page {
        rows: rows
            .into_iter()
            .map(|entry| (keys(&entry).into(), Arc::new(entry)))
            .collect(),
        total: None,
        has_next: if slice.backwards {
            slice.before.is_some()
        } else {
            more
        },
        has_previous: if slice.backwards {
            more
        } else {
            slice.after.is_some()
        },
    })
}

/// How many entries there are for which a filter holds.
///
/// # Errors
/// When the database does.
pub async fn audit_count(db: &impl ConnectionTrait, filter: &Filter) -> Result<i64, DbErr> {
    let mut count = 0_i64;
    for log in AuditLog::iter().filter(|log| may_hold(filter, &kinds(*log))) {
        let mut rows = matching(db.get_database_backend(), log, filter);
        rows.expr(Expr::cust("count(*)"));
        let row = db.query_one(&rows).await?;
        let counted = row.map(|row| row.try_get_by_index::<i64>(0)).transpose()?;
        count = count.saturating_add(counted.unwrap_or(0));
    }
    Ok(count)
}

/// Whether a cursor has the shape that this list gives to its own.
#[must_use]
pub fn audit_cursors_fit(slice: &Slice) -> bool {
    let mut cursors = [&slice.after, &slice.before].into_iter().flatten();
    cursors.all(|keys| cursor(keys).is_some())
}

/// Where an entry stands.
fn place(entry: &Entry) -> (chrono::DateTime<chrono::Utc>, AuditLog, i64) {
    (entry.at, entry.log, entry.seq)
}

fn cursor(keys: &[Key]) -> Option<(chrono::DateTime<chrono::Utc>, AuditLog, i64)> {
    match keys {
        [Key::Moment(at), Key::Text(log), Key::Int(seq)] => {
            Some((*at, AuditLog::try_from_value(log).ok()?, *seq))
        }
        _ => None,
    }
}

/// The entries of one log between the cursors, which may stand in the other.
fn bounds(log: AuditLog, slice: &Slice) -> Condition {
    use audit_entry::Column::{At, Seq};
    let mut all = Condition::all();
    // The newest come first: what is after a cursor is older.
    if let Some((at, other, seq)) = slice.after.as_deref().and_then(cursor) {
        let or_now = match log.cmp(&other) {
            std::cmp::Ordering::Less => Expr::value(true),
            std::cmp::Ordering::Equal => Expr::col(Seq).lt(seq),
            std::cmp::Ordering::Greater => Expr::value(false),
        };
        let older = Expr::col(At).lt(at).or(or_now);
        all = all.add(Expr::col(At).lte(at)).add(older);
    }
    if let Some((at, other, seq)) = slice.before.as_deref().and_then(cursor) {
        let or_now = match log.cmp(&other) {
            std::cmp::Ordering::Less => Expr::value(false),
            std::cmp::Ordering::Equal => Expr::col(Seq).gt(seq),
            std::cmp::Ordering::Greater => Expr::value(true),
        };
        let newer = Expr::col(At).gt(at).or(or_now);
        all = all.add(Expr::col(At).gte(at)).add(newer);
    }
    all
}

/// The entries of one log for which a filter holds.
fn matching(backend: DbBackend, log: AuditLog, filter: &Filter) -> SelectStatement {
    let table = scope::table::<audit_entry::Entity>();
    let to = Dialect {
        backend,
        scope: &Scope::All,
    };
    Query::select()
        .from_subquery(entries(backend, log), table.clone())
        .cond_where(filter.condition(&to, &table, 0))
        .to_owned()
}

/// A log in the shape of `audit_entry`.
fn entries(backend: DbBackend, log: AuditLog) -> SelectStatement {
    use audit_entry::Column;
    let postgres = backend == DbBackend::Postgres;
    let table: DynIden = match log {
        AuditLog::Change => scope::table::<change_log::Entity>(),
        AuditLog::Event => scope::table::<audit_event::Entity>(),
    };
    let null = |ty: &str| {
        if postgres {
            Expr::cust(format!("NULL::{ty}"))
        } else {
            Expr::cust("NULL")
        }
    };
    let mut rows = Query::select();
    rows.from(table.clone());
    for column in Column::iter() {
        let own = || Expr::col((table.clone(), Alias::new(column.as_str()).into_iden()));
        let shown = match (column, log) {
            (Column::Log, _) => Expr::cust(format!("'{}'", log.to_value())),
            // As the indexes have it.
            (Column::Principal, _) if postgres => Expr::cust("split_part(actor, '/', 1)"),
            (Column::Principal, _) => Expr::cust("substr(actor, 1, instr(actor || '/', '/') - 1)"),
            (Column::Kind, AuditLog::Change) => {
                let cases = ChangeOp::iter()
                    .map(|op| format!("WHEN '{}' THEN '{}'", op.to_value(), kind(op).to_value()));
                let cases: Vec<_> = cases.collect();
                Expr::cust(format!("CASE op {} END", cases.join(" ")))
            }
            (Column::Details, AuditLog::Change) => Expr::col(change_log::Column::ChangedFields),
            (Column::Subject, AuditLog::Change)
            | (Column::Origin | Column::RecordType, AuditLog::Event) => null("text"),
            (Column::RecordId, AuditLog::Event) => null("uuid"),
            _ => own(),
        };
        rows.expr_as(shown, column);
    }
    rows
}

/// What an entry says of a change.
fn kind(op: ChangeOp) -> AuditKind {
    match op {
        ChangeOp::Upsert => AuditKind::RecordChanged,
        ChangeOp::Deleted => AuditKind::RecordArchived,
        ChangeOp::Merged => AuditKind::RecordMerged,
    }
}

/// The kinds of entries that a log can have.
fn kinds(log: AuditLog) -> Vec<sea_orm::Value> {
    let of_changes: Vec<_> = ChangeOp::iter().map(kind).collect();
    AuditKind::iter()
        .filter(|kind| of_changes.contains(kind) == (log == AuditLog::Change))
        .map(|kind| kind.to_value().into())
        .collect()
}

/// Whether entries of one of these kinds may pass a filter: a log that has none that do is not read.
fn may_hold(filter: &Filter, kinds: &[sea_orm::Value]) -> bool {
    let is_kind = |name: &str| name == audit_entry::Column::Kind.as_str();
    match filter {
        Filter::All(inner) => inner.iter().all(|one| may_hold(one, kinds)),
        Filter::Column(column, Test::Eq(wanted)) if is_kind(column) => kinds.contains(wanted),
        Filter::Column(column, Test::In(wanted)) if is_kind(column) => {
            kinds.iter().any(|kind| wanted.contains(kind))
        }
        _ => true,
    }
}
