//! Snapshots that sources push, and what they no longer have.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entities::id::{ClusterId, SourceId};
use entities::record::RecordType;
use entities::{membership, push_snapshot, push_snapshot_row, source_record};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, DbErr,
    EntityTrait, IntoActiveModel, JoinType, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
};
use uuid::Uuid;

use super::save;

/// Keeps a new snapshot.
///
/// # Errors
/// When the database does.
pub async fn insert_snapshot(
    tx: &impl ConnectionTrait,
    new: push_snapshot::Model,
) -> Result<(), DbErr> {
    let rows = vec![new.into_active_model().reset_all()];
    save::insert::<push_snapshot::Entity>(tx, rows, None).await
}

/// Drops the snapshots of a source that were never committed.
///
/// # Errors
/// When the database does.
pub async fn drop_open_snapshots(tx: &impl ConnectionTrait, source: SourceId) -> Result<(), DbErr> {
    let open = Condition::all()
        .add(push_snapshot::Column::SourceId.eq(source))
        .add(push_snapshot::Column::CommittedAt.is_null());
    let ids = Query::select()
        .column(push_snapshot::Column::Id)
        .from(push_snapshot::Entity)
        .cond_where(open.clone())
        .to_owned();
    push_snapshot_row::Entity::delete_many()
        .filter(push_snapshot_row::Column::SnapshotId.in_subquery(ids))
        .exec(tx)
        .await?;
    push_snapshot::Entity::delete_many()
        .filter(open)
        .exec(tx)
        .await?;
    Ok(())
}

/// A snapshot of a source.
///
/// # Errors
/// When the database does.
pub async fn snapshot(
    db: &impl ConnectionTrait,
    source: SourceId,
    id: Uuid,
) -> Result<Option<push_snapshot::Model>, DbErr> {
    push_snapshot::Entity::find_by_id(id)
        .filter(push_snapshot::Column::SourceId.eq(source))
        .one(db)
        .await
}

