//! Which records a reader sees, or once could: the policy over the heads of the feed and over what
//! sight of records has ended.

use std::collections::HashMap;

use entities::change_head::{self, ChangeOp};
use entities::record::RecordType;
use entities::{past_sight, record_party};
use sea_orm::sea_query::{Alias, Condition, Expr, IntoIden};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select,
};
use uuid::Uuid;

use super::Position;
use crate::auth::Scope;
use crate::store::scope::{Shown, is_not, shown_to};
use crate::store::{one_of, past};

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
        .filter(past::was_seen(scope, &record(), 0))
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
        .filter(past::was_seen(scope, &record(), since))
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

/// Of these records, which the reader sees, those that it did not see all the time since a position:
/// a sight of them ended that did not include it, or it sees them only by a claim that began since.
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
    let mut hidden: Vec<Uuid> = past_sight::Entity::find()
        .filter(one_of(
            past_sight::Column::RecordId.into_expr(),
            records.clone(),
        ))
        .filter(past_sight::Column::Seq.gt(after))
        .filter(is_not(shown_to(scope, &shown)))
        .select_only()
        .column(past_sight::Column::RecordId)
        .distinct()
        .into_tuple()
        .all(db)
        .await?;
    if let Scope::Cluster(me) = scope {
        let shown = Shown::of_head(&Alias::new("change_head").into_iden()).but_for_claims();
        let claimed: Vec<Uuid> = record_party::Entity::find()
            .join(
                JoinType::InnerJoin,
                its_head::<record_party::Entity>(record_party::Column::RecordId),
            )
            .filter(one_of(record_party::Column::RecordId.into_expr(), records))
            .filter(record_party::Column::ClusterId.eq(*me))
            .filter(record_party::Column::Since.gt(after))
            .filter(is_not(shown_to(scope, &shown)))
            .select_only()
            .column(record_party::Column::RecordId)
            .distinct()
            .into_tuple()
            .all(db)
            .await?;
        hidden.extend(claimed);
    }
    Ok(hidden)
}

/// Whether the reader may see the record of a head now.
pub(super) fn is_seen(scope: &Scope) -> Condition {
    let shown = Shown::of_head(&Alias::new("change_head").into_iden());
    Condition::all()
        .add(change_head::Column::Op.eq(ChangeOp::Upsert))
        .add(shown_to(scope, &shown))
}

/// Whether the record of a head has gone although the reader is still a party of it; none: it is none.
pub(super) fn is_lost_to_party(scope: &Scope) -> Option<Condition> {
    let party = past::is_party_now(scope, &record())?;
    let gone = change_head::Column::Op.ne(ChangeOp::Upsert);
    Some(Condition::all().add(gone).add(party))
}

/// The records of which the reader lost sight after a position and that it does not see now, in the
/// order in which it lost them: the position of the change with which it did, and the head. A record
/// that it lost, saw again and lost again has both.
///
/// # Errors
/// When the database does.
pub(super) async fn lost(
    db: &impl ConnectionTrait,
    scope: &Scope,
    since: Position,
    types: Option<&[RecordType]>,
    limit: u64,
) -> Result<Vec<(Position, change_head::Model)>, DbErr> {
    let shown = Shown::of_past_sight(&Alias::new("past_sight").into_iden());
    let past = past_sight::Entity::find()
        .join(
            JoinType::InnerJoin,
            its_head::<past_sight::Entity>(past_sight::Column::RecordId),
        )
        .filter(past_sight::Column::Seq.gt(since))
        .filter(shown_to(scope, &shown))
        .order_by_asc(past_sight::Column::Seq)
        .select_only()
        .column(past_sight::Column::Seq)
        .column(past_sight::Column::RecordId);
    let mut lost = ends(db, scope, types, past, limit).await?;
    if let Scope::Cluster(me) = scope {
        let parted = record_party::Entity::find()
            .join(
                JoinType::InnerJoin,
                its_head::<record_party::Entity>(record_party::Column::RecordId),
            )
            .filter(record_party::Column::ClusterId.eq(*me))
            .filter(record_party::Column::Until.gt(since))
            .order_by_asc(record_party::Column::Until)
            .select_only()
            .column(record_party::Column::Until)
            .column(record_party::Column::RecordId);
        lost.extend(ends(db, scope, types, parted, limit).await?);
    }
    if lost.is_empty() {
        return Ok(Vec::new());
    }
    let records = lost.iter().map(|(_, record)| *record).collect();
    let heads: HashMap<Uuid, change_head::Model> = change_head::Entity::find()
        .filter(one_of(change_head::Column::RecordId.into_expr(), records))
        .all(db)
        .await?
        .into_iter()
        .map(|head| (head.record_id, head))
        .collect();
    let lost = lost.into_iter();
    Ok(lost
        .filter_map(|(position, record)| Some((position, heads.get(&record)?.clone())))
        .collect())
}

/// The positions at which sight of records ended, of those that the reader does not see now.
async fn ends<E: EntityTrait>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    types: Option<&[RecordType]>,
    mut ended: Select<E>,
    limit: u64,
) -> Result<Vec<(Position, Uuid)>, DbErr> {
    if let Some(types) = types {
        ended = ended.filter(change_head::Column::RecordType.is_in(types.iter().copied()));
    }
    ended
        .filter(is_not(is_seen(scope)))
        .distinct()
        .limit(limit)
        .into_tuple()
        .all(db)
        .await
}

/// From what names a record to the record's head.
fn its_head<E: EntityTrait>(record: E::Column) -> RelationDef {
    E::belongs_to(change_head::Entity)
        .from(record)
        .to(change_head::Column::RecordId)
        .into()
}

/// The record of a head.
fn record() -> Expr {
    Expr::col((change_head::Entity, change_head::Column::RecordId))
}
