//! Sources, and what they said of records.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::id::SourceId;
use entities::record::{PartnershipIds, RecordType};
use entities::{source, source_record};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::{one_of, save};
use crate::auth::Principal;

/// What a source said of a record last.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceContent {
    /// The source's own id.
    pub external_id: String,
    /// The registry's record.
    pub record_id: Uuid,
    /// A hash of the content.
    pub hash: String,
    /// The fields that the source spoke about.
    pub content: serde_json::Value,
}

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
    let owner = match cluster_id {
        None => source::Column::ClusterId.is_null(),
        Some(cluster) => source::Column::ClusterId.eq(cluster),
    };
    source::Entity::find()
        .filter(source::Column::Name.eq(&name))
        .filter(owner)
        .one(tx)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound(name))
}

/// What a source said last under these ids of its own.
///
/// # Errors
/// When the database does.
pub async fn contents(
    db: &impl ConnectionTrait,
    source: SourceId,
    kind: RecordType,
    external_ids: Vec<String>,
) -> Result<HashMap<String, SourceContent>, DbErr> {
    let rows = source_record::Entity::find()
        .filter(source_record::Column::SourceId.eq(source))
        .filter(source_record::Column::RecordType.eq(kind))
        .filter(one_of(
            source_record::Column::ExternalId.into_expr(),
            external_ids,
        ))
        .all(db)
        .await?;
    let contents = rows.into_iter().map(|row| {
        let source_record::Model {
            external_id,
            record_id,
            content_hash: hash,
            content,
            ..
        } = row;
        (
            external_id.clone(),
            SourceContent {
                external_id,
                record_id,
                hash,
                content,
            },
        )
    });
    Ok(contents.collect())
}

/// Keeps what a source said.
///
/// # Errors
/// When the database does.
pub async fn save_contents(
    tx: &impl ConnectionTrait,
    source: SourceId,
    kind: RecordType,
    at: DateTime<Utc>,
    contents: Vec<SourceContent>,
) -> Result<(), DbErr> {
    let rows = contents.into_iter().map(|said| {
        let SourceContent {
            external_id,
            record_id,
            hash,
            content,
        } = said;
        source_record::ActiveModel {
            source_id: Set(source),
            record_type: Set(kind),
            external_id: Set(external_id),
            record_id: Set(record_id),
            content_hash: Set(hash),
            content: Set(content),
            retrieved_at: Set(at),
            visibility: Set(None),
            partnership_ids: Set(PartnershipIds::default()),
            source_updated_at: Set(None),
            claimed_at: Set(at),
            withdrawn_at: Set(None),
        }
    });
    let on_conflict = OnConflict::columns([
        source_record::Column::SourceId,
        source_record::Column::RecordType,
        source_record::Column::ExternalId,
    ])
    .update_columns([
        source_record::Column::ContentHash,
        source_record::Column::Content,
        source_record::Column::RetrievedAt,
    ])
    .to_owned();
    save::insert::<source_record::Entity>(tx, rows.collect(), Some(&on_conflict)).await
}

/// What sources said of these records that a principal may know of, oldest first: public sources, its
/// own, and for the operator all.
///
/// # Errors
/// When the database does.
pub async fn mentions(
    db: &impl ConnectionTrait,
    principal: Principal,
    records: Vec<Uuid>,
) -> Result<Vec<(source_record::Model, source::Model)>, DbErr> {
    let said = source_record::Entity::find()
        .filter(one_of(source_record::Column::RecordId.into_expr(), records))
        .filter(source_record::Column::WithdrawnAt.is_null())
        .all(db)
        .await?;
    let may_know = |source: &source::Model| match (principal, source.cluster_id) {
        (Principal::Operator, _) | (_, None) => true,
        (Principal::Cluster(me), Some(owner)) => me == owner,
        _ => false,
    };
    let sources: HashMap<SourceId, source::Model> = sources(db)
        .await?
        .into_iter()
        .filter(may_know)
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
