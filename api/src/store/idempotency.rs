//! Answers that are given again.

use chrono::{DateTime, Utc};
use entities::idempotency_key;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter,
};
use serde_json::Value;

use super::save;

/// Forgets a principal's answers that are older than this; those of others are in nobody's way.
///
/// # Errors
/// When the database does.
pub async fn forget_answers(
    tx: &impl ConnectionTrait,
    principal: &str,
    before: DateTime<Utc>,
) -> Result<(), DbErr> {
    idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::Principal.eq(principal))
        .filter(idempotency_key::Column::CreatedAt.lt(before))
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes a key. What is there under it is answered: this row itself, when nobody has used it.
///
/// # Errors
/// When the database does; when another transaction holds the key for too long, that it waited.
pub async fn take_idempotency_key(
    tx: &impl ConnectionTrait,
    taken: idempotency_key::Model,
) -> Result<idempotency_key::Model, DbErr> {
    use idempotency_key::Column::{Key, Principal};
    // Waits for another transaction that takes the key, and leaves its row as it is.
    let on_conflict = OnConflict::columns([Principal, Key])
        .update_column(Key)
        .to_owned();
    let key = (taken.principal.clone(), taken.key.clone());
    let row = taken.into_active_model().reset_all();
    save::insert::<idempotency_key::Entity>(tx, vec![row], Some(&on_conflict)).await?;
    idempotency_key::Entity::find_by_id(key)
        .one(tx)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("idempotency_key".to_owned()))
}

/// Keeps the answer to a request whose key was taken.
///
/// # Errors
/// When the database does.
pub async fn keep_answer(
    tx: &impl ConnectionTrait,
    principal: &str,
    key: &str,
    answer: Value,
) -> Result<(), DbErr> {
    use idempotency_key::Column::{Answer, Key, Principal};
    idempotency_key::Entity::update_many()
        .col_expr(Answer, Expr::value(answer))
        .filter(Principal.eq(principal))
        .filter(Key.eq(key))
        .exec(tx)
        .await?;
    Ok(())
}
