//! What is known of some ids: which are records that the viewer may see, their versions, who sees them.

use std::collections::{HashMap, HashSet};

use entities::id::{ClusterId, PartnershipId};
use entities::record::{PartnershipIds, RecordType, Visibility};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, IntoIden, Query, SelectStatement, UnionType};
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

/// Which of the ids are records of the type that clusters see, each by itself, in one statement.
///
/// # Errors
/// When the database does.
pub async fn seen_by(
    db: &impl ConnectionTrait,
    kind: RecordType,
    ids: &[Uuid],
    clusters: impl IntoIterator<Item = ClusterId>,
) -> Result<HashSet<(ClusterId, Uuid)>, DbErr> {
    let table = Alias::new(kind.prefix()).into_iden();
    let id = || Expr::col((table.clone(), Alias::new("id")));
    let of_each = clusters.into_iter().map(|cluster| {
        Query::select()
            .expr_as(Expr::value(Uuid::from(cluster)), Alias::new("viewer"))
            .expr_as(id(), Alias::new("id"))
            .from(table.clone())
            .and_where(one_of(id(), ids.to_vec()))
            .cond_where(scope::condition(&Scope::Cluster(cluster), &table))
            .to_owned()
    });
    let all = of_each.reduce(|mut all, next| all.union(UnionType::All, next).to_owned());
    let Some(all) = all else {
        return Ok(HashSet::new());
    };
    let rows = db.query_all(&all).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "viewer")?, row.try_get("", "id")?)))
        .collect()
}

/// The versions of records, archived ones too.
///
/// # Errors
/// When the database does.
pub async fn versions(
    db: &impl ConnectionTrait,
    kind: RecordType,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, i32>, DbErr> {
    let rows = db
        .query_all(&columns(kind, &["id", "version"], ids))
        .await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "version")?)))
        .collect()
}

/// Those of the records that are archived.
///
/// # Errors
/// When the database does.
pub async fn archived(
    db: &impl ConnectionTrait,
    kind: RecordType,
    ids: Vec<Uuid>,
) -> Result<HashSet<Uuid>, DbErr> {
    if ids.is_empty() {
        return Ok(HashSet::new());
    }
    let mut rows = columns(kind, &["id"], ids);
    rows.and_where(Expr::col(Alias::new("archived_at")).is_not_null());
    let rows = db.query_all(&rows).await?;
    rows.iter().map(|row| row.try_get("", "id")).collect()
}

/// Who sees records that are not archived: how widely, their stewards, the partnerships that they name.
///
/// # Errors
/// When the database does.
pub async fn sights(
    db: &impl ConnectionTrait,
    kind: RecordType,
    ids: Vec<Uuid>,
) -> Result<Vec<(Visibility, Option<ClusterId>, Vec<PartnershipId>)>, DbErr> {
    let names = ["visibility", "steward_id", "partnership_ids"];
    let mut rows = columns(kind, &names, ids);
    rows.and_where(Expr::col(Alias::new("archived_at")).is_null());
    let rows = db.query_all(&rows).await?;
    rows.iter()
        .map(|row| {
            let named: PartnershipIds = row.try_get("", "partnership_ids")?;
            Ok((
                row.try_get("", "visibility")?,
                row.try_get("", "steward_id")?,
                named.0,
            ))
        })
        .collect()
}

fn columns(kind: RecordType, names: &[&'static str], ids: Vec<Uuid>) -> SelectStatement {
    Query::select()
        .columns(names.iter().map(|name| Alias::new(*name)))
        .from(Alias::new(kind.prefix()))
        .and_where(one_of(Expr::col(Alias::new("id")), ids))
        .to_owned()
}
