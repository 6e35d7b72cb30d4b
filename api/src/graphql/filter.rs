//! Comparators: the inputs that every filter is made of, and how they become conditions.
//!
//! An absent comparator puts no condition, and neither does null; null is asked for with `isNull`.

use async_graphql::{ID, InputObject, InputType};
use chrono::{DateTime, Utc};
use entities::IdenStatic;
use entities::record::RecordType;

use super::cluster::ManagementLabel;
use super::error::{GraphqlError, Result};
use super::id;
use super::membership::{MembershipCategory, MembershipFilter};
use super::organisation::{LegalStatus, OrganisationKind};
use super::participation::{ParticipationFilter, ParticipationRole};
use super::partnership::{PartnershipProgramme, PartnershipStatus};
use super::partnership_member::{PartnershipMemberFilter, PartnershipRole};
use super::project::{ProjectFilter, ProjectStatus};
use super::scalar::Date;
use super::value::{ConceptScheme, IdentifierScheme};
use crate::reference::{fold, region};
use crate::registry::{Filter, Quantifier, Related, Test};

/// Text of a field. Case and accents count; where a field says so, they are folded.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct StringFilter {
    /// Equal.
    eq: Option<String>,
    /// Not equal, or no value.
    ne: Option<String>,
    /// One of these.
    r#in: Option<Vec<String>>,
    /// None of these, or no value.
    not_in: Option<Vec<String>>,
    /// Holds this text.
    contains: Option<String>,
    /// Begins with this text.
    starts_with: Option<String>,
    /// Has no value (true), or has one (false).
    is_null: Option<bool>,
}

/// True or false.
#[derive(Clone, Copy, Debug, Default, InputObject)]
pub(crate) struct BooleanFilter {
    /// Equal.
    eq: Option<bool>,
    /// Not equal, or no value.
    ne: Option<bool>,
    /// Has no value (true), or has one (false).
    is_null: Option<bool>,
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
    eq: Option<T>,
    /// Not equal, or no value.
    ne: Option<T>,
    /// One of these.
    r#in: Option<Vec<T>>,
    /// None of these, or no value.
    not_in: Option<Vec<T>>,
    /// Greater, or later.
    gt: Option<T>,
    /// Greater or equal, or not before.
    gte: Option<T>,
    /// Less, or earlier.
    lt: Option<T>,
    /// Less or equal, or not after.
    lte: Option<T>,
    /// Has no value (true), or has one (false).
    is_null: Option<bool>,
}

/// A moment, as `chrono` reads it.
pub(crate) type DateTimeValue = DateTime<Utc>;

/// Ids of records.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct IdFilter {
    /// This record.
    eq: Option<ID>,
    /// Any but this record.
    ne: Option<ID>,
    /// One of these.
    r#in: Option<Vec<ID>>,
    /// None of these.
    not_in: Option<Vec<ID>>,
}

/// A region, by its NUTS code of any version.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct RegionFilter {
    /// In exactly this region, not below it.
    eq: Option<String>,
    /// In exactly one of these regions.
    r#in: Option<Vec<String>>,
    /// In this region or anywhere below it: a country, or a region of level 1, 2 or 3.
    within: Option<String>,
    /// Has no region (true), or has one (false).
    is_null: Option<bool>,
}

/// Collects the conditions of one filter object.
#[derive(Default)]
pub(crate) struct Conditions(Vec<Filter>);

/// A type whose values are compared.
pub(crate) trait Comparable {
    /// The value as the database has it.
    fn comparable(self) -> entities::Value;
}

impl Comparable for i32 {
    fn comparable(self) -> entities::Value {
        self.into()
    }
}

impl Comparable for Date {
    fn comparable(self) -> entities::Value {
        self.0.into()
    }
}

impl Comparable for DateTimeValue {
    fn comparable(self) -> entities::Value {
        self.into()
    }
}

impl Conditions {
    /// Adds tests of a column, those that are asked for.
    fn test(&mut self, column: impl IdenStatic, tests: impl IntoIterator<Item = Option<Test>>) {
        let column = column.as_str();
        self.0.extend(
            tests
                .into_iter()
                .flatten()
                .map(|test| Filter::Column(column, test)),
        );
    }