/// Closes a snapshot: no page comes any more.
///
/// # Errors
/// When the database does.
pub async fn close_snapshot(
    tx: &impl ConnectionTrait,
    id: Uuid,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    push_snapshot::Entity::update_many()
        .col_expr(push_snapshot::Column::CommittedAt, Expr::value(at))
        .filter(push_snapshot::Column::Id.eq(id))
        .exec(tx)
        .await?;
    push_snapshot_row::Entity::delete_many()
        .filter(push_snapshot_row::Column::SnapshotId.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes what a snapshot has.
///
/// # Errors
/// When the database does.
pub async fn note_in_snapshot(
    tx: &impl ConnectionTrait,
    snapshot: Uuid,
    had: BTreeSet<(RecordType, String)>,
) -> Result<(), DbErr> {
    use push_snapshot_row::Column::{ExternalId, RecordType, SnapshotId};
    let rows = had
        .into_iter()
        .map(|(kind, id)| push_snapshot_row::ActiveModel {
            snapshot_id: Set(snapshot),
            record_type: Set(kind),
            external_id: Set(id),
        });
    let on_conflict = OnConflict::columns([SnapshotId, RecordType, ExternalId])
        .update_column(ExternalId)
        .to_owned();
    save::insert::<push_snapshot_row::Entity>(tx, rows.collect(), Some(&on_conflict)).await
}

/// What a source claims that was there before a snapshot began.
fn claimed_before(snapshot: &push_snapshot::Model) -> Select<source_record::Entity> {
    use source_record::Column::{ClaimedAt, RecordType, SourceId, WithdrawnAt};
    source_record::Entity::find()
        .filter(SourceId.eq(snapshot.source_id))
        .filter(RecordType.is_in(snapshot.types.0.iter().copied()))
        .filter(WithdrawnAt.is_null())
        .filter(ClaimedAt.lt(snapshot.started_at))
}

/// How many records a source claimed before a snapshot.
///
/// # Errors
/// When the database does.
pub async fn claimed_before_snapshot(
    db: &impl ConnectionTrait,
    snapshot: &push_snapshot::Model,
) -> Result<u64, DbErr> {
    claimed_before(snapshot).count(db).await
}

/// What a source claimed before a snapshot and the snapshot does not have: type, external id.
///
/// # Errors
/// When the database does.
pub async fn missing_in_snapshot(
    db: &impl ConnectionTrait,
    snapshot: &push_snapshot::Model,
) -> Result<Vec<(RecordType, String)>, DbErr> {
    use source_record::Column::{ExternalId, RecordType};
    claimed_before(snapshot)
        .filter(is_missing(snapshot.id, RecordType, ExternalId))
        .order_by_asc(RecordType)
        .order_by_asc(ExternalId)
        .select_only()
        .column(RecordType)
        .column(ExternalId)
        .into_tuple()
        .all(db)
        .await
}

/// The memberships in a cluster that go on, and that a snapshot no longer has or whose organisations it
/// no longer has: their external ids.
///
/// # Errors
/// When the database does.
pub async fn ended_in_snapshot(
    db: &impl ConnectionTrait,
    snapshot: &push_snapshot::Model,
    cluster: ClusterId,
) -> Result<Vec<String>, DbErr> {
    use source_record::Column::{ExternalId, RecordId, RecordType as Kind, SourceId, WithdrawnAt};
    let of_missing = Query::select()
        .column((source_record::Entity, RecordId))
        .from(source_record::Entity)
        .and_where(SourceId.into_expr().eq(Uuid::from(snapshot.source_id)))
        .and_where(Kind.eq(RecordType::Organisation))
        .and_where(Kind.is_in(snapshot.types.0.iter().copied()))
        .and_where(WithdrawnAt.is_null())
        .and_where(source_record::Column::ClaimedAt.lt(snapshot.started_at))
        .and_where(is_missing(snapshot.id, Kind, ExternalId))
        .to_owned();
    let is_missing_itself = Condition::all()
        .add(Kind.is_in(snapshot.types.0.iter().copied()))
        .add(is_missing(snapshot.id, Kind, ExternalId));
    running_before(snapshot, cluster)
        .filter(
            Condition::any()
                .add(is_missing_itself)
                .add(membership::Column::OrganisationId.in_subquery(of_missing)),
        )
        .order_by_asc(ExternalId)
        .select_only()
        .column(ExternalId)
        .into_tuple()
        .all(db)
        .await
}

/// How many memberships in a cluster that go on a source claimed before a snapshot.
///
/// # Errors
/// When the database does.
pub async fn running_before_snapshot(
    db: &impl ConnectionTrait,
    snapshot: &push_snapshot::Model,
    cluster: ClusterId,
) -> Result<u64, DbErr> {
    running_before(snapshot, cluster).count(db).await
}

/// The memberships in a cluster that go on and that a source claims, before a snapshot began.
fn running_before(
    snapshot: &push_snapshot::Model,
    cluster: ClusterId,
) -> Select<source_record::Entity> {
    use source_record::Column::{ClaimedAt, RecordId, RecordType as Kind, SourceId, WithdrawnAt};
    let membership = source_record::Entity::belongs_to(membership::Entity)
        .from(RecordId)
        .to(membership::Column::Id);
    source_record::Entity::find()
        .join(JoinType::InnerJoin, membership.into())
        .filter(SourceId.eq(snapshot.source_id))
        .filter(Kind.eq(RecordType::Membership))
        .filter(WithdrawnAt.is_null())
        .filter(ClaimedAt.lt(snapshot.started_at))
        .filter(membership::Column::ClusterId.eq(cluster))
        .filter(membership::Column::EndsOn.is_null())
        .filter(membership::Column::ArchivedAt.is_null())
}

/// Whether a snapshot lacks what a claim speaks of.
fn is_missing(
    snapshot: Uuid,
    kind: source_record::Column,
    external_id: source_record::Column,
) -> Expr {
    use push_snapshot_row::Column::{ExternalId, RecordType, SnapshotId};
    let row = |column| Expr::col((push_snapshot_row::Entity, column));
    let had = Query::select()
        .expr(Expr::value(1))
        .from(push_snapshot_row::Entity)
        .and_where(row(SnapshotId).eq(snapshot))
        .and_where(row(RecordType).equals((source_record::Entity, kind)))
        .and_where(row(ExternalId).equals((source_record::Entity, external_id)))
        .to_owned();
    Expr::exists(had).not()
}
