//! A principal's own sources, and the ids that they have for records.

use std::collections::HashMap;

use entities::id::ClusterId;
use entities::record::RecordType;
use entities::{source, source_record};
use sea_orm::sea_query::{ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QueryOrder,
    QuerySelect, RelationDef,
};
use uuid::Uuid;

use super::filter::storable;
use super::one_of;
use crate::auth::Principal;

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
    let record = source_record::Column::RecordId;
    let rows = source_record::Entity::find()
        .join(JoinType::InnerJoin, its_source())
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

/// The records that a source with this name knows under an id, and whose the source is: a principal's
/// own, or public.
///
/// # Errors
/// When the database does.
pub async fn known_as(
    db: &impl ConnectionTrait,
    principal: Principal,
    name: &str,
    external_id: &str,
) -> Result<Vec<(RecordType, Uuid, Option<ClusterId>)>, DbErr> {
    let public = source::Column::ClusterId.is_null();
    let theirs = own(principal).map_or(public.clone(), |own| own.or(public));
    source_record::Entity::find()
        .join(JoinType::InnerJoin, its_source())
        .filter(source::Column::Name.eq(storable(&name.into())))
        .filter(theirs)
        .filter(source_record::Column::ExternalId.eq(storable(&external_id.into())))
        .filter(source_record::Column::WithdrawnAt.is_null())
        .select_only()
        .column(source_record::Column::RecordType)
        .column(source_record::Column::RecordId)
        .column(source::Column::ClusterId)
        .into_tuple()
        .all(db)
        .await
}

fn its_source() -> RelationDef {
    source_record::Entity::belongs_to(source::Entity)
        .from(source_record::Column::SourceId)
        .to(source::Column::Id)
        .into()
}

/// Whether a source is a principal's own; none where it has none.
fn own(principal: Principal) -> Option<SimpleExpr> {
    match principal {
        Principal::Cluster(id) => Some(source::Column::ClusterId.eq(id)),
        Principal::Operator => Some(source::Column::ClusterId.is_null()),
        Principal::Agency(_) | Principal::Anonymous => None,
    }
}
