//! The rows of a set that have something to say, and what their source said before.

use std::collections::{HashMap, HashSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use entities::record::{PartnershipIds, RecordRow};
use entities::{source, source_record};
use sea_orm::DatabaseTransaction;
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Outcome, RowWrite, Target, Terms, Written};
use crate::registry::claim::{Fields, fields_of};
use crate::registry::matching::Matches;
use crate::registry::place::Places;
use crate::registry::{Result, Shared};
use crate::store::{self, SourceClaim};

/// A row on its way.
#[derive(Debug)]
pub(in crate::registry) struct Entry<E: Shared> {
    /// Its number in the set.
    pub n: usize,
    /// What it says.
    pub row: RowWrite<E>,
    /// The same, field by field, as it was said.
    pub said: Fields,
    /// The claim that it makes, and what the source claimed before.
    pub claim: Option<Claim>,
}

/// A claim that a row makes.
#[derive(Debug)]
pub(in crate::registry) struct Claim {
    /// The source's own id.
    pub external_id: String,
    /// A hash of what the row says.
    pub hash: String,
    /// What the source claimed before, withdrawn or not.
    pub before: Option<source_record::Model>,
}

impl Claim {
    /// Whether a snapshot of the source lacked the record and ended it for that.
    pub(super) fn has_lapsed(&self) -> bool {
        let before = self.before.as_ref().filter(|it| it.withdrawn_at.is_none());
        before.is_some_and(|before| before.lapsed_at.is_some())
    }

    /// What the source claims from now on: what it said before, and what it says now.
    pub(super) fn row<E: Shared>(
        &self,
        source: &source::Model,
        at: DateTime<Utc>,
        said: Fields,
        terms: &Terms<E>,
    ) -> source_record::Model {
        let known_at = self.before.as_ref().and_then(|it| it.source_updated_at);
        let before = self.before.as_ref().filter(|it| it.withdrawn_at.is_none());
        let content = before.and_then(|before| before.content.as_object());
        let mut content = content.cloned().unwrap_or_default();
        content.extend(said);
        source_record::Model {
            source_id: source.id,
            record_type: E::TYPE,
            external_id: self.external_id.clone(),
            record_id: before.map(|before| before.record_id).unwrap_or_default(),
            content_hash: self.hash.clone(),
            content: Value::Object(content),
            retrieved_at: at,
            visibility: before.and_then(|before| before.visibility),
            partnership_ids: before
                .map(|before| before.partnership_ids.clone())
                .unwrap_or_default(),
            source_updated_at: terms.updated_at.or(known_at),
            claimed_at: before.map_or(at, |before| before.claimed_at),
            withdrawn_at: None,
            lapsed_at: terms.lapses.then_some(at),
        }
    }
}

impl<E: Shared> Entry<E> {
    /// Whether the writer must have a right to the record. To speak of one that one sees needs none;
    /// but who has withdrawn may see it no more.
    pub(super) fn needs_right(&self) -> bool {
        let before = self.claim.as_ref().map(|claim| claim.before.as_ref());
        match before {
            None => true,
            Some(before) => before.is_some_and(|before| before.withdrawn_at.is_some()),
        }
    }

    /// The record that it is about, as far as the registry has it; `linked`: the one it was matched
    /// with.
    pub(in crate::registry) fn record(&self, linked: Option<Uuid>) -> Option<Uuid> {
        match (&self.row.target, &self.claim) {
            (Target::Record { id, .. }, _) => Some(*id),
            (Target::External(_), Some(claim)) => {
                let before = claim.before.as_ref().map(|before| before.record_id);
                before.or(self.row.terms.about).or(linked)
            }
            _ => None,
        }
    }
}

/// Reads what the source said before; a row that says the same again, or something older, is done.
pub(super) async fn read<E: Shared>(
    tx: &DatabaseTransaction,
    source: Option<&source::Model>,
    rows: Vec<RowWrite<E>>,
    written: &mut [Option<Written<E>>],
) -> Result<Vec<Entry<E>>> {
    let mut known = HashMap::new();
    if let Some(source) = source {
        store::take_source(tx, source.id, None).await?;
        let external = rows.iter().filter_map(|row| match &row.target {
            Target::External(id) => Some(id.clone()),
            Target::New | Target::Record { .. } => None,
        });
        known = store::claims_of(tx, source.id, E::TYPE, external.collect()).await?;
    }
    let mut entries = Vec::with_capacity(rows.len());
    let mut resting = Vec::new();
    for (n, row) in rows.into_iter().enumerate() {
        let said = fields_of::<E>(&row.patch);
        let claim = match &row.target {
            Target::External(external_id) => Some(Claim {
                external_id: external_id.clone(),
                hash: hash(source, &row, &said),
                before: known.remove(external_id),
            }),
            Target::New | Target::Record { .. } => None,
        };
        let done = claim.as_ref().and_then(|claim| done(claim, &row));
        let entry = Entry {
            n,
            row,
            said,
            claim,
        };
        match done {
            Some(done) if done.outcome == Outcome::Unchanged => resting.push((entry, done)),
            Some(done) => written[n] = Some(done),
            None => entries.push(entry),
        }
    }
    // To a record that people archived a cluster's source can say nothing, the same again neither.
    let is_pushed = source.is_some_and(|source| source.cluster_id.is_some());
    let pushed = resting.iter().filter(|_| is_pushed);
    let ids = pushed.filter_map(|(_, done)| done.id).collect();
    let archived = store::archived(tx, E::TYPE, ids).await?;
    for (entry, done) in resting {
        if done.id.is_some_and(|id| archived.contains(&id)) {
            entries.push(entry);
        } else {
            let n = entry.n;
            written[n] = Some(done);
        }
    }
    entries.sort_unstable_by_key(|entry| entry.n);
    Ok(entries)
}

