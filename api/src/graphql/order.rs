//! The order of lists: a field, a direction, and where rows without a value go.

use async_graphql::{Enum, InputObject, InputType};

use super::cluster::ClusterOrderField;
use super::membership::MembershipOrderField;
use super::organisation::OrganisationOrderField;
use super::participation::ParticipationOrderField;
use super::partnership::PartnershipOrderField;
use super::partnership_member::PartnershipMemberOrderField;
use super::project::ProjectOrderField;
use crate::registry::{Order, OrderKey};

/// From low to high, or from high to low.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub(crate) enum OrderDirection {
    /// From low to high, from early to late, from A to Z.
    #[default]
    Asc,
    /// From high to low, from late to early, from Z to A.
    Desc,
}

/// Where rows without a value go.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub(crate) enum NullsOrder {
    /// Before the others.
    First,
    /// After the others.
    #[default]
    Last,
}

/// An item of a list's order; the first item counts most, and the id always comes last.
#[derive(Clone, Debug, InputObject)]
#[graphql(
    concrete(name = "OrganisationOrder", params(OrganisationOrderField)),
    concrete(name = "ClusterOrder", params(ClusterOrderField)),
    concrete(name = "MembershipOrder", params(MembershipOrderField)),
    concrete(name = "PartnershipOrder", params(PartnershipOrderField)),
    concrete(name = "PartnershipMemberOrder", params(PartnershipMemberOrderField)),
    concrete(name = "ProjectOrder", params(ProjectOrderField)),
    concrete(name = "ParticipationOrder", params(ParticipationOrderField))
)]
pub(crate) struct OrderBy<F: InputType> {
    /// What is compared.
    field: F,
    /// In which direction.
    #[graphql(default)]
    direction: OrderDirection,
    /// Where rows without a value go.
    #[graphql(default)]
    nulls: NullsOrder,
}

/// A field that a list can be ordered by.
pub(crate) trait OrderField: InputType {
    /// The columns of the table.
    type Column;
    /// The column that is compared.
    fn column(self) -> Self::Column;
}

/// The order that an argument asks for.
pub(crate) fn order<F: OrderField>(order: Option<Vec<OrderBy<F>>>) -> Vec<Order<F::Column>> {
    let items = order.unwrap_or_default().into_iter();
    items
        .map(
            |OrderBy {
                 field,
                 direction,
                 nulls,
             }| Order {
                by: OrderKey::Column(field.column()),
                descending: direction == OrderDirection::Desc,
                nulls_first: nulls == NullsOrder::First,
            },
        )
        .collect()
}
