//! Which records a reader sees, or once could: the policy over the heads of the feed and over what
//! sight of records has ended.

use std::collections::HashMap;

use entities::change_head::{self, ChangeOp};
use entities::{past_sight, record_party};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, IntoIden, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::Position;
use crate::auth::Scope;
use crate::store::one_of;
use crate::store::scope::{Shown, shown_to};

/// The heads of those of these records that the reader could see at some time, under the rights that it
/// has now.
///
/// # Errors
/// When the database does.
pub async fn seen_once(
    db: &impl ConnectionTrait,
    scope: &Scope,
    records: Vec<Uuid>,
) -> Result<Vec<change_head::Model>, DbErr> {
    change_head::Entity::find()
        .filter(one_of(change_head::Column::RecordId.into_expr(), records))
        .filter(was_seen(scope, 0))
        .all(db)
        .await
}

/// The records that became part of these, at once or by way of others, of those that the reader could see
/// at some time since a position: each pair has the one that stayed, then the one that went.
///
/// # Errors
/// When the database does.
pub async fn merged_into(
    db: &impl ConnectionTrait,
    scope: &Scope,
    records: Vec<Uuid>,
    since: Position,
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    use change_head::Column::{RecordId, ReplacedBy, Seq};
    let mut stayed: HashMap<Uuid, Uuid> = HashMap::new();
    let mut into = records;
    while !into.is_empty() {
        let steps: Vec<(Uuid, Uuid)> = change_head::Entity::find()
            .filter(one_of(ReplacedBy.into_expr(), std::mem::take(&mut into)))
            .select_only()
            .columns([ReplacedBy, RecordId])
            .into_tuple()
            .all(db)
            .await?;
        for (to, from) in steps {
            let end = stayed.get(&to).copied().unwrap_or(to);
            stayed.insert(from, end);
            into.push(from);
        }
    }
    if stayed.is_empty() {
        return Ok(Vec::new());
    }
    let seen: Vec<Uuid> = change_head::Entity::find()
        .filter(one_of(
            RecordId.into_expr(),
            stayed.keys().copied().collect(),
        ))
        .filter(was_seen(scope, since))
        .order_by_asc(Seq)
        .select_only()
        .column(RecordId)
        .into_tuple()
        .all(db)
        .await?;
    let pairs = seen.into_iter();
    Ok(pairs
        .filter_map(|from| Some((*stayed.get(&from)?, from)))
        .collect())
}

/// Of these records those whose sight ended after a position and did not include the reader.
///
/// # Errors
/// When the database does.
pub async fn hidden_since(
    db: &impl ConnectionTrait,
    scope: &Scope,
    records: Vec<Uuid>,
    after: Position,
) -> Result<Vec<Uuid>, DbErr> {
    let shown = Shown::of_past_sight(&Alias::new("past_sight").into_iden());
    past_sight::Entity::find()
        .filter(one_of(past_sight::Column::RecordId.into_expr(), records))
        .filter(past_sight::Column::Seq.gt(after))
        .filter(shown_to(scope, &shown).not())
        .select_only()
        .column(past_sight::Column::RecordId)
        .distinct()
        .into_tuple()
        .all(db)
        .await
}

/// Whether the reader may see the record of a head now.
pub(super) fn is_seen(scope: &Scope) -> Condition {
    let shown = Shown::of_head(&Alias::new("change_head").into_iden());
    Condition::all()
        .add(change_head::Column::Op.eq(ChangeOp::Upsert))
        .add(shown_to(scope, &shown))
}

/// Whether the reader could see the record of a head at some time since a position: through a sight
/// that ended after it, or as a party.
pub(super) fn was_seen(scope: &Scope, since: Position) -> Condition {
    let record = || Expr::col((change_head::Entity, change_head::Column::RecordId));
    let past = Alias::new("past").into_iden();
    let shown = Query::select()
        .expr(Expr::value(1))
        .from_as(past_sight::Entity, past.clone())
        .and_where(Expr::col((past.clone(), past_sight::Column::RecordId)).eq(record()))
        .and_where(Expr::col((past.clone(), past_sight::Column::Seq)).gt(since))
        .cond_where(shown_to(scope, &Shown::of_past_sight(&past)))
        .to_owned();
    let shown = Condition::any().add(looked_up(shown));
    let Scope::Cluster(me) = scope else {
        return shown;
    };
    let party = |column| Expr::col((record_party::Entity, column));
    let until = || party(record_party::Column::Until);
    let party = Query::select()
        .expr(Expr::value(1))
        .from(record_party::Entity)
        .and_where(party(record_party::Column::RecordId).eq(record()))
        .and_where(party(record_party::Column::ClusterId).eq(Uuid::from(*me)))
        .and_where(until().is_null().or(until().gt(since)))
        .to_owned();
    shown.add(looked_up(party))
}

/// Whether there is such a row, looked up for each head by itself. Of `EXISTS`, `PostgreSQL` may make a
/// table of all that a cluster is a party of, which grows with the registry and not with the page.
fn looked_up(mut rows: SelectStatement) -> Expr {
    let first = rows.limit(1).to_owned();
    Expr::SubQuery(None, Box::new(first.into())).is_not_null()
}
