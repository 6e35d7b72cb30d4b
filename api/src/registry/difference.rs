//! What differs between two rows, and what of that a source may change.

use std::collections::BTreeMap;

use entities::record::{Finding, FindingCode, RecordRow};

use super::Shared;
use super::check::{Check, Mode};
use crate::store::SourceContent;

/// Puts what a source says now onto a record, field by field: one that differs from what the source
/// said last was changed by someone else since and stays.
pub(super) fn merge<E: Shared>(
    check: &mut Check,
    before: &E::Model,
    after: &mut E::Model,
    earlier: &SourceContent,
    patch: E::Patch,
) {
    let said: E::Patch = serde_json::from_value(earlier.content.clone()).unwrap_or_default();
    let mut as_said = before.clone();
    E::apply(
        &mut as_said,
        said,
        &mut Check::new(Mode::Lenient, check.today),
    );
    E::apply(after, patch, check);
    let kept: BTreeMap<_, _> = fields(Some(&as_said), before).collect();
    if kept.is_empty() {
        return;
    }
    if let Ok(serde_json::Value::Object(mut row)) = serde_json::to_value(&*after) {
        row.extend(kept.into_iter().map(|(name, (_, now))| (name, now)));
        if let Ok(merged) = serde_json::from_value(row.into()) {
            *after = merged;
        }
    }
}

/// Findings that come from the reading of a field and not from the row: they stay until something
/// is said of the field.
pub(super) fn kept_findings<E: Shared>(row: &E::Model, patch: &E::Patch) -> Vec<Finding> {
    let said = serde_json::to_value(patch).unwrap_or_default();
    let about_reading = [
        FindingCode::UnknownCode,
        FindingCode::Unreadable,
        FindingCode::AmountRounded,
    ];
    row.findings()
        .iter()
        .filter(|finding| about_reading.contains(&finding.code))
        .filter(|finding| {
            let field = finding.path.split('.').next().unwrap_or_default();
            said.get(field).is_none()
        })
        .cloned()
        .collect()
}

/// The fields in which two rows differ, with both values; the envelope's counters are not fields.
pub(super) fn fields<M: RecordRow>(
    before: Option<&M>,
    after: &M,
) -> impl Iterator<Item = (String, (serde_json::Value, serde_json::Value))> {
    let object = |row: &M| match serde_json::to_value(row) {
        Ok(serde_json::Value::Object(row)) => row,
        _ => serde_json::Map::new(),
    };
    let mut old = before.map(object).unwrap_or_default();
    let new = object(after);
    new.into_iter().filter_map(move |(name, new)| {
        let old = old.remove(&name).unwrap_or_default();
        let counter = matches!(
            name.as_str(),
            "id" | "version" | "created_at" | "updated_at"
        );
        (!counter && old != new).then_some((name, (old, new)))
    })
}
