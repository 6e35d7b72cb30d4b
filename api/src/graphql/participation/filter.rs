//! Which participations, and in which order.

use async_graphql::{Enum, InputObject};
use entities::participation as row;
use entities::record::RecordType;

use super::ParticipationRole;
use crate::graphql::organisation::OrganisationFilter;
use crate::graphql::project::ProjectFilter;

use crate::graphql::error::Result;
use crate::graphql::filter::{
    BooleanFilter, Conditions, DateTimeValue, EnumFilter, IdFilter, IntoFilter, RangeFilter,
};
use crate::graphql::order::OrderField;
use crate::registry::{Filter, relation};

/// Which participations; all conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct ParticipationFilter {
    /// All of these.
    and: Option<Vec<ParticipationFilter>>,
    /// One of these at least.
    or: Option<Vec<ParticipationFilter>>,
    /// Not this.
    not: Option<Box<ParticipationFilter>>,
    /// Its id.
    id: Option<IdFilter>,
    /// When it came into the registry.
    created_at: Option<RangeFilter<DateTimeValue>>,
    /// When it last changed.
    updated_at: Option<RangeFilter<DateTimeValue>>,
    /// What it is there.
    role: Option<EnumFilter<ParticipationRole>>,
    /// Its number in the list of participants.
    order: Option<RangeFilter<i32>>,
    /// Whether it left before the project’s end.
    terminated: Option<BooleanFilter>,
    /// Whether it was a small or medium-sized enterprise at the time.
    was_sme: Option<BooleanFilter>,
    /// The project.
    project: Option<Box<ProjectFilter>>,
    /// The participant.
    organisation: Option<Box<OrganisationFilter>>,
}

impl IntoFilter for ParticipationFilter {
    fn into_filter(self) -> Result<Filter> {
        let Self {
            and,
            or,
            not,
            id,
            created_at,
            updated_at,
            role,
            order,
            terminated,
            was_sme,
            project,
            organisation,
        } = self;
        Ok(Conditions::default()
            .logic(and, or, not)?
            .ids(row::Column::Id, RecordType::Participation, id)?
            .range(row::Column::CreatedAt, created_at)
            .range(row::Column::UpdatedAt, updated_at)
            .member::<_, row::ParticipationRole>(row::Column::Role, role)
            .range(row::Column::Order, order)
            .boolean(row::Column::Terminated, terminated)
            .boolean(row::Column::WasSme, was_sme)
            .one(relation::PROJECT, project)?
            .one(relation::ORGANISATION, organisation)?
            .all())
    }
}

/// What participations can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ParticipationOrderField {
    /// When it came into the registry.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// Its number in the list of participants.
    Order,
    /// What it is there.
    Role,
    /// What the EU pays it, in the currency’s minor units.
    EuContribution,
}

impl OrderField for ParticipationOrderField {
    type Column = row::Column;

    fn column(self) -> row::Column {
        match self {
            Self::CreatedAt => row::Column::CreatedAt,
            Self::UpdatedAt => row::Column::UpdatedAt,
            Self::Order => row::Column::Order,
            Self::Role => row::Column::Role,
            Self::EuContribution => row::Column::EuContributionMinor,
        }
    }
}
