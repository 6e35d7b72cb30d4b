//! Who could see a record once: through a sight of it that has ended, or as one of its parties. Former
//! ids lead on, and tombstones are shown, to those alone; this is the one place that says who they are.

use entities::{past_sight, record_party};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, IntoIden, Query, SelectStatement};
use uuid::Uuid;

use super::scope::{Shown, shown_to};
use crate::auth::Scope;

/// Whether a viewer could see a record at some time since a position, under the rights that it has now.
pub(crate) fn was_seen(scope: &Scope, record: &Expr, since: i64) -> Condition {
    let past = Alias::new("past").into_iden();
    let shown = Query::select()
        .expr(Expr::value(1))
        .from_as(past_sight::Entity, past.clone())
        .and_where(Expr::col((past.clone(), past_sight::Column::RecordId)).eq(record.clone()))
        .and_where(Expr::col((past.clone(), past_sight::Column::Seq)).gt(since))
        .cond_where(shown_to(scope, &Shown::of_past_sight(&past)))
        .to_owned();
    let until = || Expr::col((record_party::Entity, record_party::Column::Until));
    let then = until().is_null().or(until().gt(since));
    let was_party = is_party(scope, record, then);
    Condition::any().add(looked_up(shown)).add_option(was_party)
}

/// Whether a viewer is a party of a record now, whatever has become of it; none: it never can be one.
pub(crate) fn is_party_now(scope: &Scope, record: &Expr) -> Option<Expr> {
    let until = Expr::col((record_party::Entity, record_party::Column::Until));
    is_party(scope, record, until.is_null())
}

fn is_party(scope: &Scope, record: &Expr, then: Expr) -> Option<Expr> {
    let Scope::Cluster(me) = scope else {
        return None;
    };
    let column = |column| Expr::col((record_party::Entity, column));
    let party = Query::select()
        .expr(Expr::value(1))
        .from(record_party::Entity)
        .and_where(column(record_party::Column::RecordId).eq(record.clone()))
        .and_where(column(record_party::Column::ClusterId).eq(Uuid::from(*me)))
        .and_where(then)
        .to_owned();
    Some(looked_up(party))
}

/// Whether there is such a row, looked up for each record by itself. Of `EXISTS`, `PostgreSQL` may make
/// a table of all that a cluster is a party of, which grows with the registry and not with the page.
fn looked_up(mut rows: SelectStatement) -> Expr {
    let first = rows.limit(1).to_owned();
    Expr::SubQuery(None, Box::new(first.into())).is_not_null()
}
