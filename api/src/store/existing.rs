//! Which of some ids are records that the viewer may see.

use entities::record::RecordType;
use sea_orm::sea_query::{Alias, Expr, IntoIden, Query};
use sea_orm::{ConnectionTrait, DbErr};
use uuid::Uuid;

use super::{one_of, scope};
use crate::auth::Scope;

/// Those of the ids that are records of the type and visible.
///
/// # Errors
/// When the database does.
pub async fn existing(
    db: &impl ConnectionTrait,
    scope: &Scope,
    kind: RecordType,
    ids: Vec<Uuid>,
) -> Result<Vec<Uuid>, DbErr> {
    let table = Alias::new(kind.prefix()).into_iden();
    let id = || Expr::col((table.clone(), Alias::new("id")));
    let rows = Query::select()
        .expr_as(id(), Alias::new("id"))
        .from(table.clone())
        .and_where(one_of(id(), ids))
        .cond_where(scope::condition(scope, &table))
        .to_owned();
    let rows = db.query_all(&rows).await?;
    rows.iter().map(|row| row.try_get("", "id")).collect()
}
