//! The enums of pushes, as the API shows them.

use async_graphql::Enum;

/// Whether the rows of a push stand or fall together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum PushMode {
    /// Each stands or falls by itself.
    PerRow,
    /// All are written, or none is.
    AllOrNothing,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::registry::Outcome", name = "PushOutcome")]
pub(crate) enum Outcome {
    /// A record was made.
    Created,
    /// What your source says changed, and the record with it where it takes it.
    Updated,
    /// All was there already: no new version, no event.
    Unchanged,
    /// The record was there; your source speaks of it now, too.
    Linked,
    /// A record of your own was made, which may be there already: `matchReviews` asks you.
    PendingReview,
    /// Your source has said something newer before, by `sourceUpdatedAt`.
    Stale,
    /// The record changed since you saw it: see `conflicts` and `errors`.
    Conflict,
    /// Nothing was written: see `errors`.
    Rejected,
    /// Your source speaks of the record no more.
    Withdrawn,
    /// There is nothing that the row could be about.
    NotFound,
    /// It would have been written, had all rows been right.
    RolledBack,
}

/// Why two organisations may be the same, or may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "crate::registry::MatchReason")]
pub(crate) enum MatchReason {
    /// They hold the same identifier.
    Identifier,
    /// They have the same name, but for their legal form.
    Name,
    /// Their names are alike.
    SimilarName,
    /// They are in the same city.
    City,
    /// They have the same postal code.
    PostalCode,
    /// Their home pages are at the same place.
    WebDomain,
    /// They hold different identifiers of a kind of which an organisation has one.
    OtherIdentifier,
    /// Their names differ.
    OtherName,
}
