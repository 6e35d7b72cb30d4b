//! Which memberships, and in which order.

use async_graphql::{Enum, InputObject};
use entities::membership as row;
use entities::record::RecordType;

use super::MembershipCategory;
use crate::graphql::cluster::ClusterFilter;
use crate::graphql::organisation::OrganisationFilter;
use crate::graphql::scalar::Date;

use crate::graphql::error::Result;
use crate::graphql::filter::{
    Conditions, DateTimeValue, EnumFilter, IdFilter, IntoFilter, RangeFilter,
};
use crate::graphql::order::OrderField;
use crate::registry::{Filter, relation};

/// Which memberships; all conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct MembershipFilter {
    /// All of these.
    and: Option<Vec<MembershipFilter>>,
    /// One of these at least.
    or: Option<Vec<MembershipFilter>>,
    /// Not this.
    not: Option<Box<MembershipFilter>>,
    /// Its id.
    id: Option<IdFilter>,
    /// When it came into the registry.
    created_at: Option<RangeFilter<DateTimeValue>>,
    /// When it last changed.
    updated_at: Option<RangeFilter<DateTimeValue>>,
    /// Its category.
    category: Option<EnumFilter<MembershipCategory>>,
    /// The first day.
    starts_on: Option<RangeFilter<Date>>,
    /// The last day.
    ends_on: Option<RangeFilter<Date>>,
    /// The cluster.
    cluster: Option<Box<ClusterFilter>>,
    /// The member.
    organisation: Option<Box<OrganisationFilter>>,
}

impl IntoFilter for MembershipFilter {
    fn into_filter(self) -> Result<Filter> {
        let Self {
            and,
            or,
            not,
            id,
            created_at,
            updated_at,
            category,
            starts_on,
            ends_on,
            cluster,
            organisation,
        } = self;
        Ok(Conditions::default()
            .logic(and, or, not)?
            .ids(row::Column::Id, RecordType::Membership, id)?
            .range(row::Column::CreatedAt, created_at)
            .range(row::Column::UpdatedAt, updated_at)
            .member::<_, row::MembershipCategory>(row::Column::Category, category)
            .range(row::Column::StartsOn, starts_on)
            .range(row::Column::EndsOn, ends_on)
            .one(relation::CLUSTER, cluster)?
            .one(relation::ORGANISATION, organisation)?
            .all())
    }
}

/// What memberships can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum MembershipOrderField {
    /// When it came into the registry.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// The first day.
    StartsOn,
    /// The last day.
    EndsOn,
    /// The category.
    Category,
}

impl OrderField for MembershipOrderField {
    type Column = row::Column;

    fn column(self) -> row::Column {
        match self {
            Self::CreatedAt => row::Column::CreatedAt,
            Self::UpdatedAt => row::Column::UpdatedAt,
            Self::StartsOn => row::Column::StartsOn,
            Self::EndsOn => row::Column::EndsOn,
            Self::Category => row::Column::Category,
        }
    }
}
