//! Which partnerships, and in which order.

use async_graphql::{Enum, InputObject};
use entities::partnership as row;
use entities::record::RecordType;

use super::{PartnershipProgramme, PartnershipStatus};
use crate::graphql::partnership_member::PartnershipMemberFilter;
use crate::graphql::project::ProjectFilter;
use crate::graphql::scalar::Date;

use crate::graphql::error::Result;
use crate::graphql::filter::{
    ClassificationFilter, Conditions, DateTimeValue, EnumFilter, IdFilter, IntoFilter, ListFilter,
    RangeFilter, StringFilter,
};
use crate::graphql::order::OrderField;
use crate::registry::{Filter, relation};

/// Which partnerships; all conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct PartnershipFilter {
    /// All of these.
    and: Option<Vec<PartnershipFilter>>,
    /// One of these at least.
    or: Option<Vec<PartnershipFilter>>,
    /// Not this.
    not: Option<Box<PartnershipFilter>>,
    /// Its id.
    id: Option<IdFilter>,
    /// When it came into the registry.
    created_at: Option<RangeFilter<DateTimeValue>>,
    /// When it last changed.
    updated_at: Option<RangeFilter<DateTimeValue>>,
    /// Its short name, else its title, case and accents folded.
    name: Option<StringFilter>,
    /// The programme that it belongs to.
    programme: Option<EnumFilter<PartnershipProgramme>>,
    /// How far it is.
    status: Option<EnumFilter<PartnershipStatus>>,
    /// The first day.
    starts_on: Option<RangeFilter<Date>>,
    /// Terms it is filed under.
    classifications: Option<ListFilter<ClassificationFilter>>,
    /// Its members.
    members: Option<ListFilter<PartnershipMemberFilter>>,
    /// The projects that come from it.
    projects: Option<ListFilter<ProjectFilter>>,
}

impl IntoFilter for PartnershipFilter {
    fn into_filter(self) -> Result<Filter> {
        let Self {
            and,
            or,
            not,
            id,
            created_at,
            updated_at,
            name,
            programme,
            status,
            starts_on,
            classifications,
            members,
            projects,
        } = self;
        Ok(Conditions::default()
            .logic(and, or, not)?
            .ids(row::Column::Id, RecordType::Partnership, id)?
            .range(row::Column::CreatedAt, created_at)
            .range(row::Column::UpdatedAt, updated_at)
            .name(row::Column::NameKey, name)
            .member::<_, row::PartnershipProgramme>(row::Column::Programme, programme)
            .member::<_, row::PartnershipStatus>(row::Column::Status, status)
            .range(row::Column::StartsOn, starts_on)
            .related(relation::TERMS, classifications)?
            .related(relation::PARTNERSHIP_MEMBERS, members)?
            .related(relation::PARTNERSHIP_PROJECTS, projects)?
            .all())
    }
}

/// What partnerships can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum PartnershipOrderField {
    /// When it came into the registry.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// Its short name, else its title, case and accents folded.
    Name,
    /// The first day.
    StartsOn,
}

impl OrderField for PartnershipOrderField {
    type Column = row::Column;

    fn column(self) -> row::Column {
        match self {
            Self::CreatedAt => row::Column::CreatedAt,
            Self::UpdatedAt => row::Column::UpdatedAt,
            Self::Name => row::Column::NameKey,
            Self::StartsOn => row::Column::StartsOn,
        }
    }
}
