//! The enums of memberships, as the API shows them.

use async_graphql::Enum;

/// The category of a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::membership::MembershipCategory")]
pub(crate) enum MembershipCategory {
    /// Founder.
    Founding,
    /// Full member.
    Full,
    /// Associate member.
    Associate,
    /// Observer.
    Observer,
}
