//! The enums of partnership members, as the API shows them.

use async_graphql::Enum;

/// What a member is in a partnership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::partnership_member::PartnershipRole")]
pub(crate) enum PartnershipRole {
    /// It leads the partnership.
    Coordinator,
    /// A partner.
    Partner,
    /// An associated partner.
    Associated,
    /// An observer.
    Observer,
}
