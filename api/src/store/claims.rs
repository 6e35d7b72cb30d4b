//! Claims: what sources say of records.

use std::collections::{BTreeSet, HashMap};

use entities::id::{ClusterId, SourceId};
use entities::record::RecordType;
use entities::{source, source_record};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel, Iterable,
    QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::filter::storable;
use super::{one_of, save};

/// What a source says of a record, and whose source it is.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceClaim {
    /// What it says.
    pub row: source_record::Model,
    /// The cluster that the source belongs to; none: it is public.
    pub cluster: Option<ClusterId>,
}

impl SourceClaim {
    /// Whether it stands.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.row.withdrawn_at.is_none()
    }
}

/// What a source said last under these ids of its own.
///
/// # Errors
/// When the database does.
pub async fn claims_of(
    db: &impl ConnectionTrait,
    source: SourceId,
    kind: RecordType,
    external_ids: Vec<String>,
) -> Result<HashMap<String, source_record::Model>, DbErr> {
    if external_ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = source_record::Entity::find()
        .filter(source_record::Column::SourceId.eq(source))
        .filter(source_record::Column::RecordType.eq(kind))
        .filter(one_of(
            source_record::Column::ExternalId.into_expr(),
            external_ids,
        ))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.external_id.clone(), row))
        .collect())
}

/// The records that a source knows under these ids of its own, as far as it has not withdrawn.
///
/// # Errors
/// When the database does.
pub async fn claimed(
    db: &impl ConnectionTrait,
    source: SourceId,
    kind: RecordType,
    external_ids: Vec<String>,
) -> Result<Vec<(String, Uuid)>, DbErr> {
    source_record::Entity::find()
        .filter(source_record::Column::SourceId.eq(source))
        .filter(source_record::Column::RecordType.eq(kind))
        .filter(source_record::Column::WithdrawnAt.is_null())
        .filter(one_of(
            source_record::Column::ExternalId.into_expr(),
            external_ids
                .into_iter()
                .map(|id| storable(&id.into()))
                .collect(),
        ))
        .select_only()
        .column(source_record::Column::ExternalId)
        .column(source_record::Column::RecordId)
        .into_tuple()
        .all(db)
        .await
}

/// What all sources say of these records.
///
/// # Errors
/// When the database does.
pub async fn claims_on(
    db: &impl ConnectionTrait,
    records: Vec<Uuid>,
) -> Result<HashMap<Uuid, Vec<SourceClaim>>, DbErr> {
    let mut claims: HashMap<Uuid, Vec<SourceClaim>> = HashMap::new();
    let (rows, sources) = said_of(db, records).await?;
    for row in rows {
        let cluster = sources.get(&row.source_id).and_then(|it| it.cluster_id);
        let of_record = claims.entry(row.record_id).or_default();
        of_record.push(SourceClaim { row, cluster });
    }
    Ok(claims)
}

/// What sources say of these records now, each with the source, oldest first.
///
/// # Errors
/// When the database does.
pub async fn mentions(
    db: &impl ConnectionTrait,
    records: Vec<Uuid>,
) -> Result<Vec<(source_record::Model, source::Model)>, DbErr> {
    let (rows, sources) = said_of(db, records).await?;
    let live = rows.into_iter().filter(|row| row.withdrawn_at.is_none());
    let mut mentions: Vec<_> = live
        .filter_map(|row| Some((sources.get(&row.source_id)?.clone(), row)))
        .map(|(source, row)| (row, source))
        .collect();
    mentions.sort_by(|(a, _), (b, _)| {
        (a.retrieved_at, &a.external_id).cmp(&(b.retrieved_at, &b.external_id))
    });
    Ok(mentions)
}

/// All claims on these records, with the sources that they are of.
async fn said_of(
    db: &impl ConnectionTrait,
    records: Vec<Uuid>,
) -> Result<(Vec<source_record::Model>, HashMap<SourceId, source::Model>), DbErr> {
    if records.is_empty() {
        return Ok((Vec::new(), HashMap::new()));
    }
    let rows = source_record::Entity::find()
        .filter(one_of(source_record::Column::RecordId.into_expr(), records))
        .all(db)
        .await?;
    let ids: BTreeSet<Uuid> = rows.iter().map(|row| row.source_id.into()).collect();
    let ids = ids.into_iter().collect();
    let sources = source::Entity::find()
        .filter(one_of(source::Column::Id.into_expr(), ids))
        .all(db)
        .await?;
    let sources = sources.into_iter().map(|source| (source.id, source));
    Ok((rows, sources.collect()))
}

/// Keeps claims, new and changed ones alike.
///
/// # Errors
/// When the database does.
pub async fn save_claims(
    tx: &impl ConnectionTrait,
    claims: Vec<source_record::Model>,
) -> Result<(), DbErr> {
    use source_record::Column::{ExternalId, RecordType, SourceId};
    let key = [SourceId, RecordType, ExternalId];
    let others = source_record::Column::iter()
        .filter(|column| !matches!(column, SourceId | RecordType | ExternalId));
    let on_conflict = OnConflict::columns(key).update_columns(others).to_owned();
    let rows = claims
        .into_iter()
        .map(|claim| claim.into_active_model().reset_all());
    save::insert::<source_record::Entity>(tx, rows.collect(), Some(&on_conflict)).await
}
