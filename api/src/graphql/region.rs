//! Regions: reference data that ships with the registry.

use async_graphql::{Context, Object};

use super::connection::{self, List, PageArgs};
use super::error::{GraphqlError, Result};
use super::plain::plain;
use super::written::One;
use crate::reference::{fold, region};

/// A region of the European Union's statistical nomenclature NUTS, or a country.
#[derive(Clone, Copy)]
pub(crate) struct Region(pub(crate) &'static region::Region);

impl From<&'static region::Region> for Region {
    fn from(region: &'static region::Region) -> Self {
        Self(region)
    }
}

plain!(Region: code, name, name_latin, level, version, country, parent);

/// A region of the European Union's statistical nomenclature NUTS, or a country.
#[Object]
impl Region {
    /// Its NUTS code; countries outside NUTS have their ISO 3166-1 code.
    async fn code(&self) -> &'static str {
        self.0.code
    }

    /// Its name in its own language and script.
    async fn name(&self) -> &'static str {
        self.0.name
    }

    /// Its name in Latin letters.
    async fn name_latin(&self) -> &'static str {
        self.0.name_latin
    }

    /// 0 is a country, 1 to 3 are the levels of NUTS.
    async fn level(&self) -> i32 {
        self.0.level
    }

    /// The version of NUTS that the code is from: the year.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The country, ISO 3166-1 alpha-2: `GR` and `GB` where NUTS has `EL` and `UK`.
    async fn country(&self) -> &'static str {
        self.0.country
    }

    /// The region that it is a part of.
    async fn parent(&self) -> Option<One<Region>> {
        region::parent(self.0).map(One::of)
    }
}

/// Queries for regions.
#[derive(Default)]
pub(crate) struct RegionQuery;

#[Object]
impl RegionQuery {
    /// Regions of the current version of NUTS and countries outside it, by their codes.
    #[expect(
        clippy::too_many_arguments,
        reason = "the four of every list, and three of its own"
    )]
    async fn regions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only this region and those below it.")] within: Option<String>,
        #[graphql(desc = "Only this level: 0 countries, 1 to 3 NUTS.")] level: Option<i32>,
        #[graphql(desc = "Only those whose name or code holds these words.")] search: Option<
            String,
        >,
    ) -> Result<List<Region>> {
        let range = within.as_deref().map(place_range).transpose()?;
        let words = search.as_deref().map(fold).unwrap_or_default();
        let regions: Vec<_> = region::current()
            .filter(|region| level.is_none_or(|level| region.level == level))
            .filter(|region| {
                range
                    .as_ref()
                    .is_none_or(|(from, to)| (from.as_str()..to.as_str()).contains(&region.place))
            })
            .filter(|region| {
                connection::holds(&words, &[region.name, region.name_latin, region.code])
            })
            .collect();
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        connection::slice(ctx, &args, regions, |region| region.code.to_owned())
    }

    /// A region by its NUTS code of any version; without `version` the newest that has the code.
    async fn region(
        &self,
        #[graphql(desc = "Its NUTS code.")] code: String,
        #[graphql(desc = "The version of NUTS: the year.")] version: Option<i32>,
    ) -> Option<One<Region>> {
        region::find(&code, version).map(One::of)
    }
}

fn place_range(code: &str) -> Result<(String, String)> {
    region::find(code, None)
        .and_then(|region| region::place_range(region.place))
        .ok_or_else(|| {
            GraphqlError::bad_request(format!(
                "`{code}` is no region: give a NUTS code of any version, for example `ITI1`"
            ))
        })
}
