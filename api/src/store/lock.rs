//! Reading rows in order to change them, and what writers meet at that is no row yet.

use std::collections::{BTreeSet, HashMap};

use entities::record::{Record, RecordRow, RecordType};
use entities::value::IdentifierScheme;
use entities::{lock_key, partnership};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, LockType, OnConflict, Order, Query};
use sea_orm::{
    ActiveEnum, ActiveValue::Set, ConnectionTrait, DbBackend, DbErr, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{IdentifierPair, one_of, save, scope};

/// Something that there is once only: its kind, and what it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LockKey {
    kind: String,
    value: String,
}

impl From<IdentifierPair> for LockKey {
    fn from((scheme, value): IdentifierPair) -> Self {
        Self {
            kind: IdentifierScheme::to_value(&scheme),
            value,
        }
    }
}

impl LockKey {
    /// The key of a record's place.
    #[must_use]
    pub fn place(of: RecordType, value: String) -> Self {
        Self {
            kind: RecordType::to_value(&of),
            value,
        }
    }
}

/// Takes the rows that stand for what there is once only, in their order, so that two writers of one
/// thing meet.
///
/// # Errors
/// When the database does.
pub async fn take_keys(
    tx: &impl ConnectionTrait,
    keys: BTreeSet<LockKey>,
    tx_id: Uuid,
) -> Result<(), DbErr> {
    let rows = keys.into_iter().map(|key| lock_key::ActiveModel {
        kind: Set(key.kind),
        value: Set(key.value),
        tx_id: Set(tx_id),
    });
    let on_conflict = OnConflict::columns([lock_key::Column::Kind, lock_key::Column::Value])
        .update_column(lock_key::Column::TxId)
        .to_owned();
    save::insert::<lock_key::Entity>(tx, rows.collect(), Some(&on_conflict)).await
}

/// Locks rows in the order of their ids without reading them. On `SQLite` the transaction is alone
/// already.
///
/// # Errors
/// When the database does.
pub async fn hold(
    tx: &impl ConnectionTrait,
    kind: RecordType,
    ids: Vec<Uuid>,
) -> Result<(), DbErr> {
    if ids.is_empty() || tx.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let id = || Expr::col(Alias::new("id"));
    let rows = Query::select()
        .expr(id())
        .from(Alias::new(kind.prefix()))
        .and_where(one_of(id(), ids))
        .order_by_expr(id(), Order::Asc)
        .lock(LockType::NoKeyUpdate)
        .to_owned();
    tx.query_all(&rows).await?;
    Ok(())
}

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
