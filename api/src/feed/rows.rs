//! What a change becomes: the head of its record, and an entry in the log.

use chrono::{DateTime, Utc};
use entities::change_head::{self, ChangeOp};
use entities::change_log;
use entities::record::PartnershipIds;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, Iterable};

use super::{Change, Origin, Position};

impl Change {
    fn op(&self) -> ChangeOp {
        match (self.replaced_by, self.sight.archived) {
            (Some(_), _) => ChangeOp::Merged,
            (None, true) => ChangeOp::Deleted,
            (None, false) => ChangeOp::Upsert,
        }
    }
}

pub(super) fn head(
    change: &Change,
    seq: Position,
    origin: &Origin,
    at: DateTime<Utc>,
) -> change_head::ActiveModel {
    change_head::ActiveModel {
        record_id: Set(change.record_id),
        record_type: Set(change.record_type),
        seq: Set(seq),
        op: Set(change.op()),
        replaced_by: Set(change.replaced_by),
        version: Set(change.version),
        steward_id: Set(change.sight.steward_id),
        audience: Set(change.sight.audience),
        partnership_ids: Set(PartnershipIds(change.sight.partnerships.clone())),
        origin: Set(origin.origin.clone()),
        tx_id: Set(origin.tx_id),
        changed_at: Set(at),
    }
}

/// A record keeps one head.
pub(super) fn newest_wins() -> OnConflict {
    use change_head::Column::RecordId;
    OnConflict::column(RecordId)
        .update_columns(change_head::Column::iter().filter(|column| !matches!(column, RecordId)))
        .to_owned()
}

pub(super) fn entry(
    change: Change,
    seq: Position,
    origin: &Origin,
    at: DateTime<Utc>,
) -> change_log::ActiveModel {
    let op = change.op();
    let mut names = Vec::with_capacity(change.fields.len());
    let mut before = serde_json::Map::new();
    let mut after = serde_json::Map::new();
    for (name, old, new) in change.fields {
        before.insert(name.clone(), old);
        after.insert(name.clone(), new);
        names.push(serde_json::Value::String(name));
    }
    change_log::ActiveModel {
        seq: Set(seq),
        record_type: Set(change.record_type),
        record_id: Set(change.record_id),
        version: Set(change.version),
        op: Set(op),
        changed_fields: Set(serde_json::Value::Array(names)),
        before: Set(serde_json::Value::Object(before)),
        after: Set(serde_json::Value::Object(after)),
        actor: Set(origin.actor.clone()),
        principal_id: Set(origin.principal_id),
        origin: Set(origin.origin.clone()),
        source_id: Set(origin.source_id),
        client_mutation_id: Set(change.client_mutation_id),
        network: Set(origin.network.clone()),
        tx_id: Set(origin.tx_id),
        at: Set(at),
    }
}
