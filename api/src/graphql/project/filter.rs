//! Which projects, and in which order.

use async_graphql::{Enum, InputObject};
use entities::project as row;
use entities::record::RecordType;

use super::ProjectStatus;
use crate::graphql::participation::ParticipationFilter;
use crate::graphql::partnership::PartnershipFilter;
use crate::graphql::scalar::Date;

use crate::graphql::error::Result;
use crate::graphql::filter::{
    ClassificationFilter, Conditions, DateTimeValue, EnumFilter, IdFilter, IdentifierFilter,
    IntoFilter, ListFilter, RangeFilter, StringFilter,
};
use crate::graphql::order::OrderField;
use crate::registry::{Filter, relation};

/// Which projects; all conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct ProjectFilter {
    /// All of these.
    and: Option<Vec<ProjectFilter>>,
    /// One of these at least.
    or: Option<Vec<ProjectFilter>>,
    /// Not this.
    not: Option<Box<ProjectFilter>>,
    /// Its id.
    id: Option<IdFilter>,
    /// When it came into the registry.
    created_at: Option<RangeFilter<DateTimeValue>>,
    /// When it last changed.
    updated_at: Option<RangeFilter<DateTimeValue>>,
    /// Its short name, else its title, case and accents folded.
    name: Option<StringFilter>,
    /// How far it is.
    status: Option<EnumFilter<ProjectStatus>>,
    /// The first day.
    starts_on: Option<RangeFilter<Date>>,
    /// The last day.
    ends_on: Option<RangeFilter<Date>>,
    /// The day of the signature.
    signed_on: Option<RangeFilter<Date>>,
    /// Code of the programme part; `startsWith` finds a whole branch.
    programme: Option<StringFilter>,
    /// Code of the funding scheme.
    funding_scheme: Option<StringFilter>,
    /// Code of the call.
    call: Option<StringFilter>,
    /// Code of the call’s topic.
    call_topic: Option<StringFilter>,
    /// What it is about.
    topics: Option<ListFilter<ClassificationFilter>>,
    /// Its identifiers.
    identifiers: Option<ListFilter<IdentifierFilter>>,
    /// The partnership that it comes from.
    partnership: Option<Box<PartnershipFilter>>,
    /// Its consortium.
    participations: Option<ListFilter<ParticipationFilter>>,
}

impl IntoFilter for ProjectFilter {
    fn into_filter(self) -> Result<Filter> {
        let Self {
            and,
            or,
            not,
            id,
            created_at,
            updated_at,
            name,
            status,
            starts_on,
            ends_on,
            signed_on,
            programme,
            funding_scheme,
            call,
            call_topic,
            topics,
            identifiers,
            partnership,
            participations,
        } = self;
        Ok(Conditions::default()
            .logic(and, or, not)?
            .ids(row::Column::Id, RecordType::Project, id)?
            .range(row::Column::CreatedAt, created_at)
            .range(row::Column::UpdatedAt, updated_at)
            .name(row::Column::NameKey, name)
            .member::<_, row::ProjectStatus>(row::Column::Status, status)
            .range(row::Column::StartsOn, starts_on)
            .range(row::Column::EndsOn, ends_on)
            .range(row::Column::SignedOn, signed_on)
            .text(row::Column::Programme, programme)
            .text(row::Column::FundingScheme, funding_scheme)
            .text(row::Column::Call, call)
            .text(row::Column::CallTopic, call_topic)
            .related(relation::TERMS, topics)?
            .related(relation::IDENTIFIERS, identifiers)?
            .one(relation::PARTNERSHIP, partnership)?
            .related(relation::PROJECT_PARTICIPATIONS, participations)?
            .all())
    }
}

/// What projects can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ProjectOrderField {
    /// When it came into the registry.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// Its short name, else its title, case and accents folded.
    Name,
    /// The first day.
    StartsOn,
    /// The last day.
    EndsOn,
    /// The day of the signature.
    SignedOn,
    /// All its costs, in the currency’s minor units.
    TotalCost,
    /// What the EU pays, in the currency’s minor units.
    EuContribution,
}

impl OrderField for ProjectOrderField {
    type Column = row::Column;

    fn column(self) -> row::Column {
        match self {
            Self::CreatedAt => row::Column::CreatedAt,
            Self::UpdatedAt => row::Column::UpdatedAt,
            Self::Name => row::Column::NameKey,
            Self::StartsOn => row::Column::StartsOn,
            Self::EndsOn => row::Column::EndsOn,
            Self::SignedOn => row::Column::SignedOn,
            Self::TotalCost => row::Column::TotalCostMinor,
            Self::EuContribution => row::Column::EuContributionMinor,
        }
    }
}
