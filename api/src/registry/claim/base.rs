//! Merging what a writer says with what others wrote since it last looked: field by field, three ways.

use serde_json::Value;

use super::{Fields, fields_of};
use crate::registry::Shared;
use crate::registry::check::{Check, Mode};

/// A field that the writer and someone else have changed, each to something else.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FieldConflict {
    /// The field.
    pub field: String,
    /// What the writer had seen.
    pub base: Value,
    /// What the writer says.
    pub yours: Value,
    /// What it is now.
    pub current: Value,
}

/// Takes out of what is said the fields that the writer did not change. Says which ones it and
/// someone else have changed. Fields of which the writer does not say what it saw are as it says.
pub(in crate::registry) fn merge<E: Shared>(
    now: &E::Model,
    base: &E::Patch,
    patch: &E::Patch,
    said: &mut Fields,
    check: &Check,
) -> Vec<FieldConflict> {
    let read = |patch: &E::Patch| {
        let mut row = now.clone();
        E::apply(
            &mut row,
            patch.clone(),
            &mut Check::new(Mode::Lenient, check.today),
        );
        fields_of::<E>(&E::restate(&row))
    };
    let (current, yours, seen) = (fields_of::<E>(&E::restate(now)), read(patch), read(base));
    let of = |fields: &Fields, field: &str| fields.get(field).cloned().unwrap_or_default();
    let mut conflicts = Vec::new();
    for field in fields_of::<E>(base).keys() {
        if !said.contains_key(field) {
            continue;
        }
        let (current, yours, seen) = (of(&current, field), of(&yours, field), of(&seen, field));
        if yours == seen && current != seen {
            said.remove(field);
        } else if current != seen && current != yours {
            conflicts.push(FieldConflict {
                field: field.clone(),
                base: seen,
                yours,
                current,
            });
        }
    }
    conflicts
}
