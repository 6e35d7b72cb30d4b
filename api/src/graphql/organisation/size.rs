//! What was said of an organisation's size.

use async_graphql::{InputObject, SimpleObject};
use entities::organisation as row;

use super::{EnterpriseSize, SizeBasis};
use crate::graphql::plain::Plain;
use crate::graphql::scalar::Date;

/// What was said of an enterprise's size, and for when. The newest statement without an end holds
/// today.
#[derive(Clone, SimpleObject, InputObject)]
#[graphql(name = "SizeStatement", input_name = "SizeStatementInput")]
pub(crate) struct SizeStatement {
    /// Whether it is a small or medium-sized enterprise.
    is_sme: Option<bool>,
    /// Its size class.
    size: Option<EnterpriseSize>,
    /// Staff in annual work units.
    headcount: Option<i32>,
    /// Who says so.
    basis: SizeBasis,
    /// The first day for which it holds; null: not known.
    starts_on: Option<Date>,
    /// The last day for which it holds; null: it holds today.
    ends_on: Option<Date>,
}

impl Plain for SizeStatement {}

impl From<row::SizeStatement> for SizeStatement {
    fn from(said: row::SizeStatement) -> Self {
        let row::SizeStatement {
            is_sme,
            size,
            headcount,
            basis,
            starts_on,
            ends_on,
        } = said;
        Self {
            is_sme,
            size: size.map(Into::into),
            headcount,
            basis: basis.into(),
            starts_on: starts_on.map(Date),
            ends_on: ends_on.map(Date),
        }
    }
}

impl From<SizeStatement> for row::SizeStatement {
    fn from(said: SizeStatement) -> Self {
        let SizeStatement {
            is_sme,
            size,
            headcount,
            basis,
            starts_on,
            ends_on,
        } = said;
        Self {
            is_sme,
            size: size.map(Into::into),
            headcount,
            basis: basis.into(),
            starts_on: starts_on.map(|day| day.0),
            ends_on: ends_on.map(|day| day.0),
        }
    }
}
