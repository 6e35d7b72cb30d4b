//! The enums of partnerships, as the API shows them.

use async_graphql::Enum;

/// The programme that a partnership belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::partnership::PartnershipProgramme")]
pub(crate) enum PartnershipProgramme {
    /// European Strategic Cluster Partnerships for smart specialisation investments.
    #[graphql(name = "ESCP_S3")]
    EscpS3,
    /// European Strategic Cluster Partnerships for going international.
    #[graphql(name = "ESCP_4I")]
    Escp4i,
    /// European Strategic Cluster Partnerships for excellence.
    EscpExcellence,
    /// Euroclusters.
    Eurocluster,
    /// Thematic partnerships of the smart specialisation platform.
    #[graphql(name = "S3_THEMATIC_PARTNERSHIP")]
    S3ThematicPartnership,
    /// Interreg.
    Interreg,
    /// Interregional Innovation Investments.
    #[graphql(name = "I3")]
    I3,
    /// Any other.
    Other,
}

/// Who pays for a partnership's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::partnership::FundingStatus")]
pub(crate) enum FundingStatus {
    /// The programme pays a part.
    Cofunded,
    /// The partners pay for themselves.
    Voluntary,
}

/// How far a partnership is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::partnership::PartnershipStatus")]
pub(crate) enum PartnershipStatus {
    /// It is being written.
    Draft,
    /// It was proposed.
    Proposed,
    /// It works.
    Active,
    /// It came to its end.
    Completed,
    /// Another partnership goes on with it.
    Continued,
    /// It was dissolved.
    Dissolved,
}

/// How something is linked to a partnership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::partnership::PartnershipLinkKind")]
pub(crate) enum PartnershipLinkKind {
    /// A network that the partnership works with.
    LinkedNetwork,
    /// A partnership with the same aim.
    Sister,
    /// A partner outside the programme's countries.
    ThirdCountry,
    /// A platform of smart specialisation.
    S3Platform,
}
