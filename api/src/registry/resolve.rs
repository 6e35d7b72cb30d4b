//! What became of ids that somebody keeps, and which record a source means by an id of its own.

use std::collections::{HashMap, HashSet};

use entities::change_head::ChangeOp;
use entities::record::RecordType;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::any_record::{self, AnyRecord};
use super::{Registry, Result};
use crate::auth::{Actor, Scope};
use crate::{feed, store};

/// What became of a record, for one who kept its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It is there.
    There,
    /// It became part of this one.
    Merged(Uuid),
    /// It is gone.
    Deleted,
    /// It is there, and the actor may no longer see it.
    Removed,
    /// The actor could never see any such record.
    Unknown,
}

impl Registry {
    /// What became of these ids, in their order.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn resolve_ids(
        &self,
        actor: &Actor,
        ids: &[(RecordType, Uuid)],
    ) -> Result<Vec<Resolution>> {
        let scope = actor.scope();
        let tx = self.begin_read().await?;
        let mut by_type: HashMap<RecordType, Vec<Uuid>> = HashMap::new();
        for (kind, id) in ids {
            by_type.entry(*kind).or_default().push(*id);
        }
        let mut there = HashSet::new();
        for (kind, ids) in by_type {
            let found = store::existing(&tx, scope, kind, ids).await?;
            there.extend(found.into_iter().map(|id| (kind, id)));
        }
        let missing = ids.iter().filter(|id| !there.contains(id));
        let missing = missing.map(|(_, id)| *id).collect();
        let heads = feed::seen_once(&tx, scope, missing).await?;
        let merged = heads.iter().filter(|head| head.replaced_by.is_some());
        let merged = merged.map(|head| (head.record_type, head.record_id));
        let winners = self.winners(&tx, scope, merged.collect()).await?;
        let gone: HashMap<_, _> = heads
            .into_iter()
            .map(|head| {
                let resolution = match (head.op, winners.get(&head.record_id)) {
                    (ChangeOp::Upsert, _) => Resolution::Removed,
                    (_, Some(winner)) => Resolution::Merged(*winner),
                    (_, None) => Resolution::Deleted,
                };
                ((head.record_type, head.record_id), resolution)
            })
            .collect();
        let resolved = ids.iter().map(|id| {
            if there.contains(id) {
                return Resolution::There;
            }
            gone.get(id).copied().unwrap_or(Resolution::Unknown)
        });
        Ok(resolved.collect())
    }

    /// The records that stand for merged ones now, where the reader sees them: those that these became
    /// part of may have become part of others themselves.
    pub(super) async fn winners(
        &self,
        tx: &DatabaseTransaction,
        scope: &Scope,
        merged: Vec<(RecordType, Uuid)>,
    ) -> Result<HashMap<Uuid, Uuid>> {
        let ids = merged.iter().map(|(_, id)| *id).collect();
        let mut ends = store::redirected(tx, ids).await?;
        let mut by_type: HashMap<RecordType, Vec<Uuid>> = HashMap::new();
        for (kind, id) in merged {
            by_type.entry(kind).or_default().extend(ends.get(&id));
        }
        let mut seen = HashSet::new();
        for (kind, ids) in by_type.into_iter().filter(|(_, ids)| !ids.is_empty()) {
            seen.extend(store::existing(tx, scope, kind, ids).await?);
        }
        ends.retain(|_, end| seen.contains(end));
        Ok(ends)
    }

    /// The records that a source knows under an id of its own: of the actor's own source with that
    /// name, or else of the public one; one at most of each type.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_external_id(
        &self,
        actor: &Actor,
        source: &str,
        external_id: &str,
        kind: Option<RecordType>,
    ) -> Result<Vec<AnyRecord>> {
        let tx = self.begin_read().await?;
        let known = store::known_as(&tx, actor.principal(), source, external_id).await?;
        let own = known.iter().any(|(_, _, owner)| owner.is_some());
        let mut ids: HashMap<RecordType, Vec<Uuid>> = HashMap::new();
        for (of, id, owner) in known {
            if owner.is_some() == own && kind.is_none_or(|kind| kind == of) {
                ids.entry(of).or_default().push(id);
            }
        }
        let records = any_record::read(&tx, actor.scope(), ids, &self.columns).await?;
        Ok(records.into_values().collect())
    }
}
