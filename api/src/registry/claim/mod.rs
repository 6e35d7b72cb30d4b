//! What sources say of records, and how a shared record is computed from it (ADR 0005).
//!
//! A source writes its own claim, never the record: the record takes each field from the claim that
//! counts most. It decides, and touches no database.

mod base;
mod hearing;
mod survivors;

use entities::id::ClusterId;
use entities::record::Visibility;
use serde_json::{Map, Value};

use super::Shared;
use crate::store::SourceClaim;

pub use base::FieldConflict;
pub(super) use base::merge;
pub(super) use hearing::{Places, named_by};
pub(super) use survivors::{Hand, Speaker, Standing, Survivors, oldest_claimant};

/// Fields by name, as a write says them: absent, null or a value.
pub(super) type Fields = Map<String, Value>;

/// What a write says, field by field.
pub(super) fn fields_of<E: Shared>(patch: &E::Patch) -> Fields {
    match serde_json::to_value(patch) {
        Ok(Value::Object(fields)) => fields,
        _ => Fields::new(),
    }
}

/// The write that says this; what cannot be read says nothing.
pub(super) fn patch_of<E: Shared>(fields: Fields) -> E::Patch {
    serde_json::from_value(Value::Object(fields)).unwrap_or_default()
}

/// Whether a value says that there is none.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        Value::String(text) => text.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Who answers for a record of which a cluster speaks from now on: who did, and else that cluster where a
/// public source brought the record. What the operator wrote by hand stays the registry's.
pub(super) fn steward_beside(
    steward: Option<ClusterId>,
    claims: &[SourceClaim],
    cluster: Option<ClusterId>,
) -> Option<ClusterId> {
    let is_public = |claim: &SourceClaim| claim.is_live() && claim.cluster.is_none();
    steward.or(cluster.filter(|_| claims.iter().any(is_public)))
}

/// The widest sight that others than a cluster have given to their claims on a record.
pub(super) fn widest_of_others(
    claims: &[SourceClaim],
    cluster: Option<ClusterId>,
) -> Option<Visibility> {
    let others = claims
        .iter()
        .filter(|claim| claim.is_live() && claim.cluster != cluster);
    others.filter_map(|claim| claim.row.visibility).max()
}
