//! Reading rows in order to change them.

use std::collections::HashMap;

use entities::record::{Record, RecordRow};
use sea_orm::sea_query::Order;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::{one_of, scope};

/// Reads rows, archived ones too, and locks them in the order of their ids until the transaction
/// ends. On `SQLite` the transaction is alone already.
///
/// # Errors
/// When the database does.
pub async fn lock<E: Record>(
    tx: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, E::Model>, DbErr> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let id = scope::id_column::<E>();
    let mut rows = scope::unscoped_find::<E>()
        .filter(one_of(id.clone(), ids))
        .order_by(id, Order::Asc);
    if tx.get_database_backend() == DbBackend::Postgres {
        rows = rows.lock_exclusive();
    }
    let rows = rows.all(tx).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.envelope().id, row))
        .collect())
}
