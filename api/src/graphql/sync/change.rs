//! A page of changes, as clients see it.

use async_graphql::{Enum, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::field;
use crate::graphql::claims::ExternalId;
use crate::graphql::id;
use crate::graphql::plain::{Plain, plain};
use crate::graphql::record::Record;
use crate::graphql::scalar::{Cursor, Position};
use crate::graphql::written::{Many, One};
use crate::registry::{self, Changed, Changes, Fate};

/// The types of records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::record::RecordType")]
pub(crate) enum RecordType {
    /// An organisation.
    Organisation,
    /// A cluster.
    Cluster,
    /// A membership.
    Membership,
    /// A partnership.
    Partnership,
    /// A place in a partnership.
    PartnershipMember,
    /// A project.
    Project,
    /// A participation.
    Participation,
}

/// What became of a record. More may be added: skip what you do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum ChangeOp {
    /// It is there: keep it as it is in `record`.
    Upsert,
    /// You may no longer see it: drop it.
    Removed,
    /// It is gone: drop it.
    Deleted,
    /// It became part of another: what you keep under `id` belongs to `replacedBy`.
    Merged,
}

/// Why a copy begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "registry::Rebase")]
pub(crate) enum RebaseReason {
    /// What you may see has changed: your cluster or another one accepted or left a place, say.
    ViewChanged,
    /// The registry's database was restored from a backup.
    TimelineChanged,
}

/// The copy begins anew: everything that you may see comes again.
#[derive(Clone, SimpleObject)]
pub(crate) struct Rebase {
    /// Why.
    reason: RebaseReason,
    /// Whether to drop, once `hasMore` is false, each local record that no page since this one had.
    sweep: bool,
}

/// Where a change of your own came from.
#[derive(Clone, SimpleObject)]
pub(crate) struct ChangeOrigin {
    /// Your source that pushed it.
    source: String,
    /// What the push called it.
    client_mutation_id: Option<String>,
}

plain!(ChangeOrigin: source, client_mutation_id);

/// A page of changes. Apply it, then store `cursor`.
pub(crate) struct ChangePage(pub(crate) Changes);

impl Plain for ChangePage {}

/// A page of changes. Apply it, then store `cursor`.
#[Object]
impl ChangePage {
    /// The records that changed, each once, in the order of their latest changes.
    async fn changes(&self) -> Many<Change<'_>> {
        self.0.changes.iter().map(Change).collect()
    }

    /// For `after`, next time. It never expires.
    async fn cursor(&self) -> Cursor {
        Cursor(self.0.cursor.clone())
    }

    /// Whether there is more at once. False: your copy now equals what you may see.
    async fn has_more(&self) -> bool {
        self.0.has_more
    }

    /// Up to where you have read.
    async fn position(&self) -> Position {
        Position(self.0.position)
    }

    /// When the page was read.
    async fn as_of(&self) -> DateTime<Utc> {
        self.0.as_of
    }

    /// Your copy begins anew, for this reason; null: it goes on.
    async fn rebase(&self) -> Option<Rebase> {
        let reason = self.0.rebase?;
        Some(Rebase {
            reason: reason.into(),
            sweep: true,
        })
    }
}

/// A record that changed.
pub(crate) struct Change<'a>(&'a Changed);

plain!(
    Change<'_>: op, type = kind, id, version, position, changed_at, replaced_by, merged_from,
    external_ids, changed_fields, origin,
);

/// A record that changed.
#[Object]
impl Change<'_> {
    /// What became of it.
    async fn op(&self) -> ChangeOp {
        match self.0.fate {
            Fate::There(_) => ChangeOp::Upsert,
            Fate::Removed => ChangeOp::Removed,
            Fate::Deleted => ChangeOp::Deleted,
            Fate::Merged(_) => ChangeOp::Merged,
        }
    }

    /// The type of the record.
    #[graphql(name = "type")]
    async fn kind(&self) -> RecordType {
        self.0.kind.into()
    }

    /// The record's id.
    async fn id(&self) -> ID {
        id::encode(self.0.kind, self.0.id)
    }

    /// Its version; 0 where `op` is `REMOVED`: what became of it is not yours to know.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Where its latest change stands among all; where `op` is `REMOVED`, the one with which you lost
    /// sight of it.
    async fn position(&self) -> Position {
        Position(self.0.position)
    }

    /// When that was; where `op` is `REMOVED`, when you are told.
    async fn changed_at(&self) -> DateTime<Utc> {
        self.0.changed_at
    }

    /// The record as it is now; null unless `op` is `UPSERT`.
    async fn record(&self) -> Option<Record> {
        match &self.0.fate {
            Fate::There(record) => Some(record.clone().into()),
            Fate::Removed | Fate::Deleted | Fate::Merged(_) => None,
        }
    }

    /// The record that it became part of; null unless `op` is `MERGED`.
    async fn replaced_by(&self) -> Option<ID> {
        match self.0.fate {
            Fate::Merged(winner) => Some(id::encode(self.0.kind, winner)),
            Fate::There(_) | Fate::Removed | Fate::Deleted => None,
        }
    }

    /// The records that became part of it, of those that you could see.
    async fn merged_from(&self) -> Vec<ID> {
        let losers = self.0.merged_from.iter();
        losers.map(|id| id::encode(self.0.kind, *id)).collect()
    }

    /// The ids under which your own sources know it.
    async fn external_ids(&self) -> Many<ExternalId> {
        let ids = self.0.external_ids.iter().cloned();
        ids.map(|(source, external_id)| ExternalId::new(source, external_id))
            .collect()
    }

    /// The fields of `record` that changed since your cursor; null: the record is new to you, or it
    /// has changed too often to tell.
    async fn changed_fields(&self) -> Option<Vec<String>> {
        let columns = self.0.columns.as_ref()?;
        Some(field::names(self.0.kind, columns))
    }

    /// Where the latest change came from, when it was one of your own pushes.
    async fn origin(&self) -> Option<One<ChangeOrigin>> {
        let (source, client_mutation_id) = self.0.origin.clone()?;
        Some(One(ChangeOrigin {
            source,
            client_mutation_id,
        }))
    }
}
