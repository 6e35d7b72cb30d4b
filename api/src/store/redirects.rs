//! Ids of records that have become part of others: they lead there for ever.

use std::collections::HashMap;

use entities::change_head;
use entities::record::RecordType;
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, Query};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::past::was_seen;
use super::{existing, one_of};
use crate::auth::Scope;

/// How often a record that others became part of can have become part of another itself.
const MAX_STEPS: usize = 32;

/// The records that others of a type have become part of, by the ids of those: where a viewer sees the
/// one, and could see the other.
///
/// # Errors
/// When the database does.
pub async fn followed(
    db: &impl ConnectionTrait,
    scope: &Scope,
    kind: RecordType,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let table = Alias::new(kind.prefix()).into_iden();
    let id = Expr::col((table.clone(), Alias::new("id")));
    let known = Query::select()
        .expr_as(id.clone(), Alias::new("id"))
        .from(table.clone())
        .inner_join(
            change_head::Entity,
            Expr::col((change_head::Entity, change_head::Column::RecordId)).eq(id.clone()),
        )
        .and_where(one_of(id.clone(), ids))
        .and_where(Expr::col((change_head::Entity, change_head::Column::ReplacedBy)).is_not_null())
        .cond_where(was_seen(scope, &id, 0))
        .to_owned();
    let known = db.query_all(&known).await?;
    let known: Result<Vec<Uuid>, DbErr> = known.iter().map(|row| row.try_get("", "id")).collect();
    let mut led = ends(db, known?).await?;
    if !led.is_empty() {
        let ends = led.values().copied().collect();
        let seen = existing(db, scope, kind, ends).await?;
        led.retain(|_, end| seen.contains(end));
    }
    Ok(led)
}

/// The records that these have become part of, and these in turn, to the last. Those that stand for
/// themselves are missing.
///
/// # Errors
/// When the database does.
pub async fn ends(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    let mut led: HashMap<Uuid, Uuid> = HashMap::new();
    let mut ends = ids;
    for _ in 0..MAX_STEPS {
        let steps: HashMap<Uuid, Uuid> = next(db, std::mem::take(&mut ends)).await?;
        if steps.is_empty() {
            break;
        }
        for end in led.values_mut() {
            *end = steps.get(end).copied().unwrap_or(*end);
        }
        ends.extend(steps.values());
        for (from, to) in steps {
            led.entry(from).or_insert(to);
        }
    }
    Ok(led)
}

async fn next(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    use change_head::Column::{RecordId, ReplacedBy};
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Uuid)> = change_head::Entity::find()
        .filter(one_of(RecordId.into_expr(), ids))
        .filter(ReplacedBy.is_not_null())
        .select_only()
        .column(RecordId)
        .column(ReplacedBy)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Those of these records that have become part of others.
///
/// # Errors
/// When the database does.
pub async fn merged(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<Vec<Uuid>, DbErr> {
    Ok(next(db, ids).await?.into_keys().collect())
}
