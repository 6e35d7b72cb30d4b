//! Agencies and what they were granted.

use chrono::{DateTime, Utc};
use entities::id::{AgencyGrantId, AgencyId, OrganisationId};
use entities::{agency, agency_grant};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use sea_orm::{QueryOrder, QuerySelect};

use uuid::Uuid;

use super::{one_of, save};

/// Keeps a new agency.
///
/// # Errors
/// When the database does, where the organisation is one already among others.
pub async fn insert_agency(tx: &impl ConnectionTrait, new: agency::Model) -> Result<(), DbErr> {
    save::insert::<agency::Entity>(tx, vec![new.into_active_model().reset_all()], None).await
}

/// Keeps a new grant.
///
/// # Errors
/// When the database does, where the agency has it already among others.
pub async fn insert_grant(
    tx: &impl ConnectionTrait,
    new: agency_grant::Model,
) -> Result<(), DbErr> {
    let rows = vec![new.into_active_model().reset_all()];
    save::insert::<agency_grant::Entity>(tx, rows, None).await
}

/// An agency.
///
/// # Errors
/// When the database does.
pub async fn agency(
    db: &impl ConnectionTrait,
    id: AgencyId,
) -> Result<Option<agency::Model>, DbErr> {
    agency::Entity::find_by_id(id).one(db).await
}

/// The agency that an organisation is.
///
/// # Errors
/// When the database does.
pub async fn agency_of(
    db: &impl ConnectionTrait,
    organisation: OrganisationId,
) -> Result<Option<agency::Model>, DbErr> {
    agency::Entity::find()
        .filter(agency::Column::OrganisationId.eq(organisation))
        .one(db)
        .await
}

/// A grant that is locked until the transaction ends.
///
/// # Errors
/// When the database does.
pub async fn lock_grant(
    tx: &impl ConnectionTrait,
    id: AgencyGrantId,
) -> Result<Option<agency_grant::Model>, DbErr> {
    let mut row = agency_grant::Entity::find_by_id(id);
    if tx.get_database_backend() == sea_orm::DbBackend::Postgres {
        row = row.lock_exclusive();
    }
    row.one(tx).await
}

/// All grants with their agencies, or those of one agency; the oldest first.
///
/// # Errors
/// When the database does.
pub async fn grants(
    db: &impl ConnectionTrait,
    of: Option<AgencyId>,
) -> Result<Vec<agency_grant::Model>, DbErr> {
    let mut rows = agency_grant::Entity::find().order_by_asc(agency_grant::Column::Id);
    if let Some(agency) = of {
        rows = rows.filter(agency_grant::Column::AgencyId.eq(agency));
    }
    rows.all(db).await
}

/// Ends a grant.
///
/// # Errors
/// When the database does.
pub async fn revoke_grant(
    tx: &impl ConnectionTrait,
    id: AgencyGrantId,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    agency_grant::Entity::update_many()
        .col_expr(agency_grant::Column::RevokedAt, Expr::value(at))
        .filter(agency_grant::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Those of some organisations that are agencies.
///
/// # Errors
/// When the database does.
pub async fn agencies_among(
    db: &impl ConnectionTrait,
    organisations: Vec<Uuid>,
) -> Result<Vec<Uuid>, DbErr> {
    agency::Entity::find()
        .filter(one_of(
            agency::Column::OrganisationId.into_expr(),
            organisations,
        ))
        .select_only()
        .column(agency::Column::OrganisationId)
        .into_tuple()
        .all(db)
        .await
}
