//! Keys that sign tokens.

use chrono::{DateTime, Utc};
use entities::signing_key;
use sea_orm::sea_query::{Condition, Expr, ExprTrait};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder,
};

use super::save;

/// The keys that sign, and those that ceased to do so since a moment; the newest first.
///
/// # Errors
/// When the database does.
pub async fn signing_keys(
    db: &impl ConnectionTrait,
    since: DateTime<Utc>,
) -> Result<Vec<signing_key::Model>, DbErr> {
    let retired_at = signing_key::Column::RetiredAt;
    signing_key::Entity::find()
        .filter(
            Condition::any()
                .add(retired_at.is_null())
                .add(retired_at.into_expr().gte(since)),
        )
        .order_by_desc(signing_key::Column::MadeAt)
        .order_by_desc(signing_key::Column::Kid)
        .all(db)
        .await
}

/// Keeps a new key; those before it sign no more, and their private halves are forgotten.
///
/// # Errors
/// When the database does.
pub async fn replace_signing_key(
    tx: &impl ConnectionTrait,
    new: signing_key::Model,
) -> Result<(), DbErr> {
    signing_key::Entity::update_many()
        .col_expr(signing_key::Column::RetiredAt, Expr::value(new.made_at))
        .col_expr(
            signing_key::Column::PrivateKey,
            Expr::value(Option::<String>::None),
        )
        .filter(signing_key::Column::RetiredAt.is_null())
        .exec(tx)
        .await?;
    save::insert::<signing_key::Entity>(tx, vec![new.into_active_model().reset_all()], None).await
}
