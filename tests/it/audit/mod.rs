//! The audit: what is told of whom, who may read it, and what its chain of seals proves.

mod chain;
mod entries;
mod program;
mod sign_ins;

use serde_json::{Value, json};
use tests::Caller;

/// The audit as one reads it, the newest entries first.
const ENTRIES: &str =
    "query ($filter: AuditFilter, $first: Int, $after: String, $last: Int, $before: String) {
    auditEntries(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
        totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes { id kind at principal speaker network origin subject fields details { name value } }
    }
}";

/// Entries of these kinds, the oldest first.
pub(crate) fn entries(caller: &Caller, kinds: &[&str]) -> Vec<Value> {
    let filter = json!({ "kind": { "in": kinds } });
    let data = caller.query(ENTRIES, json!({ "filter": filter, "first": 200 }));
    let mut nodes = data["auditEntries"]["nodes"].as_array().unwrap().clone();
    nodes.reverse();
    nodes
}

/// What an entry says under a name; null: nothing.
pub(crate) fn detail<'a>(entry: &'a Value, name: &str) -> &'a Value {
    let mut details = entry["details"].as_array().unwrap().iter();
    let detail = details.find(|detail| detail["name"] == name);
    detail.map_or(&Value::Null, |detail| &detail["value"])
}
