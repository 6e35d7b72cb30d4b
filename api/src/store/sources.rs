//! Sources, and what they said of records.

use std::collections::HashMap;

use entities::id::{ClusterId, SourceId};
use entities::record::RecordType;
use entities::{source, source_record};
use sea_orm::sea_query::{OnConflict, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{one_of, save};
use crate::auth::Principal;

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
        .filter(source::Column::Name.eq(name))
        .filter(owned)
        .one(db)
        .await
}

/// What sources said of these records, oldest first.
///
/// # Errors
/// When the database does.
pub async fn mentions(
    db: &impl ConnectionTrait,
    records: Vec<Uuid>,
) -> Result<Vec<(source_record::Model, source::Model)>, DbErr> {
    let said = source_record::Entity::find()
        .filter(one_of(source_record::Column::RecordId.into_expr(), records))
        .filter(source_record::Column::WithdrawnAt.is_null())
        .all(db)
        .await?;
    let sources: HashMap<SourceId, source::Model> = sources(db)
        .await?
        .into_iter()
        .map(|source| (source.id, source))
        .collect();
    let mut mentions: Vec<_> = said
        .into_iter()
        .filter_map(|row| Some((sources.get(&row.source_id)?.clone(), row)))
        .map(|(source, row)| (row, source))
        .collect();
    mentions.sort_by(|(a, _), (b, _)| {
        (a.retrieved_at, &a.external_id).cmp(&(b.retrieved_at, &b.external_id))
    });
    Ok(mentions)
}

/// All sources: a handful.
///
/// # Errors
/// When the database does.
async fn sources(db: &impl ConnectionTrait) -> Result<Vec<source::Model>, DbErr> {
    source::Entity::find().all(db).await
}

/// How many records a source speaks of, by their ids of its own: for what a newer file lacks.
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

/// The sources that are a principal's own: a cluster's, and of the operator the public ones.
///
/// # Errors
/// When the database does.
pub async fn sources_of(
    db: &impl ConnectionTrait,
    principal: Principal,
) -> Result<Vec<source::Model>, DbErr> {
    let Some(own) = own(principal) else {
        return Ok(Vec::new());
    };
    source::Entity::find()
        .filter(own)
        .order_by_asc(source::Column::Name)
        .all(db)
        .await
}

/// The ids under which a principal's own sources know records: source, id.
///
/// # Errors
/// When the database does.
pub async fn own_external_ids(
    db: &impl ConnectionTrait,
    principal: Principal,
    records: &[Uuid],
) -> Result<HashMap<Uuid, Vec<(String, String)>>, DbErr> {
    let mut ids: HashMap<Uuid, Vec<(String, String)>> = HashMap::new();
    let Some(own) = own(principal).filter(|_| !records.is_empty()) else {
        return Ok(ids);
    };
    let source = source_record::Entity::belongs_to(source::Entity)
        .from(source_record::Column::SourceId)
        .to(source::Column::Id);
    let record = source_record::Column::RecordId;
    let rows = source_record::Entity::find()
        .join(JoinType::InnerJoin, source.into())
        .filter(own)
        .filter(one_of(record.into_expr(), records.to_vec()))
        .filter(source_record::Column::WithdrawnAt.is_null())
        .order_by_asc(source::Column::Name)
        .order_by_asc(source_record::Column::ExternalId)
        .select_only()
        .column(record)
        .column(source::Column::Name)
        .column(source_record::Column::ExternalId)
        .into_tuple::<(Uuid, String, String)>()
        .all(db)
        .await?;
    for (record, source, id) in rows {
        ids.entry(record).or_default().push((source, id));
    }
    Ok(ids)
}

/// Whether a source is a principal's own; none where it has none.
fn own(principal: Principal) -> Option<SimpleExpr> {
    match principal {
        Principal::Cluster(id) => Some(source::Column::ClusterId.eq(id)),
        Principal::Operator => Some(source::Column::ClusterId.is_null()),
        Principal::Agency(_) | Principal::Anonymous => None,
    }
}
