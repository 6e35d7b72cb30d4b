//! Who has accepted a place in which partnership, and how much is seen through that.

use chrono::NaiveDate;
use entities::id::{ClusterId, PartnershipId};
use entities::record::{RecordType, Visibility};
use entities::{fellow, partnership, partnership_member};
use sea_orm::sea_query::{Alias, Condition, DynIden, Expr, ExprTrait, IntoIden, Query};
use sea_orm::{
    ActiveEnum, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, Iterable, JoinType, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;

use super::{one_of, scope};
use crate::auth::Scope;

/// The clusters that have accepted places in these partnerships, of those that are not dissolved.
///
/// # Errors
/// When the database does.
pub async fn accepted_places(
    db: &impl ConnectionTrait,
    partnerships: Vec<Uuid>,
) -> Result<Vec<(PartnershipId, ClusterId)>, DbErr> {
    if partnerships.is_empty() {
        return Ok(Vec::new());
    }
    let partnership = partnership_member::Column::PartnershipId;
    partnership_member::Entity::find()
        .join(
            JoinType::InnerJoin,
            partnership_member::Entity::belongs_to(partnership::Entity)
                .from(partnership)
                .to(partnership::Column::Id)
                .into(),
        )
        .filter(one_of(partnership.into_expr(), partnerships))
        .filter(partnership_member::Column::AcceptedClusterId.is_not_null())
        .filter(partnership::Column::DissolvedAt.is_null())
        .select_only()
        .column(partnership)
        .column(partnership_member::Column::AcceptedClusterId)
        .distinct()
        .into_tuple()
        .all(db)
        .await
}

/// The accepted places of organisations: the partnership, and the first day.
///
/// # Errors
/// When the database does.
pub async fn accepted_of(
    db: &impl ConnectionTrait,
    organisations: Vec<Uuid>,
) -> Result<Vec<(Uuid, (PartnershipId, Option<NaiveDate>))>, DbErr> {
    use partnership_member::Column;
    let rows: Vec<(Uuid, PartnershipId, Option<NaiveDate>)> = partnership_member::Entity::find()
        .filter(one_of(Column::OrganisationId.into_expr(), organisations))
        .filter(Column::AcceptedClusterId.is_not_null())
        .filter(Column::ArchivedAt.is_null())
        .select_only()
        .columns([
            Column::OrganisationId,
            Column::PartnershipId,
            Column::StartsOn,
        ])
        .into_tuple()
        .all(db)
        .await?;
    let places = rows.into_iter();
    Ok(places
        .map(|(organisation, partnership, starts_on)| (organisation, (partnership, starts_on)))
        .collect())
}

/// Those of these clusters that have an accepted place, in whichever partnership.
///
/// # Errors
/// When the database does.
pub async fn with_accepted_places(
    db: &impl ConnectionTrait,
    clusters: Vec<Uuid>,
) -> Result<Vec<ClusterId>, DbErr> {
    let accepted = partnership_member::Column::AcceptedClusterId;
    if clusters.is_empty() {
        return Ok(Vec::new());
    }
    partnership_member::Entity::find()
        .filter(one_of(accepted.into_expr(), clusters))
        .select_only()
        .column(accepted)
        .distinct()
        .into_tuple()
        .all(db)
        .await
}

/// With whom clusters share which partnerships, both having accepted a place in it: the cluster, the
/// partnership, the other one.
///
/// # Errors
/// When the database does.
pub async fn fellows(
    db: &impl ConnectionTrait,
    clusters: Vec<ClusterId>,
) -> Result<Vec<(ClusterId, PartnershipId, ClusterId)>, DbErr> {
    let ids: Vec<Uuid> = clusters.into_iter().map(Uuid::from).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    fellow::Entity::find()
        .filter(one_of(fellow::Column::ClusterId.into_expr(), ids))
        .filter(Expr::col(fellow::Column::FellowId).ne(Expr::col(fellow::Column::ClusterId)))
        .select_only()
        .column(fellow::Column::ClusterId)
        .column(fellow::Column::PartnershipId)
        .column(fellow::Column::FellowId)
        .distinct()
        .into_tuple()
        .all(db)
        .await
}

/// The types of which these clusters have records for partners.
///
/// # Errors
/// When the database does.
pub async fn shown_to_partners(
    db: &impl ConnectionTrait,
    stewards: &[ClusterId],
) -> Result<Vec<RecordType>, DbErr> {
    let mut shown = Vec::new();
    for kind in RecordType::iter() {
        let table = Alias::new(kind.prefix()).into_iden();
        let some = Query::select()
            .expr(Expr::value(1))
            .from(table.clone())
            .cond_where(for_partners(&table, stewards))
            .limit(1)
            .to_owned();
        if db.query_one(&some).await?.is_some() {
            shown.push(kind);
        }
    }
    Ok(shown)
}

/// How many records of these types and of these stewards a cluster sees as their partner.
///
/// # Errors
/// When the database does.
pub async fn seen_as_partner(
    db: &impl ConnectionTrait,
    viewer: ClusterId,
    stewards: &[ClusterId],
    kinds: &[RecordType],
) -> Result<i64, DbErr> {
    let scope = Scope::Cluster(viewer);
    let others = stewards.iter().copied().filter(|one| *one != viewer);
    let others: Vec<_> = others.collect();
    let mut seen: i64 = 0;
    for kind in kinds {
        let table = Alias::new(kind.prefix()).into_iden();
        let id = Expr::col((table.clone(), Alias::new("id")));
        let count = Query::select()
            .expr_as(id.count(), Alias::new("seen"))
            .from(table.clone())
            .cond_where(for_partners(&table, &others))
            .cond_where(scope::condition(&scope, &table))
            .to_owned();
        if let Some(row) = db.query_one(&count).await? {
            seen = seen.saturating_add(row.try_get("", "seen")?);
        }
    }
    Ok(seen)
}

/// The records that these clusters show to partners.
fn for_partners(table: &DynIden, stewards: &[ClusterId]) -> Condition {
    let column = |name: &'static str| Expr::col((table.clone(), Alias::new(name)));
    let stewards = stewards.iter().map(|id| Uuid::from(*id)).collect();
    Condition::all()
        .add(column("visibility").eq(Visibility::Partners.to_value()))
        .add(one_of(column("steward_id"), stewards))
}
