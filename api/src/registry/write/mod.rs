//! The one way in which records are written: create, update, archive, restore, import and push.
//!
//! A set of rows of one type is written together: the keys of strong identifiers are taken, the
//! rows are locked in the order of their ids, patched, checked, saved in sets, and the feed's clock
//! ends the transaction. A row stands or falls alone.

mod by_hand;
mod by_source;
mod draft;
mod entry;
mod made;
mod save;
mod withdraw;

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::id::PartnershipId;
use entities::record::{RecordType, Visibility};
use entities::source;
use entities::value::IdentifierScheme;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::audience::Audience;
use super::check::Mode;
use super::claim::{FieldConflict, named_by};
use super::matching::{self, Candidate, Matches, with_equivalents};
use super::place::{self, Places};
use super::reference::Resolved;
use super::steward::{self, Foreign};
use super::tenancy::Tenancy;
use super::{Registry, Result, Shared, Steward, UserError};
use crate::auth::{Actor, Scope};
use crate::feed::{Change, Origin, Position};
use crate::store::{self, LockKey};
use draft::Setting;

pub(super) use by_source::take;
pub(super) use draft::Draft;
pub(super) use entry::Entry;

/// Rows of one type that are written in one transaction.
#[derive(Clone, Debug)]
pub struct Batch<E: Shared> {
    /// The rows; each external id once.
    pub rows: Vec<RowWrite<E>>,
    /// The source whose external ids the rows use.
    pub source: Option<source::Model>,
    /// What to do with unknown codes.
    pub mode: Mode,
    /// The way in, for the log.
    pub origin: String,
}

/// What is to be written of one row.
#[derive(Clone, Debug)]
pub struct RowWrite<E: Shared> {
    /// Which record.
    pub target: Target,
    /// What is said of its fields.
    pub patch: E::Patch,
    /// Who may see it; none: as it is, and for a new one as its source says, or partners.
    pub visibility: Option<Visibility>,
    /// The partnerships through which partners see it, none for all that its steward shares; none
    /// said: as they are.
    pub partnerships: Option<Vec<PartnershipId>>,
    /// Archive it or restore it; none: neither.
    pub archive: Option<bool>,
    /// Who becomes responsible for it.
    pub steward: Steward,
    /// What a source adds to what it says.
    pub terms: Terms<E>,
}

/// What a source adds to what it says of a record.
#[derive(Clone, Debug)]
pub struct Terms<E: Shared> {
    /// The record it speaks of, where it does not know that under an id of its own yet.
    pub about: Option<Uuid>,
    /// What it saw of the record last; none: it does not say.
    pub base: Option<E::Patch>,
    /// The version it saw, 0 where there must be no record yet; none: it does not say.
    pub if_version: Option<i32>,
    /// When it itself last changed what it says.
    pub updated_at: Option<DateTime<Utc>>,
    /// Its own name for the row.
    pub client_mutation_id: Option<String>,
    /// It takes back all that it said.
    pub withdraw: bool,
    /// It is said for the source, because a snapshot of its records lacks this one.
    pub lapses: bool,
}

impl<E: Shared> Default for Terms<E> {
    fn default() -> Self {
        Self {
            about: None,
            base: None,
            if_version: None,
            updated_at: None,
            client_mutation_id: None,
            withdraw: false,
            lapses: false,
        }
    }
}

/// Which record a row is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A new one.
    New,
    /// This one, if it has that version.
    Record {
        /// Its id.
        id: Uuid,
        /// The version that the writer saw.
        if_version: Option<i32>,
    },
    /// The one that the batch's source knows under this id; a new one if there is none.
    External(String),
}

/// By what right records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// As their steward, or the operator.
    Steward,
    /// By one that was looked at before, for these fields of these records.
    Given,
}

/// Who writes, and what went before in the same transaction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writer<'a> {
    /// Who.
    pub actor: &'a Actor,
    /// By what right.
    pub right: Right,
    /// The external ids of earlier rows that were refused, with the rows' numbers.
    pub refused: &'a HashMap<(RecordType, String), usize>,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Outcome {
    /// A record was made.
    Created,
    /// The record, or what the source says of it, changed.
    Updated,
    /// All was there already.
    Unchanged,
    /// The source now speaks of a record that was there.
    Linked,
    /// A record was made that may be there already: someone looks at it.
    PendingReview,
    /// The source has said something newer before.
    Stale,
    /// The record changed since the writer saw it.
    Conflict,
    /// Nothing was written, for these errors.
    Rejected,
    /// The source speaks of the record no more.
    Withdrawn,
    /// There is nothing that the row could be about.
    NotFound,
    /// It would have been written, if all rows could have been.
    RolledBack,
}

/// What became of a row, with the record as it is now.
#[derive(Clone, Debug)]
pub struct Written<E: Shared> {
    /// What became of it.
    pub outcome: Outcome,
    /// The record's id; none where there is none.
    pub id: Option<Uuid>,
    /// The record as it is now; none when it was rejected, or left unread because the source
    /// said nothing new.
    pub record: Option<E::Model>,
    /// Why it was rejected.
    pub errors: Vec<UserError>,
    /// The fields on which the writer and someone else differ.
    pub conflicts: Vec<FieldConflict>,
    /// The kind of identifier by which the record was found.
    pub matched_by: Option<IdentifierScheme>,
    /// The records that it may be the same as.
    pub candidates: Vec<Candidate>,
}

impl<E: Shared> Written<E> {
    fn new(outcome: Outcome, id: Option<Uuid>) -> Self {
        Self {
            outcome,
            id,
            record: None,
            errors: Vec::new(),
            conflicts: Vec::new(),
            matched_by: None,
            candidates: Vec::new(),
        }
    }

