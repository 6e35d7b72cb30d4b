//! Which partnership members, and in which order.

use async_graphql::{Enum, InputObject};
use entities::partnership_member as row;
use entities::record::RecordType;

use super::PartnershipRole;
use crate::graphql::organisation::OrganisationFilter;
use crate::graphql::partnership::PartnershipFilter;
use crate::graphql::scalar::Date;

use crate::graphql::error::Result;
use crate::graphql::filter::{
    Conditions, DateTimeValue, EnumFilter, IdFilter, IntoFilter, RangeFilter,
};
use crate::graphql::order::OrderField;
use crate::registry::{Filter, relation};

/// Which partnership members; all conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct PartnershipMemberFilter {
    /// All of these.
    and: Option<Vec<PartnershipMemberFilter>>,
    /// One of these at least.
    or: Option<Vec<PartnershipMemberFilter>>,
    /// Not this.
    not: Option<Box<PartnershipMemberFilter>>,
    /// Its id.
    id: Option<IdFilter>,
    /// When it came into the registry.
    created_at: Option<RangeFilter<DateTimeValue>>,
    /// When it last changed.
    updated_at: Option<RangeFilter<DateTimeValue>>,
    /// What it is there.
    role: Option<EnumFilter<PartnershipRole>>,
    /// The first day.
    starts_on: Option<RangeFilter<Date>>,
    /// The last day.
    ends_on: Option<RangeFilter<Date>>,
    /// The partnership.
    partnership: Option<Box<PartnershipFilter>>,
    /// The member.
    organisation: Option<Box<OrganisationFilter>>,
}

impl IntoFilter for PartnershipMemberFilter {
    fn into_filter(self) -> Result<Filter> {
        let Self {
            and,
            or,
            not,
            id,
            created_at,
            updated_at,
            role,
            starts_on,
            ends_on,
            partnership,
            organisation,
        } = self;
        Ok(Conditions::default()
            .logic(and, or, not)?
            .ids(row::Column::Id, RecordType::PartnershipMember, id)?
            .range(row::Column::CreatedAt, created_at)
            .range(row::Column::UpdatedAt, updated_at)
            .member::<_, row::PartnershipRole>(row::Column::Role, role)
            .range(row::Column::StartsOn, starts_on)
            .range(row::Column::EndsOn, ends_on)
            .one(relation::PARTNERSHIP, partnership)?
            .one(relation::ORGANISATION, organisation)?
            .all())
    }
}

/// What partnership members can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum PartnershipMemberOrderField {
    /// When it came into the registry.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// The first day.
    StartsOn,
    /// The role.
    Role,
}

impl OrderField for PartnershipMemberOrderField {
    type Column = row::Column;

    fn column(self) -> row::Column {
        match self {
            Self::CreatedAt => row::Column::CreatedAt,
            Self::UpdatedAt => row::Column::UpdatedAt,
            Self::StartsOn => row::Column::StartsOn,
            Self::Role => row::Column::Role,
        }
    }
}