    /// Text.
    pub(crate) fn text(mut self, column: impl IdenStatic, filter: Option<StringFilter>) -> Self {
        let Some(filter) = filter else { return self };
        let StringFilter {
            eq,
            ne,
            r#in,
            not_in,
            contains,
            starts_with,
            is_null,
        } = filter;
        self.test(
            column,
            [
                eq.map(|text| Test::Eq(text.into())),
                ne.map(|text| Test::Ne(text.into())),
                r#in.map(|texts| Test::In(values(texts))),
                not_in.map(|texts| Test::NotIn(values(texts))),
                contains.map(Test::Contains),
                starts_with.map(Test::StartsWith),
                is_null.map(Test::IsNull),
            ],
        );
        self
    }

    /// A name: compared with case and accents folded, through its folded column.
    pub(crate) fn name(self, folded: impl IdenStatic, filter: Option<StringFilter>) -> Self {
        let filter = filter.map(|filter| {
            let StringFilter {
                eq,
                ne,
                r#in,
                not_in,
                contains,
                starts_with,
                is_null,
            } = filter;
            let one = |text: Option<String>| text.map(|text| fold(&text));
            let all = |texts: Option<Vec<String>>| {
                texts.map(|texts| texts.iter().map(|text| fold(text)).collect())
            };
            StringFilter {
                eq: one(eq),
                ne: one(ne),
                r#in: all(r#in),
                not_in: all(not_in),
                contains: one(contains),
                starts_with: one(starts_with),
                is_null,
            }
        });
        self.text(folded, filter)
    }

    /// True or false.
    pub(crate) fn boolean(
        mut self,
        column: impl IdenStatic,
        filter: Option<BooleanFilter>,
    ) -> Self {
        let Some(BooleanFilter { eq, ne, is_null }) = filter else {
            return self;
        };
        self.test(
            column,
            [
                eq.map(|truth| Test::Eq(truth.into())),
                ne.map(|truth| Test::Ne(truth.into())),
                is_null.map(Test::IsNull),
            ],
        );
        self
    }

    /// An ordered value.
    pub(crate) fn range<T: InputType + Comparable>(
        mut self,
        column: impl IdenStatic,
        filter: Option<RangeFilter<T>>,
    ) -> Self {
        let Some(filter) = filter else { return self };
        let RangeFilter {
            eq,
            ne,
            r#in,
            not_in,
            gt,
            gte,
            lt,
            lte,
            is_null,
        } = filter;
        let all = |items: Vec<T>| items.into_iter().map(T::comparable).collect();
        self.test(
            column,
            [
                eq.map(|value| Test::Eq(value.comparable())),
                ne.map(|value| Test::Ne(value.comparable())),
                r#in.map(|items| Test::In(all(items))),
                not_in.map(|items| Test::NotIn(all(items))),
                gt.map(|value| Test::Gt(value.comparable())),
                gte.map(|value| Test::Gte(value.comparable())),
                lt.map(|value| Test::Lt(value.comparable())),
                lte.map(|value| Test::Lte(value.comparable())),
                is_null.map(Test::IsNull),
            ],
        );
        self
    }

    /// A member of an enum.
    pub(crate) fn member<T: InputType, V: From<T> + Into<entities::Value>>(
        mut self,
        column: impl IdenStatic,
        filter: Option<EnumFilter<T>>,
    ) -> Self {
        let Some(EnumFilter {
            eq,
            ne,
            r#in,
            not_in,
            is_null,
        }) = filter
        else {
            return self;
        };
        let one = |member: T| V::from(member).into();
        let all = |members: Vec<T>| members.into_iter().map(one).collect();
        self.test(
            column,
            [
                eq.map(|member| Test::Eq(one(member))),
                ne.map(|member| Test::Ne(one(member))),
                r#in.map(|members| Test::In(all(members))),
                not_in.map(|members| Test::NotIn(all(members))),
                is_null.map(Test::IsNull),
            ],
        );
        self
    }

    /// Ids of one type.
    pub(crate) fn ids(
        mut self,
        column: impl IdenStatic,
        kind: RecordType,
        filter: Option<IdFilter>,
    ) -> Result<Self> {
        let Some(IdFilter {
            eq,
            ne,
            r#in,
            not_in,
        }) = filter
        else {
            return Ok(self);
        };
        let one = |id: ID| Ok::<_, GraphqlError>(id::decode_as(kind, &id)?.into());
        let all = |ids: Vec<ID>| ids.into_iter().map(one).collect::<Result<Vec<_>>>();
        let tests = [
            eq.map(one).transpose()?.map(Test::Eq),
            ne.map(one).transpose()?.map(Test::Ne),
            r#in.map(all).transpose()?.map(Test::In),
            not_in.map(all).transpose()?.map(Test::NotIn),
        ];
        self.test(column, tests);
        Ok(self)
    }

