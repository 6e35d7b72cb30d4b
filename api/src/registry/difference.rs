//! What differs between two rows, and which findings of a row outlast a write.

use entities::record::{Finding, FindingCode, RecordRow};

use super::claim::Fields;

/// Findings that come from the reading of a field and not from the row: they stay until something
/// is said of the field.
pub(super) fn kept_findings(row: &impl RecordRow, said: &Fields) -> Vec<Finding> {
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
            !said.contains_key(field)
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
