//! Which clusters, and in which order.

use async_graphql::{Enum, InputObject};
use entities::cluster as row;
use entities::record::RecordType;

use super::ManagementLabel;
use crate::graphql::membership::MembershipFilter;
use crate::graphql::organisation::OrganisationFilter;

use crate::graphql::error::Result;
use crate::graphql::filter::{
    ClassificationFilter, Conditions, DateTimeValue, EnumFilter, IdFilter, IntoFilter, ListFilter,
    RangeFilter, RegionFilter, StringFilter,
};
use crate::graphql::order::OrderField;
use crate::registry::{Filter, relation};

/// Which clusters; all conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct ClusterFilter {
    /// All of these.
    and: Option<Vec<ClusterFilter>>,
    /// One of these at least.
    or: Option<Vec<ClusterFilter>>,
    /// Not this.
    not: Option<Box<ClusterFilter>>,
    /// Its id.
    id: Option<IdFilter>,
    /// When it came into the registry.
    created_at: Option<RangeFilter<DateTimeValue>>,
    /// When it last changed.
    updated_at: Option<RangeFilter<DateTimeValue>>,
    /// Its name, case and accents folded.
    name: Option<StringFilter>,
    /// Short form of the name.
    acronym: Option<StringFilter>,
    /// ISO 3166-1 alpha-2.
    country: Option<StringFilter>,
    /// The region that it works for.
    region: Option<RegionFilter>,
    /// The year it was founded.
    year_founded: Option<RangeFilter<i32>>,
    /// Its label for management excellence.
    management_label: Option<EnumFilter<ManagementLabel>>,
    /// Terms it is filed under.
    classifications: Option<ListFilter<ClassificationFilter>>,
    /// The organisation that runs it.
    organisation: Option<Box<OrganisationFilter>>,
    /// Its memberships.
    memberships: Option<ListFilter<MembershipFilter>>,
}

impl IntoFilter for ClusterFilter {
    fn into_filter(self) -> Result<Filter> {
        let Self {
            and,
            or,
            not,
            id,
            created_at,
            updated_at,
            name,
            acronym,
            country,
            region,
            year_founded,
            management_label,
            classifications,
            organisation,
            memberships,
        } = self;
        Ok(Conditions::default()
            .logic(and, or, not)?
            .ids(row::Column::Id, RecordType::Cluster, id)?
            .range(row::Column::CreatedAt, created_at)
            .range(row::Column::UpdatedAt, updated_at)
            .name(row::Column::NameKey, name)
            .text(row::Column::Acronym, acronym)
            .text(row::Column::Country, country)
            .region(row::Column::RegionPlace, region)?
            .range(row::Column::YearFounded, year_founded)
            .member::<_, row::ManagementLabel>(row::Column::ManagementLabel, management_label)
            .related(relation::TERMS, classifications)?
            .one(relation::ORGANISATION, organisation)?
            .related(relation::CLUSTER_MEMBERSHIPS, memberships)?
            .all())
    }
}

/// What clusters can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ClusterOrderField {
    /// When it came into the registry.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// Its name, case and accents folded.
    Name,
    /// Its country.
    Country,
    /// The year it was founded.
    YearFounded,
}

impl OrderField for ClusterOrderField {
    type Column = row::Column;

    fn column(self) -> row::Column {
        match self {
            Self::CreatedAt => row::Column::CreatedAt,
            Self::UpdatedAt => row::Column::UpdatedAt,
            Self::Name => row::Column::NameKey,
            Self::Country => row::Column::Country,
            Self::YearFounded => row::Column::YearFounded,
        }
    }
}