    /// A region, through its place in the current version of NUTS.
    pub(crate) fn region(
        mut self,
        place: impl IdenStatic,
        filter: Option<RegionFilter>,
    ) -> Result<Self> {
        let Some(RegionFilter {
            eq,
            r#in,
            within,
            is_null,
        }) = filter
        else {
            return Ok(self);
        };
        let exact = |code: String| Ok::<_, GraphqlError>(known(&code)?.place.into());
        self.test(
            place,
            [
                eq.map(exact).transpose()?.map(Test::Eq),
                is_null.map(Test::IsNull),
            ],
        );
        if let Some(codes) = r#in {
            let places = codes.into_iter().map(exact).collect::<Result<Vec<_>>>()?;
            self.test(place, [Some(Test::In(places))]);
        }
        if let Some(code) = within {
            let (from, to) =
                region::place_range(known(&code)?.place).ok_or_else(|| unknown_region(&code))?;
            self.test(
                place,
                [Some(Test::Gte(from.into())), Some(Test::Lt(to.into()))],
            );
        }
        Ok(self)
    }

    /// Filters that all must hold, one that must, or one that must not.
    pub(crate) fn logic<F: IntoFilter>(
        mut self,
        and: Option<Vec<F>>,
        or: Option<Vec<F>>,
        not: Option<Box<F>>,
    ) -> Result<Self> {
        let all = |filters: Vec<F>| {
            filters
                .into_iter()
                .map(IntoFilter::into_filter)
                .collect::<Result<Vec<_>>>()
        };
        self.0
            .extend(and.map(all).transpose()?.into_iter().flatten());
        self.0.extend(or.map(all).transpose()?.map(Filter::Any));
        if let Some(not) = not {
            self.0.push(Filter::Not(Box::new(not.into_filter()?)));
        }
        Ok(self)
    }

    /// Rows of another table, by `some`, `every` and `none`.
    pub(crate) fn related<F: InputType + IntoFilter>(
        mut self,
        related: Related,
        filter: Option<ListFilter<F>>,
    ) -> Result<Self> {
        let Some(ListFilter { some, every, none }) = filter else {
            return Ok(self);
        };
        let quantified = [
            (Quantifier::Some, some),
            (Quantifier::Every, every),
            (Quantifier::None, none),
        ];
        for (quantifier, filter) in quantified {
            if let Some(filter) = filter {
                let inner = Box::new(filter.into_filter()?);
                self.0.push(Filter::Related(related, quantifier, inner));
            }
        }
        Ok(self)
    }

    /// The one row of another table that a column points to.
    pub(crate) fn one<F: IntoFilter>(
        mut self,
        related: Related,
        filter: Option<Box<F>>,
    ) -> Result<Self> {
        if let Some(filter) = filter {
            let inner = Box::new(filter.into_filter()?);
            self.0
                .push(Filter::Related(related, Quantifier::Some, inner));
        }
        Ok(self)
    }

    /// All of them must hold.
    pub(crate) fn all(self) -> Filter {
        Filter::All(self.0)
    }
}

/// A filter input.
pub(crate) trait IntoFilter {
    /// The condition that it asks for.
    ///
    /// # Errors
    /// When it names an id or a region that cannot be.
    fn into_filter(self) -> Result<Filter>;
}

/// A filter that may be absent.
pub(crate) fn filter_of(filter: Option<impl IntoFilter>) -> Result<Filter> {
    filter.map_or_else(|| Ok(Filter::default()), IntoFilter::into_filter)
}

fn values(texts: Vec<String>) -> Vec<entities::Value> {
    texts.into_iter().map(Into::into).collect()
}

fn known(code: &str) -> Result<&'static region::Region> {
    region::find(code, None).ok_or_else(|| unknown_region(code))
}

fn unknown_region(code: &str) -> GraphqlError {
    GraphqlError::bad_request(format!(
        "`{code}` is no region: give a NUTS code of any version, for example `ITI1`; \
         the query `regions` lists them"
    ))
}

/// A member of an enum.
#[derive(Clone, Debug, InputObject)]
#[graphql(
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
    eq: Option<T>,
    /// Not equal, or no value.
    ne: Option<T>,
    /// One of these.
    r#in: Option<Vec<T>>,
    /// None of these, or no value.
    not_in: Option<Vec<T>>,
    /// Has no value (true), or has one (false).
    is_null: Option<bool>,
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
    some: Option<F>,
    /// Each of them.
    every: Option<F>,
    /// None of them; `{}`: there is none.
    none: Option<F>,
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
