//! Reading rows in order to change them.

use std::collections::HashMap;

use entities::partnership;
use entities::record::{Record, RecordRow};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, Order};
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
    let rows = lock_by::<E>(tx, "id", ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.envelope().id, row))
        .collect())
}

/// The same for the rows of which a column has one of these values.
///
/// # Errors
/// When the database does.
pub async fn lock_by<E: Record>(
    tx: &impl ConnectionTrait,
    column: &'static str,
    values: Vec<Uuid>,
) -> Result<Vec<E::Model>, DbErr> {
    let column = Expr::col((E::default(), Alias::new(column)));
    locked::<E>(tx, one_of(column, values)).await
}

/// The same for the partnerships that are linked with something.
///
/// # Errors
/// When the database does.
pub async fn lock_linked_partnerships(
    tx: &impl ConnectionTrait,
) -> Result<Vec<partnership::Model>, DbErr> {
    let links = Expr::col((partnership::Entity, partnership::Column::Links));
    locked::<partnership::Entity>(tx, links.ne(Expr::cust("'[]'"))).await
}

async fn locked<E: Record>(
    tx: &impl ConnectionTrait,
    condition: Expr,
) -> Result<Vec<E::Model>, DbErr> {
    let mut rows = scope::unscoped_find::<E>()
        .filter(condition)
        .order_by(scope::id_column::<E>(), Order::Asc);
    if tx.get_database_backend() == DbBackend::Postgres {
        // Ids never change: who makes what points to a row need not wait for who changes it.
        rows = rows.lock(LockType::NoKeyUpdate);
    }
    rows.all(tx).await
}
