//! Which organisations, and in which order.

use async_graphql::{Enum, InputObject};
use entities::organisation as row;
use entities::record::RecordType;

use super::{LegalStatus, OrganisationKind};
use crate::graphql::cluster::ClusterFilter;
use crate::graphql::membership::MembershipFilter;
use crate::graphql::participation::ParticipationFilter;
use crate::graphql::partnership_member::PartnershipMemberFilter;

use crate::graphql::error::Result;
use crate::graphql::filter::{
    BooleanFilter, ClassificationFilter, Conditions, DateTimeValue, EnumFilter, IdFilter,
    IdentifierFilter, IntoFilter, ListFilter, RangeFilter, RegionFilter, StringFilter,
};
use crate::graphql::order::OrderField;
use crate::registry::{Filter, relation};

/// Which organisations; all conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct OrganisationFilter {
    /// All of these.
    and: Option<Vec<OrganisationFilter>>,
    /// One of these at least.
    or: Option<Vec<OrganisationFilter>>,
    /// Not this.
    not: Option<Box<OrganisationFilter>>,
    /// Its id.
    id: Option<IdFilter>,
    /// When it came into the registry.
    created_at: Option<RangeFilter<DateTimeValue>>,
    /// When it last changed.
    updated_at: Option<RangeFilter<DateTimeValue>>,
    /// Its name, case and accents folded.
    name: Option<StringFilter>,
    /// What it mainly is.
    kind: Option<EnumFilter<OrganisationKind>>,
    /// Whether it exists.
    legal_status: Option<EnumFilter<LegalStatus>>,
    /// Whether it is a small or medium-sized enterprise.
    is_sme: Option<BooleanFilter>,
    /// ISO 3166-1 alpha-2.
    country: Option<StringFilter>,
    /// Its region.
    region: Option<RegionFilter>,
    /// Its identifiers.
    identifiers: Option<ListFilter<IdentifierFilter>>,
    /// Terms it is filed under.
    classifications: Option<ListFilter<ClassificationFilter>>,
    /// The cluster that it runs.
    cluster: Option<Box<ClusterFilter>>,
    /// Its memberships of clusters.
    memberships: Option<ListFilter<MembershipFilter>>,
    /// Its participations in projects.
    participations: Option<ListFilter<ParticipationFilter>>,
    /// Its places in partnerships.
    partnership_memberships: Option<ListFilter<PartnershipMemberFilter>>,
}

impl IntoFilter for OrganisationFilter {
    fn into_filter(self) -> Result<Filter> {
        let Self {
            and,
            or,
            not,
            id,
            created_at,
            updated_at,
            name,
            kind,
            legal_status,
            is_sme,
            country,
            region,
            identifiers,
            classifications,
            cluster,
            memberships,
            participations,
            partnership_memberships,
        } = self;
        Ok(Conditions::default()
            .logic(and, or, not)?
            .ids(row::Column::Id, RecordType::Organisation, id)?
            .range(row::Column::CreatedAt, created_at)
            .range(row::Column::UpdatedAt, updated_at)
            .name(row::Column::NameKey, name)
            .member::<_, row::OrganisationKind>(row::Column::Kind, kind)
            .member::<_, row::LegalStatus>(row::Column::LegalStatus, legal_status)
            .boolean(row::Column::IsSme, is_sme)
            .text(row::Column::Country, country)
            .region(row::Column::RegionPlace, region)?
            .related(relation::IDENTIFIERS, identifiers)?
            .related(relation::TERMS, classifications)?
            .one(relation::ORGANISATION_CLUSTER, cluster)?
            .related(relation::ORGANISATION_MEMBERSHIPS, memberships)?
            .related(relation::ORGANISATION_PARTICIPATIONS, participations)?
            .related(relation::ORGANISATION_PARTNERSHIPS, partnership_memberships)?
            .all())
    }
}

/// What organisations can be ordered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum OrganisationOrderField {
    /// When it came into the registry.
    CreatedAt,
    /// When it last changed.
    UpdatedAt,
    /// Its name, case and accents folded.
    Name,
    /// Its country.
    Country,
    /// Its region, by NUTS code.
    Region,
    /// What it mainly is.
    Kind,
}

impl OrderField for OrganisationOrderField {
    type Column = row::Column;

    fn column(self) -> row::Column {
        match self {
            Self::CreatedAt => row::Column::CreatedAt,
            Self::UpdatedAt => row::Column::UpdatedAt,
            Self::Name => row::Column::NameKey,
            Self::Country => row::Column::Country,
            Self::Region => row::Column::RegionPlace,
            Self::Kind => row::Column::Kind,
        }
    }
}
