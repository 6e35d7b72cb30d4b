//! What organisations are recognised by, beside their identifiers: an index over their rows.

use entities::record::RecordRow;
use entities::{organisation, record_sign};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::{Indexed, one_of, save};

/// The records that have one of these signs, each with the sign.
///
/// # Errors
/// When the database does.
pub async fn with_signs(
    db: &impl ConnectionTrait,
    signs: Vec<String>,
) -> Result<Vec<(String, Uuid)>, DbErr> {
    if signs.is_empty() {
        return Ok(Vec::new());
    }
    record_sign::Entity::find()
        .filter(one_of(record_sign::Column::Sign.into_expr(), signs))
        .select_only()
        .column(record_sign::Column::Sign)
        .column(record_sign::Column::RecordId)
        .into_tuple()
        .all(db)
        .await
}

/// Organisations behind this one that have no signs, archived ones too, in the order of their ids.
///
/// # Errors
/// When the database does.
pub async fn unsigned(
    db: &impl ConnectionTrait,
    after: Uuid,
    at_most: u64,
) -> Result<Vec<Uuid>, DbErr> {
    use organisation::Column::Id;
    let signed = Query::select()
        .expr(Expr::value(1))
        .from(record_sign::Entity)
        .and_where(
            Expr::col((record_sign::Entity, record_sign::Column::RecordId))
                .equals((organisation::Entity, Id)),
        )
        .to_owned();
    organisation::Entity::find()
        .filter(Id.gt(after))
        .filter(Expr::exists(signed).not())
        .order_by_asc(Id)
        .limit(at_most)
        .select_only()
        .column(Id)
        .into_tuple()
        .all(db)
        .await
}

/// Adds signs of records.
///
/// # Errors
/// When the database does.
pub async fn insert_signs(
    tx: &impl ConnectionTrait,
    signs: Vec<(Uuid, String)>,
) -> Result<(), DbErr> {
    use record_sign::Column::{RecordId, Sign};
    let rows = signs
        .into_iter()
        .map(|(record, sign)| record_sign::ActiveModel {
            record_id: Set(record),
            sign: Set(sign),
        });
    let on_conflict = OnConflict::columns([RecordId, Sign])
        .update_column(Sign)
        .to_owned();
    save::insert::<record_sign::Entity>(tx, rows.collect(), Some(&on_conflict)).await
}

/// Writes the signs of rows that were saved, in the place of those that they had.
pub(super) async fn replace<M: RecordRow>(
    tx: &impl ConnectionTrait,
    rows: &[(M, Indexed)],
) -> Result<(), DbErr> {
    let signed = rows.iter().filter(|(_, index)| !index.signs.is_empty());
    let signed: Vec<_> = signed
        .map(|(row, index)| (row.envelope(), &index.signs))
        .collect();
    // A new record had none before, and one that has some always has some.
    let changed = signed.iter().filter(|(envelope, _)| envelope.version > 1);
    let changed: Vec<_> = changed.map(|(envelope, _)| envelope.id).collect();
    if !changed.is_empty() {
        record_sign::Entity::delete_many()
            .filter(one_of(record_sign::Column::RecordId.into_expr(), changed))
            .exec(tx)
            .await?;
    }
    let signs = signed.iter().flat_map(|(envelope, signs)| {
        signs.iter().map(|sign| record_sign::ActiveModel {
            record_id: Set(envelope.id),
            sign: Set(sign.clone()),
        })
    });
    save::insert::<record_sign::Entity>(tx, signs.collect(), None).await
}
