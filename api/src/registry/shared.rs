//! What the one write path must know of a type of shared records.

use entities::id::ClusterId;
use entities::record::Record;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::check::Check;
use super::place::Place;
use super::reference::Named;
use crate::store::{IdentifierPair, Indexed};

/// A type of shared records: what a write may say of it, and how that becomes a row.
pub trait Shared: Record {
    /// What a write says: each field left as it is, emptied or set.
    type Patch: Clone
        + std::fmt::Debug
        + Default
        + PartialEq
        + Serialize
        + DeserializeOwned
        + Send
        + Sync;

    /// What to say when the database finds that there is such a record already.
    const DUPLICATE: &'static str;

    /// The fields without which there is no such record.
    const NEEDED: &[&str];

    /// The columns of the two records between which the type has places; none: there may be any number.
    const ENDS: Option<[&'static str; 2]> = None;

    /// The references to other records that the write holds.
    fn references(patch: &mut Self::Patch) -> Vec<Named<'_>>;

    /// The strong identifiers that the write brings, canonical: two writers of one meet there.
    fn strong_identifiers(_patch: &Self::Patch) -> Vec<IdentifierPair> {
        Vec::new()
    }

    /// Adds to a new record what goes without saying for a cluster's source.
    fn complete(_patch: &mut Self::Patch, _cluster: ClusterId) {}

    /// Adds to what is said of a record that a snapshot had ended, and that the source has again.
    fn resume(_patch: &mut Self::Patch) {}

    /// Puts what is said onto the row; what is wrong with it goes to `check`.
    fn apply(row: &mut Self::Model, patch: Self::Patch, check: &mut Check);

    /// What a write would have to say to make the row what it is: what came of reading and checking
    /// what was said, field by field.
    fn restate(row: &Self::Model) -> Self::Patch;

    /// What is wrong with the row as a whole.
    fn check(row: &Self::Model, check: &mut Check);

    /// Its place, as the unique index of the table has it.
    fn place(_row: &Self::Model) -> Option<Place> {
        None
    }

    /// What the index tables say of it.
    fn index(row: &Self::Model) -> Indexed;
}
