//! Look-ups by identifier.

use entities::record::Record;
use entities::record_identifier;
use entities::value::IdentifierScheme;
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, JoinType, QueryFilter, QuerySelect,
    QueryTrait,
};
use uuid::Uuid;

use super::filter::storable;
use super::{Columns, one_of, scope};
use crate::auth::Scope;

/// An identifier: scheme and canonical form.
pub type IdentifierPair = (IdentifierScheme, String);

/// Which records of a type hold these identifiers, of those that the viewer may see.
///
/// # Errors
/// When the database does.
pub async fn holders<E: Record>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    pairs: &[IdentifierPair],
) -> Result<Vec<(IdentifierPair, Uuid)>, DbErr> {
    let visible = {
        let mut ids = Query::select();
        let alias = Alias::new("holder");
        ids.expr(Expr::value(1))
            .from_as(Alias::new(E::default().table_name()), alias.clone())
            .and_where(Expr::col((alias.clone(), Alias::new("id"))).equals((
                record_identifier::Entity,
                record_identifier::Column::RecordId,
            )))
            .cond_where(scope::condition(
                scope,
                &sea_orm::sea_query::IntoIden::into_iden(alias),
            ));
        ids
    };
    let rows: Vec<(IdentifierScheme, String, Uuid)> = record_identifier::Entity::find()
        .filter(any_of(pairs))
        .filter(record_identifier::Column::RecordType.eq(E::TYPE))
        .filter(Expr::exists(visible))
        .select_only()
        .columns([
            record_identifier::Column::Scheme,
            record_identifier::Column::Value,
            record_identifier::Column::RecordId,
        ])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(scheme, value, id)| ((scheme, value), id))
        .collect())
}

/// The records of a type that hold these identifiers, in one statement.
///
/// # Errors
/// When the database does.
pub async fn holding<E: Record>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    pairs: &[IdentifierPair],
    columns: &Columns,
) -> Result<Vec<(IdentifierPair, E::Model)>, DbErr> {
    use record_identifier::Column::{RecordId, RecordType, Scheme, Value};
    let rows = scope::visible_to::<E>(scope)
        .filter(any_of(pairs))
        .filter(RecordType.eq(E::TYPE));
    let selected = columns.with::<E>(&[]);
    let mut rows = selected
        .of(rows)
        .expr_as(Scheme.into_expr(), "held_scheme")
        .expr_as(Value.into_expr(), "held_value");
    QueryTrait::query(&mut rows).join(
        JoinType::InnerJoin,
        record_identifier::Entity,
        RecordId.into_expr().eq(scope::id_column::<E>()),
    );
    let rows = db.query_all(&rows.into_query()).await?;
    rows.iter()
        .map(|row| {
            let pair = (
                row.try_get("", "held_scheme")?,
                row.try_get("", "held_value")?,
            );
            Ok((pair, selected.read(row)?))
        })
        .collect()
}

/// One condition for each scheme, so that the index serves it.
fn any_of(pairs: &[IdentifierPair]) -> Condition {
    let mut schemes: Vec<_> = pairs.iter().map(|(scheme, _)| *scheme).collect();
    schemes.sort_unstable();
    schemes.dedup();
    schemes.into_iter().fold(Condition::any(), |any, scheme| {
        let values: Vec<_> = pairs
            .iter()
            .filter(|(other, _)| *other == scheme)
            .map(|(_, value)| storable(&value.clone().into()))
            .collect();
        any.add(
            record_identifier::Column::Scheme
                .eq(scheme)
                .and(one_of(record_identifier::Column::Value.into_expr(), values)),
        )
    })
}
