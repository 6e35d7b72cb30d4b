//! From comparators to conditions.

use async_graphql::{ID, InputType};
use chrono::Datelike;
use entities::IdenStatic;
use entities::record::RecordType;

use super::{
    BooleanFilter, DateTimeValue, EnumFilter, IdFilter, ListFilter, RangeFilter, RegionFilter,
    StringFilter,
};
use crate::graphql::error::{GraphqlError, Result};
use crate::graphql::id;
use crate::graphql::scalar::Date;
use crate::reference::{fold, region};
use crate::registry::{Filter, Quantifier, Related, Test};

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
        // Beyond years of four digits the databases have no common order, and no record lies there.
        let within = self.with_year(self.year().clamp(1, 9_999));
        within.unwrap_or(self).into()
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
pub(crate) fn filter_of(filter: Option<Box<impl IntoFilter>>) -> Result<Filter> {
    filter.map_or_else(|| Ok(Filter::default()), |filter| filter.into_filter())
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
