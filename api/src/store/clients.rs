//! Clients and the hashes of their secrets.

use chrono::{DateTime, Utc};
use entities::id::{ClientId, ClientSecretId, ClusterId};
use entities::{client, client_secret, cluster};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};

use super::scope::unscoped_find;
use super::{one_of, save};

/// Keeps a new client.
///
/// # Errors
/// When the database does, where its principal has a client of that name among others.
pub async fn insert_client(tx: &impl ConnectionTrait, new: client::Model) -> Result<(), DbErr> {
    save::insert::<client::Entity>(tx, vec![new.into_active_model().reset_all()], None).await
}

/// Keeps the hash of a new secret.
///
/// # Errors
/// When the database does.
pub async fn insert_secret(
    tx: &impl ConnectionTrait,
    new: client_secret::Model,
) -> Result<(), DbErr> {
    let rows = vec![new.into_active_model().reset_all()];
    save::insert::<client_secret::Entity>(tx, rows, None).await
}

/// A client, revoked ones too.
///
/// # Errors
/// When the database does.
pub async fn client(
    db: &impl ConnectionTrait,
    id: ClientId,
) -> Result<Option<client::Model>, DbErr> {
    client::Entity::find_by_id(id).one(db).await
}

/// A client that is locked until the transaction ends, so that two who change it do so in turn.
///
/// # Errors
/// When the database does.
pub async fn lock_client(
    tx: &impl ConnectionTrait,
    id: ClientId,
) -> Result<Option<client::Model>, DbErr> {
    let mut row = client::Entity::find_by_id(id);
    if tx.get_database_backend() == sea_orm::DbBackend::Postgres {
        row = row.lock_exclusive();
    }
    row.one(tx).await
}

/// All clients, or those of a cluster, the oldest first.
///
/// # Errors
/// When the database does.
pub async fn clients(
    db: &impl ConnectionTrait,
    of: Option<ClusterId>,
) -> Result<Vec<client::Model>, DbErr> {
    let mut rows = client::Entity::find().order_by_asc(client::Column::Id);
    if let Some(cluster) = of {
        rows = rows.filter(client::Column::ClusterId.eq(cluster));
    }
    rows.all(db).await
}

/// The secrets of a client that are good, the oldest first.
///
/// # Errors
/// When the database does.
pub async fn live_secrets(
    db: &impl ConnectionTrait,
    of: ClientId,
) -> Result<Vec<client_secret::Model>, DbErr> {
    client_secret::Entity::find()
        .filter(client_secret::Column::ClientId.eq(of))
        .filter(client_secret::Column::RevokedAt.is_null())
        .order_by_asc(client_secret::Column::CreatedAt)
        .order_by_asc(client_secret::Column::Id)
        .all(db)
        .await
}

/// Ends secrets.
///
/// # Errors
/// When the database does.
pub async fn revoke_secrets(
    tx: &impl ConnectionTrait,
    ids: Vec<ClientSecretId>,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    client_secret::Entity::update_many()
        .col_expr(client_secret::Column::RevokedAt, Expr::value(at))
        .filter(one_of(client_secret::Column::Id.into_expr(), ids))
        .exec(tx)
        .await?;
    Ok(())
}

/// Ends a client.
///
/// # Errors
/// When the database does.
pub async fn revoke_client(
    tx: &impl ConnectionTrait,
    id: ClientId,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    client::Entity::update_many()
        .col_expr(client::Column::RevokedAt, Expr::value(at))
        .filter(client::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// The clients that were revoked since a moment.
///
/// # Errors
/// When the database does.
pub async fn revoked_clients(
    db: &impl ConnectionTrait,
    since: DateTime<Utc>,
) -> Result<Vec<ClientId>, DbErr> {
    client::Entity::find()
        .filter(client::Column::RevokedAt.into_expr().gte(since))
        .select_only()
        .column(client::Column::Id)
        .into_tuple()
        .all(db)
        .await
}

/// The clusters whose records are archived: none of their clients signs in.
///
/// # Errors
/// When the database does.
pub async fn archived_clusters(db: &impl ConnectionTrait) -> Result<Vec<ClusterId>, DbErr> {
    unscoped_find::<cluster::Entity>()
        .filter(cluster::Column::ArchivedAt.is_not_null())
        .select_only()
        .column(cluster::Column::Id)
        .into_tuple()
        .all(db)
        .await
}
