//! Records by id, and by what leads to one of them.

use std::collections::HashMap;

use entities::cluster;
use entities::record::{Record, RecordRow};
use sea_orm::sea_query::{Alias, Expr, Order};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{Columns, one_of, scope};
use crate::auth::Scope;

/// Records by their ids, of those that the viewer may see.
///
/// # Errors
/// When the database does.
pub async fn by_ids<E: Record>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: Vec<Uuid>,
    columns: &Columns,
) -> Result<HashMap<Uuid, E::Model>, DbErr> {
    let rows = scope::visible_to::<E>(scope).filter(one_of(scope::id_column::<E>(), ids));
    let rows = columns.with::<E>(&[]).all(rows, db).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.envelope().id, row))
        .collect())
}

/// All records of a type that the viewer may see: for types with few of them.
///
/// # Errors
/// When the database does.
pub async fn all<E: Record>(
    db: &impl ConnectionTrait,
    scope: &Scope,
) -> Result<Vec<E::Model>, DbErr> {
    scope::visible_to::<E>(scope).all(db).await
}

/// The records between some and some others, oldest first, of those that the viewer may see; the columns
/// say which records they are between.
///
/// # Errors
/// When the database does.
pub async fn between<E: Record>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    columns: [&'static str; 2],
    ends: [Vec<Uuid>; 2],
) -> Result<Vec<E::Model>, DbErr> {
    let rows =
        columns
            .into_iter()
            .zip(ends)
            .fold(scope::visible_to::<E>(scope), |rows, (column, ids)| {
                let column = Expr::col((E::default(), Alias::new(column)));
                rows.filter(one_of(column, ids))
            });
    rows.order_by(scope::id_column::<E>(), Order::Asc)
        .all(db)
        .await
}

/// The clusters of organisations, of those that the viewer may see.
///
/// # Errors
/// When the database does.
pub async fn clusters_of(
    db: &impl ConnectionTrait,
    scope: &Scope,
    organisations: Vec<Uuid>,
    columns: &Columns,
) -> Result<HashMap<Uuid, cluster::Model>, DbErr> {
    let rows = scope::visible_to::<cluster::Entity>(scope).filter(one_of(
        cluster::Column::OrganisationId.into_expr(),
        organisations,
    ));
    let rows = columns.with(&[]).all(rows, db).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.organisation_id.into(), row))
        .collect())
}