    fn refused(outcome: Outcome, errors: Vec<UserError>) -> Self {
        Self {
            errors,
            ..Self::new(outcome, None)
        }
    }
}

impl Registry {
    /// Writes rows of one type in one transaction; the answer has one entry a row, in order.
    ///
    /// # Errors
    /// When the actor may write no record of the type, or the database fails; then nothing was
    /// written.
    pub async fn write<E: Shared>(
        &self,
        actor: &Actor,
        batch: Batch<E>,
    ) -> Result<(Vec<Written<E>>, Option<Position>)> {
        steward::may_write(actor, E::TYPE)?;
        let origin = self.origin(actor, &batch.origin);
        let tx = self.begin_write().await?;
        let writer = Writer {
            actor,
            right: Right::Steward,
            refused: &HashMap::new(),
        };
        let (written, changes) = Box::pin(self.write_in(&tx, writer, batch, &origin)).await?;
        Ok((written, self.commit(tx, &origin, changes).await?))
    }

    /// What the log says of a transaction that begins now.
    pub(super) fn origin(&self, actor: &Actor, origin: &str) -> Origin {
        Origin {
            tx_id: self.clock.new_id(),
            actor: actor.name().to_owned(),
            principal_id: actor.principal().id(),
            source_id: None,
            origin: origin.to_owned(),
            network: actor.network().map(|network| network.to_string()),
            at: self.clock.now(),
        }
    }

    /// The same inside a transaction: who began it ends it, with the changes.
    pub(super) async fn write_in<E: Shared>(
        &self,
        tx: &DatabaseTransaction,
        writer: Writer<'_>,
        batch: Batch<E>,
        origin: &Origin,
    ) -> Result<(Vec<Written<E>>, Vec<Change>)> {
        let Batch {
            rows, source, mode, ..
        } = batch;
        let mut written: Vec<Option<Written<E>>> = rows.iter().map(|_| None).collect();
        let mut changes = Vec::new();
        let mut entries = entry::read::<E>(tx, source.as_ref(), rows, &mut written).await?;
        let keys: BTreeSet<_> = entries
            .iter()
            .flat_map(|entry| with_equivalents(E::strong_identifiers(&entry.row.patch)))
            .map(LockKey::from)
            .collect();
        store::take_keys(tx, keys, origin.tx_id).await?;
        let references = entries
            .iter_mut()
            .flat_map(|entry| E::references(&mut entry.row.patch))
            .map(|(_, kind, reference)| (kind, reference.clone()))
            .collect::<HashSet<_>>();
        let source_id = source.as_ref().map(|source| source.id);
        let scope = writer.actor.scope();
        let resolved = Resolved::of(tx, scope, source_id, references).await?;
        let resolved = resolved.after(writer.refused);
        let cluster = source.as_ref().and_then(|source| source.cluster_id);
        let is_public = source.is_some() && cluster.is_none();
        let places = if is_public {
            // What the registry itself has is matched with nothing: its own index decides.
            Places::default()
        } else {
            Places::of(&entries, &resolved, cluster)
        };
        store::take_keys(tx, places.keys::<E>(), origin.tx_id).await?;
        // Two rows about one record are written one after the other.
        while !entries.is_empty() {
            let mut matches = Matches::of(tx, scope, cluster, &entries, &places).await?;
            let (now, later) = entry::each_record_once(entries, &matches, &places);
            let ids = now
                .iter()
                .filter_map(|entry| entry.record(matches.linked(entry.n)));
            let stored = store::lock::<E>(tx, ids.collect()).await?;
            let foreign = match writer.right {
                Right::Steward => {
                    let asked = now.iter().filter(|entry| entry.needs_right());
                    let asked = asked.filter_map(|entry| entry.record(None)).collect();
                    Foreign::of::<E>(tx, writer.actor, &stored, &asked).await?
                }
                Right::Given => Foreign::default(),
            };
            let claims = entry::claims_in_question(tx, source.as_ref(), &now, &stored).await?;
            let named = named_by(claims.values().flatten());
            let rows = now.iter().map(|entry| &entry.row);
            let setting = Setting {
                writer,
                mode,
                at: origin.at,
                today: self.clock.today(),
                source: source.as_ref(),
                resolved: &resolved,
                foreign,
                audience: Audience::of(tx, writer.actor, rows, named).await?,
                tenancy: Tenancy::of::<E>(tx, stored.keys().copied()).await?,
                merged: entry::merged::<E>(tx, &stored).await?,
                claims,
                stored,
            };
            let mut drafts: Vec<Draft<E>> = Vec::with_capacity(now.len());
            for entry in now {
                let n = entry.n;
                let found = matches.take(n);
                match self.draft(&setting, entry, found) {
                    Ok(draft) => drafts.push(draft),
                    Err(done) => written[n] = Some(*done),
                }
            }
            // What is public must not tell what is hidden.
            let sees = if is_public { &Scope::Public } else { scope };
            let taken = place::taken(tx, sees, &drafts, cluster.is_some()).await?;
            drafts.retain(|draft| !taken.contains(&draft.n));
            for n in taken {
                let errors = vec![save::duplicate::<E>()];
                written[n] = Some(Written::refused(Outcome::Rejected, errors));
            }
            if !is_public {
                matching::of_later_identifiers(tx, scope, &mut drafts).await?;
            }
            changes.extend(
                self.save(tx, drafts, (source.as_ref(), origin.at), &mut written)
                    .await?,
            );
            entries = later;
        }
        let unread = || Written::new(Outcome::Unchanged, None);
        Ok((
            written
                .into_iter()
                .map(|one| one.unwrap_or_else(unread))
                .collect(),
            changes,
        ))
    }
}
