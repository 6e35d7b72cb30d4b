//! Sources.

use chrono::{DateTime, Utc};
use entities::id::{ClusterId, SourceId};
use entities::record::RecordType;
use entities::{source, source_record};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};

use super::filter::storable;
use super::save;

/// Finds a source of an owner by its name, or registers it; what is said of it is as said now.
///
/// # Errors
/// When the database does.
pub async fn ensure_source(
    tx: &impl ConnectionTrait,
    new: source::Model,
) -> Result<source::Model, DbErr> {
    let source::Model {
        id,
        name,
        cluster_id,
        default_visibility,
        licence,
        url,
        created_at,
        last_push_at,
    } = new;
    let row = source::ActiveModel {
        id: Set(id),
        name: Set(name.clone()),
        cluster_id: Set(cluster_id),
        default_visibility: Set(default_visibility),
        licence: Set(licence),
        url: Set(url),
        created_at: Set(created_at),
        last_push_at: Set(last_push_at),
    };
    // Each index of names is for public sources or for those of clusters.
    let (columns, owned) = match cluster_id {
        None => (
            vec![source::Column::Name],
            source::Column::ClusterId.is_null(),
        ),
        Some(_) => (
            vec![source::Column::ClusterId, source::Column::Name],
            source::Column::ClusterId.is_not_null(),
        ),
    };
    let on_conflict = OnConflict::columns(columns)
        .target_and_where(owned)
        .update_columns([
            source::Column::DefaultVisibility,
            source::Column::Licence,
            source::Column::Url,
        ])
        .to_owned();
    save::insert::<source::Entity>(tx, vec![row], Some(&on_conflict)).await?;
    self::source(tx, cluster_id, &name)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(name))
}

/// A source by its name, among those of an owner.
///
/// # Errors
/// When the database does.
pub async fn source(
    db: &impl ConnectionTrait,
    owner: Option<ClusterId>,
    name: &str,
) -> Result<Option<source::Model>, DbErr> {
    let owned = match owner {
        None => source::Column::ClusterId.is_null(),
        Some(cluster) => source::Column::ClusterId.eq(cluster),
    };
    source::Entity::find()
        .filter(source::Column::Name.eq(storable(&name.into())))
        .filter(owned)
        .one(db)
        .await
}

/// Lets one writer of a source after the other: who waits sees what the one before claimed.
///
/// # Errors
/// When the database does.
pub async fn take_source(
    tx: &impl ConnectionTrait,
    source: SourceId,
    pushed_at: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    let at = match pushed_at {
        Some(at) => Expr::value(at),
        None => source::Column::LastPushAt.into_expr(),
    };
    source::Entity::update_many()
        .col_expr(source::Column::LastPushAt, at)
        .filter(source::Column::Id.eq(source))
        .exec(tx)
        .await?;
    Ok(())
}

/// The clusters that sources belong to; none: a source is public.
///
/// # Errors
/// When the database does.
pub async fn owners(
    db: &impl ConnectionTrait,
    ids: Vec<SourceId>,
) -> Result<Vec<Option<ClusterId>>, DbErr> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    source::Entity::find()
        .filter(source::Column::Id.is_in(ids))
        .select_only()
        .column(source::Column::ClusterId)
        .into_tuple()
        .all(db)
        .await
}

/// The ids under which a source knows records of a type: for what a newer file lacks.
///
/// # Errors
/// When the database does.
pub async fn external_ids(
    db: &impl ConnectionTrait,
    source: SourceId,
    kind: RecordType,
) -> Result<Vec<String>, DbErr> {
    source_record::Entity::find()
        .filter(source_record::Column::SourceId.eq(source))
        .filter(source_record::Column::RecordType.eq(kind))
        .select_only()
        .column(source_record::Column::ExternalId)
        .into_tuple()
        .all(db)
        .await
}
