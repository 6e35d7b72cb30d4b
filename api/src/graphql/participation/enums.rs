//! The enums of participations, as the API shows them.

use async_graphql::Enum;

/// What an organisation is in a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::participation::ParticipationRole")]
pub(crate) enum ParticipationRole {
    /// It leads the project.
    Coordinator,
    /// A beneficiary.
    Partner,
    /// Takes part without EU money.
    AssociatedPartner,
    /// Works for a beneficiary that it is linked to.
    ThirdParty,
    /// Works under contract.
    Subcontractor,
    /// Contributes work or goods.
    InKindContributor,
    /// A place where the results are tried.
    PilotSite,
}
