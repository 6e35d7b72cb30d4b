//! What a cluster said of its members itself.

use async_graphql::{InputObject, SimpleObject};
use entities::cluster as row;

use crate::graphql::scalar::Date;

/// How many members a cluster said it had.
#[derive(Clone, SimpleObject, InputObject)]
#[graphql(name = "DeclaredCount", input_name = "DeclaredCountInput")]
pub(crate) struct DeclaredCount {
    /// The day for which it was said; null where the source has no date.
    declared_on: Option<Date>,
    /// All members.
    member_count: Option<i32>,
    /// Small and medium-sized enterprises among them.
    sme_count: Option<i32>,
    /// Members by category, in the source's words.
    by_category: Vec<CategoryCount>,
    /// The page that says so.
    source: Option<String>,
}

/// How many members of one category a cluster said it had.
#[derive(Clone, SimpleObject, InputObject)]
#[graphql(name = "CategoryCount", input_name = "CategoryCountInput")]
pub(crate) struct CategoryCount {
    /// The category, in the source's words.
    category: String,
    /// How many.
    count: i32,
}

impl From<row::DeclaredCount> for DeclaredCount {
    fn from(said: row::DeclaredCount) -> Self {
        let row::DeclaredCount {
            declared_on,
            member_count,
            sme_count,
            by_category,
            source,
        } = said;
        let by_category = by_category
            .into_iter()
            .map(|row::CategoryCount { category, count }| CategoryCount { category, count });
        Self {
            declared_on: declared_on.map(Date),
            member_count,
            sme_count,
            by_category: by_category.collect(),
            source,
        }
    }
}

impl From<DeclaredCount> for row::DeclaredCount {
    fn from(said: DeclaredCount) -> Self {
        let DeclaredCount {
            declared_on,
            member_count,
            sme_count,
            by_category,
            source,
        } = said;
        let by_category = by_category
            .into_iter()
            .map(|CategoryCount { category, count }| row::CategoryCount { category, count });
        Self {
            declared_on: declared_on.map(|day| day.0),
            member_count,
            sme_count,
            by_category: by_category.collect(),
            source,
        }
    }
}
