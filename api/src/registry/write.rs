//! The one way in which records are written: create, update, archive, restore and import.
//!
//! A set of rows of one type is one transaction: the keys of strong identifiers are taken, the
//! rows are locked in the order of their ids, patched, checked, saved in sets, and the feed's clock
//! ends it. A row stands or falls alone.

use std::collections::{BTreeSet, HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use entities::id::{PartnershipId, SourceId};
use entities::record::{Envelope, RecordRow, Visibility};
use entities::source;
use sea_orm::{DatabaseTransaction, DbErr, SqlErr, TransactionTrait};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::audience::Audience;
use super::check::{Check, Mode, refuse_zeros};
use super::difference::{fields, kept_findings, merge};
use super::error::InputErrorCode::{Duplicate, NotFound, VersionMismatch};
use super::reference::Resolved;
use super::steward::{self, Foreign};
use super::{Registry, Result, Shared, Steward, UserError};
use crate::auth::Actor;
use crate::feed::{Change, Origin, Position};
use crate::store::{self, Indexed, SourceContent};

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
    /// Who may see it; none: as it is, and partners for a new one.
    pub visibility: Option<Visibility>,
    /// The partnerships through which partners see it, none for all that its steward shares; none
    /// said: as they are.
    pub partnerships: Option<Vec<PartnershipId>>,
    /// Archive it or restore it; none: neither.
    pub archive: Option<bool>,
    /// Who becomes responsible for it.
    pub steward: Steward,
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

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A record was made.
    Created,
    /// The record changed.
    Updated,
    /// All was there already.
    Unchanged,
    /// Nothing was written, for these errors.
    Rejected,
}

/// What became of a row, with the record as it is now.
#[derive(Clone, Debug)]
pub struct Written<E: Shared> {
    /// What became of it.
    pub outcome: Outcome,
    /// The record as it is now; none when it was rejected, or left unread because the source
    /// said nothing new.
    pub record: Option<E::Model>,
    /// Why it was rejected.
    pub errors: Vec<UserError>,
}

