//! The history of records: who changed which field from what to what, as far as an actor may see.

use std::collections::{HashMap, HashSet};

use entities::cluster;
use entities::record::RecordType;
use uuid::Uuid;

use super::{Registry, Result};
use crate::auth::Actor;
use crate::store::{self, Columns, HistoryEntry, HistorySlice};

/// What an entry says, with what of it the actor may see.
#[derive(Clone, Debug)]
pub struct Past {
    /// What the log says, and whether the values before may be seen.
    pub told: HistoryEntry,
    /// The cluster in whose name it was done, where the actor may see it.
    pub by: Option<cluster::Model>,
}

impl Registry {
    /// The histories of records that the actor sees, newest first. Values that name other records
    /// which the actor may not see are null.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn histories(
        &self,
        actor: &Actor,
        records: Vec<Uuid>,
        slice: HistorySlice,
    ) -> Result<HashMap<Uuid, Vec<Past>>> {
        let (db, scope) = (&self.db.read, actor.scope());
        let mut found = store::histories(db, scope, records, slice).await?;
        let mut named: HashMap<RecordType, HashSet<Uuid>> = HashMap::new();
        let mut authors = Vec::new();
        for HistoryEntry { entry, .. } in found.values_mut().flatten() {
            authors.extend(entry.principal_id);
            for values in [&mut entry.before, &mut entry.after] {
                references(values, &mut |kind, id| {
                    named.entry(kind).or_default().insert(id);
                    true
                });
            }
        }
        let mut seen = HashSet::new();
        for (kind, ids) in named {
            seen.extend(store::existing(db, scope, kind, ids.into_iter().collect()).await?);
        }
        let columns = Columns::default();
        let by = store::by_ids::<cluster::Entity>(db, scope, authors, &columns).await?;
        let histories = found.into_iter().map(|(record, entries)| {
            let told = entries.into_iter().map(|mut told| {
                for values in [&mut told.entry.before, &mut told.entry.after] {
                    references(values, &mut |_, id| seen.contains(&id));
                }
                let by = told.entry.principal_id.and_then(|id| by.get(&id).cloned());
                Past { told, by }
            });
            (record, told.collect())
        });
        Ok(histories.collect())
    }
}

/// Shows each reference in the values of columns to `keep`, and takes out those that it does not keep.
fn references(values: &mut serde_json::Value, keep: &mut dyn FnMut(RecordType, Uuid) -> bool) {
    match values {
        serde_json::Value::Object(fields) => {
            for (name, value) in fields {
                match (RecordType::named_by(name), &mut *value) {
                    (Some(kind), serde_json::Value::String(text)) => {
                        if text.parse().is_ok_and(|id| !keep(kind, id)) {
                            *value = serde_json::Value::Null;
                        }
                    }
                    (Some(kind), serde_json::Value::Array(ids)) => ids.retain(|id| {
                        let id = id.as_str().and_then(|id| id.parse().ok());
                        id.is_some_and(|id| keep(kind, id))
                    }),
                    (_, value) => references(value, keep),
                }
            }
        }
        serde_json::Value::Array(items) => {
            for item in items {
                references(item, keep);
            }
        }
        _ => {}
    }
}
