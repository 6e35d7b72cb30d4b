//! Counts and sums over related records, for many parents in one statement.

use std::collections::HashMap;

use chrono::NaiveDate;
use entities::record::Record;
use entities::{membership, organisation, participation};
use sea_orm::sea_query::{CaseStatement, Condition, Expr, ExprTrait, Func};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QuerySelect,
};
use uuid::Uuid;

use super::page::matching;
use super::{PageRequest, one_of, scope};
use crate::auth::Scope;

/// How many rows each parent has.
///
/// # Errors
/// When the database does.
pub async fn counts_by_parent<E: Record>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    parent: E::Column,
    parents: Vec<Uuid>,
    request: &PageRequest<E>,
) -> Result<HashMap<Uuid, i64>, DbErr> {
    let counts: Vec<(Uuid, i64)> = matching(db, scope, request)
        .filter(one_of(parent.into_expr(), parents))
        .select_only()
        .column(parent)
        .column_as(scope::id_column::<E>().count(), "count")
        .group_by(parent)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts.into_iter().collect())
}

/// How many members a cluster has today.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClusterCounts {
    /// All members.
    pub members: i64,
    /// Small and medium-sized enterprises among them.
    pub smes: i64,
}

#[derive(FromQueryResult)]
struct ClusterRow {
    cluster_id: Uuid,
    members: i64,
    smes: i64,
}

/// How many members clusters have on a day, of those that the viewer may see.
///
/// # Errors
/// When the database does.
pub async fn cluster_counts(
    db: &impl ConnectionTrait,
    scope: &Scope,
    clusters: Vec<Uuid>,
    today: NaiveDate,
) -> Result<HashMap<Uuid, ClusterCounts>, DbErr> {
    let member = || membership::Column::OrganisationId.into_expr();
    let sme = CaseStatement::new()
        .case(organisation::Column::IsSme.eq(true), member())
        .finally(Expr::null());
    let rows = scope::visible_to::<membership::Entity>(scope)
        .join(
            JoinType::InnerJoin,
            membership::Entity::belongs_to(organisation::Entity)
                .from(membership::Column::OrganisationId)
                .to(organisation::Column::Id)
                .into(),
        )
        .filter(scope::condition(
            scope,
            &scope::table::<organisation::Entity>(),
        ))
        .filter(one_of(membership::Column::ClusterId.into_expr(), clusters))
        .filter(on_day(today))
        .select_only()
        .column(membership::Column::ClusterId)
        .column_as(member().count_distinct(), "members")
        .column_as(Expr::from(Func::count_distinct(sme)), "smes")
        .group_by(membership::Column::ClusterId)
        .into_model::<ClusterRow>()
        .all(db)
        .await?;
    let counts = rows.into_iter().map(|row| {
        (
            row.cluster_id,
            ClusterCounts {
                members: row.members,
                smes: row.smes,
            },
        )
    });
    Ok(counts.collect())
}

/// Memberships that run on a day; both ends are part of the period.
fn on_day(day: NaiveDate) -> Condition {
    let starts = membership::Column::StartsOn;
    let ends = membership::Column::EndsOn;
    Condition::all()
        .add(starts.is_null().or(starts.lte(day)))
        .add(ends.is_null().or(ends.gte(day)))
}

/// What a project's consortium adds up to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConsortiumSums {
    /// How many participations there are.
    pub participations: i64,
    /// How many coordinators.
    pub coordinators: i64,
    /// The EU contributions, in minor units.
    pub eu_contribution_minor: i64,
}

/// What the consortia of projects add up to.
///
/// # Errors
/// When the database does.
pub async fn consortium_sums(
    db: &impl ConnectionTrait,
    scope: &Scope,
    projects: Vec<Uuid>,
) -> Result<HashMap<Uuid, ConsortiumSums>, DbErr> {
    let coordinator = CaseStatement::new()
        .case(
            participation::Column::Role.eq(participation::ParticipationRole::Coordinator),
            Expr::value(1),
        )
        .finally(Expr::value(0));
    let sum = |expression: Expr| {
        Expr::from(Func::coalesce([expression.sum(), Expr::value(0)])).cast_as("bigint")
    };
    let rows: Vec<(Uuid, i64, i64, i64)> = scope::visible_to::<participation::Entity>(scope)
        .filter(one_of(
            participation::Column::ProjectId.into_expr(),
            projects,
        ))
        .select_only()
        .column(participation::Column::ProjectId)
        .column_as(
            participation::Column::Id.into_expr().count(),
            "participations",
        )
        .column_as(sum(coordinator.into()), "coordinators")
        .column_as(
            sum(participation::Column::EuContributionMinor.into_expr()),
            "eu_contribution_minor",
        )
        .group_by(participation::Column::ProjectId)
        .into_tuple()
        .all(db)
        .await?;
    let sums = rows.into_iter().map(
        |(project, participations, coordinators, eu_contribution_minor)| {
            (
                project,
                ConsortiumSums {
                    participations,
                    coordinators,
                    eu_contribution_minor,
                },
            )
        },
    );
    Ok(sums.collect())
}