/// A row on its way.
struct Draft<E: Shared> {
    n: usize,
    before: Option<E::Model>,
    after: E::Model,
    said: Option<SourceContent>,
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
        let (written, changes) = self
            .write_in(&tx, (actor, Right::Steward), batch, &origin)
            .await?;
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
        writer: (&Actor, Right),
        batch: Batch<E>,
        origin: &Origin,
    ) -> Result<(Vec<Written<E>>, Vec<Change>)> {
        let mut written: Vec<Option<Written<E>>> = batch.rows.iter().map(|_| None).collect();
        let source = batch.source.as_ref().map(|source| source.id);
        let drafts = self.drafts(tx, writer, batch, origin, &mut written).await?;
        let changes = self
            .save(tx, drafts, source, origin.at, &mut written)
            .await?;
        let unread = || Written {
            outcome: Outcome::Unchanged,
            record: None,
            errors: Vec::new(),
        };
        Ok((
            written
                .into_iter()
                .map(|one| one.unwrap_or_else(unread))
                .collect(),
            changes,
        ))
    }

    /// Patches and checks the rows; what is decided already goes to `written`.
    async fn drafts<E: Shared>(
        &self,
        tx: &DatabaseTransaction,
        (actor, right): (&Actor, Right),
        batch: Batch<E>,
        origin: &Origin,
        written: &mut [Option<Written<E>>],
    ) -> Result<Vec<Draft<E>>> {
        let Batch {
            rows, source, mode, ..
        } = batch;
        let known = known_contents::<E>(tx, source.as_ref(), &rows).await?;
        let mut rows: Vec<_> = rows
            .into_iter()
            .enumerate()
            .map(|(n, row)| (n, content(&row, &known), row))
            .filter(|(_, said, _)| said.as_ref().is_none_or(|(_, news)| *news))
            .collect();
        let keys: BTreeSet<_> = rows
            .iter()
            .flat_map(|(_, _, row)| E::strong_identifiers(&row.patch))
            .collect();
        store::take_keys(tx, keys, origin.tx_id).await?;
        let references = rows
            .iter_mut()
            .flat_map(|(_, _, row)| E::references(&mut row.patch))
            .map(|(_, kind, reference)| (kind, reference.clone()))
            .collect::<HashSet<_>>();
        let source_id = source.as_ref().map(|source| source.id);
        let resolved = Resolved::of(tx, actor.scope(), source_id, references).await?;
        let ids = rows
            .iter()
            .filter_map(|(_, said, row)| target_id(row, said.as_ref()));
        let mut stored = store::lock::<E>(tx, ids.collect()).await?;
        let foreign = match right {
            Right::Steward => Foreign::of::<E>(tx, actor, &stored).await?,
            Right::Given => Foreign::default(),
        };
        let audience = Audience::of(tx, actor, rows.iter().map(|(_, _, row)| row)).await?;
        let mut drafts = Vec::with_capacity(rows.len());
        for (n, said, mut row) in rows {
            let mut check = Check::new(mode, self.clock.today());
            for reference in E::references(&mut row.patch) {
                resolved.resolve(&mut check, reference);
            }
            let before = target_id(&row, said.as_ref()).and_then(|id| stored.remove(&id));
            let before = before.filter(|row| !foreign.hides(row));
            refuse_target(&mut check, &row, before.as_ref());
            foreign.refuse(&mut check, before.as_ref());
            refuse_zeros::<E>(&mut check, &row.patch);
            if !check.errors.is_empty() {
                written[n] = Some(rejected(check.errors));
                continue;
            }
            let earlier = said
                .as_ref()
                .and_then(|(said, _)| known.get(&said.external_id));
            let writer = (actor, &audience, origin.at);
            let after = self.patched(&mut check, writer, row, before.as_ref(), earlier);
            if check.errors.is_empty() {
                let said = said.map(|(said, _)| SourceContent {
                    record_id: after.envelope().id,
                    ..said
                });
                drafts.push(Draft {
                    n,
                    before,
                    after,
                    said,
                });
            } else {
                written[n] = Some(rejected(check.errors));
            }
        }
        Ok(drafts)
    }

    /// The row as it will be.
    fn patched<E: Shared>(
        &self,
        check: &mut Check,
        (actor, audience, now): (&Actor, &Audience, DateTime<Utc>),
        row: RowWrite<E>,
        before: Option<&E::Model>,
        earlier: Option<&SourceContent>,
    ) -> E::Model {
        let mut after = before.cloned().unwrap_or_default();
        let mut envelope = before.map_or_else(
            || Envelope {
                id: self.clock.new_id(),
                version: 0,
                created_at: now,
                ..after.envelope()
            },
            RecordRow::envelope,
        );
        envelope.steward_id = row.steward.of(actor, &envelope, before.is_none());
        envelope.visibility = row.visibility.unwrap_or(envelope.visibility);
        if let Some(named) = row.partnerships {
            envelope.partnership_ids = audience.named(check, &envelope, named);
        }
        match row.archive {
            Some(true) => {
                audience.refuse_archive(check, envelope.id);
                envelope.archived_at = Some(now);
            }
            Some(false) => envelope.archived_at = None,
            None => {}
        }
        after.set_envelope(envelope);
        // A finding about the reading of a field stays until something is said of the field.
        let kept = kept_findings::<E>(&after, &row.patch);
        match (before, earlier) {
            (Some(before), Some(earlier)) => {
                merge::<E>(check, before, &mut after, earlier, row.patch);
            }
            _ => E::apply(&mut after, row.patch, check),
        }
        E::check(&after, check);
        let mut findings = kept;
        findings.append(&mut check.findings);
        findings.dedup();
        after.set_findings(findings);
        after
    }

    /// Saves the rows that changed and says what the feed shall tell of them.
    async fn save<E: Shared>(
        &self,
        tx: &DatabaseTransaction,
        drafts: Vec<Draft<E>>,
        source: Option<SourceId>,
        now: DateTime<Utc>,
        written: &mut [Option<Written<E>>],
    ) -> Result<Vec<Change>> {
        let mut rows = Vec::with_capacity(drafts.len());
        let mut changes = Vec::with_capacity(drafts.len());
        let mut said = Vec::new();
        for mut draft in drafts {
            let outcome = match &draft.before {
                None => Outcome::Created,
                Some(before) if *before == draft.after => Outcome::Unchanged,
                Some(_) => Outcome::Updated,
            };
            if outcome != Outcome::Unchanged {
                let envelope = draft.after.envelope();
                draft.after.set_envelope(Envelope {
                    version: envelope.version.saturating_add(1),
                    updated_at: now,
                    ..envelope
                });
                changes.push((draft.n, change::<E>(&draft)));
                rows.push((draft.n, (draft.after.clone(), E::index(&draft.after))));
            }
            said.extend(draft.said.map(|said| (draft.n, said)));
            let record = Some(draft.after);
            written[draft.n] = Some(Written {
                outcome,
                record,
                errors: Vec::new(),
            });
        }
        rows.sort_by_key(|(_, (row, _))| row.envelope().id);
        for n in self.save_rows::<E>(tx, rows).await? {
            written[n] = Some(rejected(vec![duplicate::<E>()]));
            changes.retain(|(other, _)| *other != n);
            said.retain(|(other, _)| *other != n);
        }
        if let Some(source) = source {
            let said = said.into_iter().map(|(_, said)| said).collect();
            store::save_contents(tx, source, E::TYPE, now, said).await?;
        }
        Ok(changes.into_iter().map(|(_, change)| change).collect())
    }

    /// Saves the set; where it meets a unique index, row by row, each with a savepoint. Returns
    /// the rows that are there already.
    async fn save_rows<E: Shared>(
        &self,
        tx: &DatabaseTransaction,
        rows: Vec<(usize, (E::Model, Indexed))>,
    ) -> Result<Vec<usize>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let (numbers, rows): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let savepoint = tx.begin().await?;
        match store::save::<E>(&savepoint, &rows).await {
            Ok(()) => {
                savepoint.commit().await?;
                return Ok(Vec::new());
            }
            Err(error) if is_duplicate(&error) => savepoint.rollback().await?,
            Err(error) => return Err(error.into()),
        }
        let mut duplicates = Vec::new();
        for (n, row) in numbers.into_iter().zip(rows) {
            let savepoint = tx.begin().await?;
            match store::save::<E>(&savepoint, &[row]).await {
                Ok(()) => savepoint.commit().await?,
                Err(error) if is_duplicate(&error) => {
                    savepoint.rollback().await?;
                    duplicates.push(n);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(duplicates)
    }
}

/// What the source said before of the rows of a batch.
async fn known_contents<E: Shared>(
    tx: &DatabaseTransaction,
    source: Option<&source::Model>,
    rows: &[RowWrite<E>],
) -> Result<HashMap<String, SourceContent>> {
    let external = rows.iter().filter_map(|row| match &row.target {
        Target::External(id) => Some(id.clone()),
        Target::New | Target::Record { .. } => None,
    });
    match source {
        Some(source) => Ok(store::contents(tx, source.id, E::TYPE, external.collect()).await?),
        None => Ok(HashMap::new()),
    }
}

/// What the source says now, and whether that is news.
fn content<E: Shared>(
    row: &RowWrite<E>,
    known: &HashMap<String, SourceContent>,
) -> Option<(SourceContent, bool)> {
    let Target::External(external_id) = &row.target else {
        return None;
    };
    let content = serde_json::to_value(&row.patch).unwrap_or_default();
    let digest = Sha256::digest(content.to_string());
    let hash = URL_SAFE_NO_PAD.encode(digest);
    let known = known.get(external_id);
    let news = known.is_none_or(|known| known.hash != hash);
    let record_id = known.map(|known| known.record_id).unwrap_or_default();
    Some((
        SourceContent {
            external_id: external_id.clone(),
            record_id,
            hash,
            content,
        },
        news,
    ))
}

fn target_id<E: Shared>(row: &RowWrite<E>, said: Option<&(SourceContent, bool)>) -> Option<Uuid> {
    match (&row.target, said) {
        (Target::Record { id, .. }, _) => Some(*id),
        (Target::External(_), Some((said, _))) => Some(said.record_id).filter(|id| !id.is_nil()),
        _ => None,
    }
}

/// Refuses a row whose record is not there, or not in the version that the writer saw.
fn refuse_target<E: Shared>(check: &mut Check, row: &RowWrite<E>, before: Option<&E::Model>) {
    let Target::Record { if_version, .. } = row.target else {
        return;
    };
    // Archived records are found by those who restore them alone.
    let there = before
        .map(RecordRow::envelope)
        .filter(|envelope| envelope.archived_at.is_none() || row.archive == Some(false));
    let Some(envelope) = there else {
        let kind = E::TYPE.prefix().replace('_', " ");
        return check.error(NotFound, "id", format!("there is no {kind} with that id"));
    };
    if let Some(seen) = if_version.filter(|seen| *seen != envelope.version) {
        let message = format!(
            "the record is at version {}, not {seen}: read it again and decide anew",
            envelope.version
        );
        check.error(VersionMismatch, "ifVersion", message);
    }
}

fn change<E: Shared>(draft: &Draft<E>) -> Change {
    let envelope = draft.after.envelope();
    Change {
        record_type: E::TYPE,
        record_id: envelope.id,
        version: envelope.version,
        before: draft.before.as_ref().map(|row| row.envelope().into()),
        sight: envelope.into(),
        replaced_by: None,
        claims: Vec::new(),
        client_mutation_id: None,
        fields: fields(draft.before.as_ref(), &draft.after)
            .map(|(name, (old, new))| (name, old, new))
            .collect(),
    }
}

fn rejected<E: Shared>(errors: Vec<UserError>) -> Written<E> {
    Written {
        outcome: Outcome::Rejected,
        record: None,
        errors,
    }
}

fn duplicate<E: Shared>() -> UserError {
    UserError {
        code: Duplicate,
        path: String::new(),
        message: E::DUPLICATE.to_owned(),
    }
}

fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
