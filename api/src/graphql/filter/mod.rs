//! Comparators: the inputs that every filter is made of, and how they become conditions.
//!
//! An absent comparator puts no condition, and neither does null; null is asked for with `isNull`.

mod conditions;

use async_graphql::{ID, InputObject, InputType};
use chrono::{DateTime, Utc};

pub(crate) use self::conditions::{Conditions, IntoFilter, filter_of};
use super::access::AuditKind;
use super::cluster::ManagementLabel;
use super::error::Result;
use super::membership::{MembershipCategory, MembershipFilter};
use super::organisation::{LegalStatus, OrganisationKind};
use super::participation::{ParticipationFilter, ParticipationRole};
use super::partnership::{PartnershipProgramme, PartnershipStatus};
use super::partnership_member::{PartnershipMemberFilter, PartnershipRole};
use super::project::{ProjectFilter, ProjectStatus};
use super::scalar::Date;
use super::value::{ConceptScheme, IdentifierScheme};
use crate::registry::Filter;

/// Text of a field. Case and accents count; where a field says so, they are folded.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct StringFilter {
    /// Equal.
    pub(super) eq: Option<String>,
    /// Not equal, or no value.
    pub(super) ne: Option<String>,
    /// One of these.
    pub(super) r#in: Option<Vec<String>>,
    /// None of these, or no value.
    pub(super) not_in: Option<Vec<String>>,
    /// Holds this text.
    pub(super) contains: Option<String>,
    /// Begins with this text.
    pub(super) starts_with: Option<String>,
    /// Has no value (true), or has one (false).
    pub(super) is_null: Option<bool>,
}

/// True or false.
#[derive(Clone, Copy, Debug, Default, InputObject)]
pub(crate) struct BooleanFilter {
    /// Equal.
    pub(super) eq: Option<bool>,
    /// Not equal, or no value.
    pub(super) ne: Option<bool>,
    /// Has no value (true), or has one (false).
    pub(super) is_null: Option<bool>,
}

/// An ordered value.
#[derive(Clone, Debug, InputObject)]
#[graphql(
    concrete(name = "IntFilter", params(i32)),
    concrete(name = "DateFilter", params(Date)),
    concrete(name = "DateTimeFilter", params(DateTimeValue))
)]
pub(crate) struct RangeFilter<T: InputType> {
    /// Equal.
    pub(super) eq: Option<T>,
    /// Not equal, or no value.
    pub(super) ne: Option<T>,
    /// One of these.
    pub(super) r#in: Option<Vec<T>>,
    /// None of these, or no value.
    pub(super) not_in: Option<Vec<T>>,
    /// Greater, or later.
    pub(super) gt: Option<T>,
    /// Greater or equal, or not before.
    pub(super) gte: Option<T>,
    /// Less, or earlier.
    pub(super) lt: Option<T>,
    /// Less or equal, or not after.
    pub(super) lte: Option<T>,
    /// Has no value (true), or has one (false).
    pub(super) is_null: Option<bool>,
}

/// A moment, as `chrono` reads it.
pub(crate) type DateTimeValue = DateTime<Utc>;

/// Ids of records.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct IdFilter {
    /// This record.
    pub(super) eq: Option<ID>,
    /// Any but this record.
    pub(super) ne: Option<ID>,
    /// One of these.
    pub(super) r#in: Option<Vec<ID>>,
    /// None of these.
    pub(super) not_in: Option<Vec<ID>>,
}

/// A region, by its NUTS code of any version.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct RegionFilter {
    /// In exactly this region, not below it.
    pub(super) eq: Option<String>,
    /// In exactly one of these regions.
    pub(super) r#in: Option<Vec<String>>,
    /// In this region or anywhere below it: a country, or a region of level 1, 2 or 3.
    pub(super) within: Option<String>,
    /// Has no region (true), or has one (false).
    pub(super) is_null: Option<bool>,
}

/// A member of an enum.
#[derive(Clone, Debug, InputObject)]
#[graphql(
    concrete(name = "AuditKindFilter", params(AuditKind)),
    concrete(name = "ConceptSchemeFilter", params(ConceptScheme)),
    concrete(name = "IdentifierSchemeFilter", params(IdentifierScheme)),
    concrete(name = "LegalStatusFilter", params(LegalStatus)),
    concrete(name = "ManagementLabelFilter", params(ManagementLabel)),
    concrete(name = "MembershipCategoryFilter", params(MembershipCategory)),
    concrete(name = "OrganisationKindFilter", params(OrganisationKind)),
    concrete(name = "ParticipationRoleFilter", params(ParticipationRole)),
    concrete(name = "PartnershipProgrammeFilter", params(PartnershipProgramme)),
    concrete(name = "PartnershipRoleFilter", params(PartnershipRole)),
    concrete(name = "PartnershipStatusFilter", params(PartnershipStatus)),
    concrete(name = "ProjectStatusFilter", params(ProjectStatus))
)]
pub(crate) struct EnumFilter<T: InputType> {
    /// Equal.
    pub(super) eq: Option<T>,
    /// Not equal, or no value.
    pub(super) ne: Option<T>,
    /// One of these.
    pub(super) r#in: Option<Vec<T>>,
    /// None of these, or no value.
    pub(super) not_in: Option<Vec<T>>,
    /// Has no value (true), or has one (false).
    pub(super) is_null: Option<bool>,
}

/// Rows of another list that belong to the record; rows that the viewer may not see do not count.
#[derive(Clone, Debug, InputObject)]
#[graphql(
    concrete(name = "ClassificationListFilter", params(ClassificationFilter)),
    concrete(name = "IdentifierListFilter", params(IdentifierFilter)),
    concrete(name = "MembershipListFilter", params(MembershipFilter)),
    concrete(name = "ParticipationListFilter", params(ParticipationFilter)),
    concrete(name = "PartnershipMemberListFilter", params(PartnershipMemberFilter)),
    concrete(name = "ProjectListFilter", params(ProjectFilter))
)]
pub(crate) struct ListFilter<F: InputType> {
    /// One of them at least; `{}`: there is one.
    pub(super) some: Option<F>,
    /// Each of them.
    pub(super) every: Option<F>,
    /// None of them; `{}`: there is none.
    pub(super) none: Option<F>,
}

/// An identifier of a record.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct IdentifierFilter {
    /// The register or system it comes from.
    scheme: Option<EnumFilter<IdentifierScheme>>,
    /// The canonical form.
    value: Option<StringFilter>,
}

impl IntoFilter for IdentifierFilter {
    fn into_filter(self) -> Result<Filter> {
        use entities::record_identifier::Column;
        let Self { scheme, value } = self;
        Ok(Conditions::default()
            .member::<_, entities::value::IdentifierScheme>(Column::Scheme, scheme)
            .text(Column::Value, value)
            .all())
    }
}

/// A term that a record is filed under.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct ClassificationFilter {
    /// The list that the term is from.
    scheme: Option<EnumFilter<ConceptScheme>>,
    /// The code, or the words of a term that has none.
    code: Option<StringFilter>,
}

impl IntoFilter for ClassificationFilter {
    fn into_filter(self) -> Result<Filter> {
        use entities::record_classification::Column;
        let Self { scheme, code } = self;
        Ok(Conditions::default()
            .member::<_, entities::value::ConceptScheme>(Column::Scheme, scheme)
            .text(Column::Term, code)
            .all())
    }
}
