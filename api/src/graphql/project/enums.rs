//! The enums of projects, as the API shows them.

use async_graphql::Enum;

/// How far a project is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::project::ProjectStatus")]
pub(crate) enum ProjectStatus {
    /// An idea.
    Pipeline,
    /// Applied for.
    Applied,
    /// Rejected.
    Rejected,
    /// On a reserve list.
    Reserve,
    /// The grant agreement is signed.
    Signed,
    /// Work goes on.
    Running,
    /// Work is suspended.
    Suspended,
    /// It came to its end.
    Closed,
    /// It was ended before its time.
    Terminated,
    /// It was cancelled before work began.
    Cancelled,
}

/// How mature a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::project::MaturityStage")]
pub(crate) enum MaturityStage {
    /// An idea.
    Idea,
    /// A proof of concept.
    ProofOfConcept,
    /// Validated in a laboratory.
    LabValidated,
    /// A prototype.
    Prototype,
    /// A demonstrator.
    Demonstrator,
    /// A pilot.
    Pilot,
    /// Ready to be sold.
    ReadyToMarket,
    /// It is sold.
    OnMarket,
}
