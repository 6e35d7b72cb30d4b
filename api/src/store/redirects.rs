//! Ids of records that have become part of others: they lead there for ever.

use std::collections::HashMap;

use entities::change_head;
use entities::record::RecordType;
use sea_orm::sea_query::{
    Alias, CommonTableExpression, Expr, ExprTrait, IntoIden, Query, UnionType, WithClause,
};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::past::was_seen;
use super::{existing, one_of};
use crate::auth::Scope;

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
    let mut led = redirected(db, known?).await?;
    if !led.is_empty() {
        let ends = led.values().copied().collect();
        let seen = existing(db, scope, kind, ends).await?;
        led.retain(|_, end| seen.contains(end));
    }
    Ok(led)
}

/// The records that these have become part of, and these in turn, to the last, in one statement. Those
/// that stand for themselves are missing.
///
/// # Errors
/// When the database does.
pub async fn redirected(
    db: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    use change_head::Column::{RecordId, ReplacedBy};
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let (led, further) = (|| Alias::new("led"), || Alias::new("further"));
    let head = |column| Expr::col((change_head::Entity, column));
    let end = || Expr::col((led(), Alias::new("led_to")));
    let first = Query::select()
        .columns([RecordId, ReplacedBy])
        .from(change_head::Entity)
        .and_where(one_of(head(RecordId), ids))
        .and_where(head(ReplacedBy).is_not_null())
        .to_owned();
    let next = Query::select()
        .column((led(), RecordId))
        .column((change_head::Entity, ReplacedBy))
        .from(led())
        .inner_join(change_head::Entity, head(RecordId).eq(end()))
        .and_where(head(ReplacedBy).is_not_null())
        .to_owned();
    let steps = CommonTableExpression::new()
        .table_name(led())
        .columns([Alias::new("record_id"), Alias::new("led_to")])
        .query(first.clone().union(UnionType::Distinct, next).to_owned())
        .to_owned();
    let goes_on = Query::select()
        .expr(Expr::value(1))
        .from_as(change_head::Entity, further())
        .and_where(Expr::col((further(), RecordId)).eq(end()))
        .and_where(Expr::col((further(), ReplacedBy)).is_not_null())
        .to_owned();
    let ends = Query::select()
        .columns([Alias::new("record_id"), Alias::new("led_to")])
        .from(led())
        .and_where(Expr::exists(goes_on).not())
        .to_owned()
        .with(WithClause::new().recursive(true).cte(steps).to_owned());
    let rows = db.query_all(&ends).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "record_id")?, row.try_get("", "led_to")?)))
        .collect()
}

/// Those of these records that have become part of others.
///
/// # Errors
/// When the database does.
pub async fn merged(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<Vec<Uuid>, DbErr> {
    Ok(redirected(db, ids).await?.into_keys().collect())
}