/// A row that can change nothing.
fn done<E: Shared>(claim: &Claim, row: &RowWrite<E>) -> Option<Written<E>> {
    let terms = &row.terms;
    let before = claim.before.as_ref().filter(|it| it.withdrawn_at.is_none());
    let id = before.map(|before| before.record_id);
    // What was withdrawn is known to be so since then: older words do not bring it back.
    let known = claim.before.as_ref().and_then(|it| it.source_updated_at);
    let is_older = |at| known.is_some_and(|known| at < known);
    if terms.updated_at.is_some_and(is_older) {
        return Some(Written::new(Outcome::Stale, id));
    }
    if terms.withdraw && before.is_none() {
        return Some(Written::new(Outcome::NotFound, None));
    }
    let before = before.filter(|_| !terms.withdraw)?;
    let is_newer = terms.updated_at.is_some() && terms.updated_at != before.source_updated_at;
    let asks = terms.base.is_some() || terms.if_version.is_some();
    (before.content_hash == claim.hash && before.lapsed_at.is_none() && !is_newer && !asks)
        .then(|| Written::new(Outcome::Unchanged, id))
}

/// What a row says, in short. Of a cluster's source it says whom it is for, too.
fn hash<E: Shared>(source: Option<&source::Model>, row: &RowWrite<E>, said: &Fields) -> String {
    let mut digest = Sha256::new();
    digest.update(serde_json::to_string(said).unwrap_or_default());
    if source.is_some_and(|source| source.cluster_id.is_some()) {
        let partnerships = row.partnerships.clone().map(PartnershipIds);
        let audience = (row.visibility, partnerships, row.terms.about);
        digest.update(serde_json::to_string(&audience).unwrap_or_default());
    }
    URL_SAFE_NO_PAD.encode(digest.finalize())
}

/// Parts the entries: those that are written now, each about another record or place, and the rest.
pub(super) fn each_record_once<E: Shared>(
    entries: Vec<Entry<E>>,
    matches: &Matches,
    places: &Places,
) -> (Vec<Entry<E>>, Vec<Entry<E>>) {
    let (mut seen, mut filled) = (HashSet::new(), HashSet::new());
    entries.into_iter().partition(|entry| {
        match (entry.record(matches.linked(entry.n)), places.get(entry.n)) {
            (Some(id), _) => seen.insert(id),
            (None, Some(place)) => filled.insert(place),
            (None, None) => true,
        }
    })
}

/// Those of the records, which are locked, that have become part of others.
pub(super) async fn merged<E: Shared>(
    tx: &DatabaseTransaction,
    stored: &HashMap<Uuid, E::Model>,
) -> Result<HashSet<Uuid>> {
    let archived = stored
        .iter()
        .filter(|(_, row)| row.envelope().archived_at.is_some());
    let archived = archived.map(|(id, _)| *id).collect();
    Ok(store::merged(tx, archived).await?.into_iter().collect())
}

/// All claims on the records that sources speak of, or that people show to others than before.
pub(super) async fn claims_in_question<E: Shared>(
    tx: &DatabaseTransaction,
    source: Option<&source::Model>,
    entries: &[Entry<E>],
    stored: &HashMap<Uuid, E::Model>,
) -> Result<HashMap<Uuid, Vec<SourceClaim>>> {
    if source.is_some() {
        return Ok(store::claims_on(tx, stored.keys().copied().collect()).await?);
    }
    let shown = entries.iter().filter_map(|entry| {
        let Target::Record { id, .. } = entry.row.target else {
            return None;
        };
        let before = stored.get(&id)?.envelope().visibility;
        let is_other = entry.row.visibility.is_some_and(|said| said != before);
        (is_other || entry.row.partnerships.is_some()).then_some(id)
    });
    Ok(store::claims_on(tx, shown.collect()).await?)
}
