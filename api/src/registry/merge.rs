//! Making one record of two: what the later one had goes to the earlier one, and its id leads there
//! for ever.
//!
//! In one transaction, and in this order of positions: the records that remain, what points to those
//! that go, and those that go. Claims move, so that nothing is lost that a source says.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entities::id::ClusterId;
use entities::record::{Envelope, RecordRow};
use entities::{
    cluster, membership, organisation, participation, partnership, partnership_member,
    source_record,
};
use sea_orm::DatabaseTransaction;
use serde_json::json;
use uuid::Uuid;

use super::check::{Check, Mode};
use super::claim::{
    Fields, Hand, Places, Standing, fields_of, is_empty, named_by, oldest_claimant, steward_beside,
};
use super::edge::Edge;
use super::place::Place;
use super::write::{Draft, Outcome, take};
use super::{Registry, Result, Shared};
use crate::feed::{self, Change};
use crate::store::{self, SourceClaim};

/// Records that become part of others: those that go, with those that remain.
pub(super) type Merges = BTreeMap<Uuid, Uuid>;

/// A transaction that merges.
pub(super) struct Merging<'a> {
    pub registry: &'a Registry,
    pub tx: &'a DatabaseTransaction,
    pub at: DateTime<Utc>,
    pub today: NaiveDate,
    pub changes: Vec<Change>,
}

impl Merging<'_> {
    /// Merges organisations; none that goes remains for another one.
    ///
    /// # Errors
    /// When the database does.
    pub(super) async fn organisations(&mut self, merges: &Merges) -> Result<()> {
        let all: BTreeSet<Uuid> = merges.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let all: Vec<_> = all.into_iter().collect();
        let rows = store::lock::<organisation::Entity>(self.tx, all.clone()).await?;
        let mut claims = store::claims_on(self.tx, all).await?;
        let places = self.places(&claims, rows.values()).await?;
        let mut moved: BTreeMap<Uuid, Vec<SourceClaim>> = BTreeMap::new();
        for (from, to) in merges {
            let said = claims.remove(from).unwrap_or_default();
            let said = rows
                .get(from)
                .map(|row| moved_to::<organisation::Entity>(*to, row, said));
            let there = moved.entry(*to).or_default();
            there.extend(said.into_iter().flatten());
        }
        let (mut remain, mut said) = (Vec::new(), Vec::new());
        for (to, moved) in moved {
            let Some(row) = rows.get(&to) else { continue };
            let known = claims.remove(&to).unwrap_or_default();
            said.extend(rows_of(&moved));
            let draft = self.remaining::<organisation::Entity>(
                remain.len(),
                (row, row.clone()),
                (known, moved),
                &places,
            );
            remain.push(draft);
        }
        store::save_claims(self.tx, said).await?;
        self.save(remain).await?;
        self.edges::<cluster::Entity>(merges).await?;
        self.edges::<membership::Entity>(merges).await?;
        self.edges::<partnership_member::Entity>(merges).await?;
        self.edges::<participation::Entity>(merges).await?;
        self.links(merges).await?;
        let gone = merges
            .iter()
            .filter_map(|(from, to)| Some((rows.get(from)?, *to)));
        let gone = gone
            .enumerate()
            .map(|(n, (row, to))| self.gone::<organisation::Entity>(n, row, to));
        let gone = gone.collect();
        self.save(gone).await
    }

    /// Who has accepted places in the partnerships that claims name, or records, whose claims name them
    /// once they have moved.
    async fn places<'a, R: RecordRow + 'a>(
        &self,
        claims: &HashMap<Uuid, Vec<SourceClaim>>,
        rows: impl Iterator<Item = &'a R>,
    ) -> Result<Places> {
        let mut named = named_by(claims.values().flatten());
        for row in rows {
            named.extend(row.envelope().partnership_ids.0.iter().map(|id| id.0));
        }
        let places = store::accepted_places(self.tx, named.into_iter().collect()).await?;
        Ok(places.into_iter().collect())
    }

    /// The record that remains, as it is from now on, with what it takes from the claims that come to it.
    fn remaining<E: Shared>(
        &self,
        n: usize,
        (before, mut after): (&E::Model, E::Model),
        (known, moved): (Vec<SourceClaim>, Vec<SourceClaim>),
        places: &Places,
    ) -> Draft<E> {
        let live = |claims: &[SourceClaim]| -> HashSet<ClusterId> {
            let live = claims.iter().filter(|claim| claim.is_live());
            live.filter_map(|claim| claim.cluster).collect()
        };
        let there = live(&known);
        let mut parties: Vec<_> = live(&moved).difference(&there).copied().collect();
        parties.sort_unstable();
        let mut envelope = after.envelope();
        envelope.steward_id = steward_beside(envelope.steward_id, &known, oldest_claimant(&moved));
        after.set_envelope(envelope.clone());
        let claims: Vec<_> = known.into_iter().chain(moved).collect();
        let provenance = after.provenance().clone();
        let standing = Standing {
            envelope: &envelope,
            values: fields_of::<E>(&E::restate(&after)),
            provenance: &provenance,
            needed: E::NEEDED,
            places,
        };
        let survivors = standing.survivors(&claims, None, Hand::Stays);
        let mut check = Check::new(Mode::Lenient, self.today);
        take::<E>(&mut after, &mut check, survivors, None);
        let begins = |cluster_id| feed::Claim {
            cluster_id,
            begins: true,
        };
        Draft {
            parties: parties.into_iter().map(begins).collect(),
            // Its readers hear of it, whether or not it takes anything.
            is_change: true,
            ..Draft::new(n, Some(before.clone()), after, Outcome::Updated)
        }
    }

    /// What points to records that go points to those that remain. Of several at one place one remains,
    /// and takes what the others have: an accepted one, whose cluster sees through it, before those of
    /// the record that remains, before those that were there first.
    async fn edges<E: Edge>(&mut self, merges: &Merges) -> Result<()> {
        let ends: BTreeSet<Uuid> = merges.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let rows =
            store::lock_by::<E>(self.tx, "organisation_id", ends.into_iter().collect()).await?;
        let rows: Vec<_> = rows
            .into_iter()
            .filter(|row| row.envelope().archived_at.is_none())
            .collect();
        let all = rows.iter().map(|row| row.envelope().id).collect();
        let mut claims = store::claims_on(self.tx, all).await?;
        let places = self.places(&claims, rows.iter()).await?;
        let mut at_place: BTreeMap<(Uuid, Option<Place>), Vec<E::Model>> = BTreeMap::new();
        for row in rows {
            let organisation = E::organisation(&row);
            let to = merges.get(&organisation).copied().unwrap_or(organisation);
            let mut at_end = row.clone();
            E::point(&mut at_end, to);
            let place = E::place(&at_end);
            at_place.entry((to, place)).or_default().push(row);
        }
        let (mut leave, mut remain, mut gone) = (Vec::new(), Vec::new(), Vec::new());
        let mut claimed = Vec::new();
        for ((to, _), mut rows) in at_place {
            let stays = |row: &E::Model| E::organisation(row) == to;
            rows.sort_by_key(|row| (!E::is_accepted(row), !stays(row), row.envelope().id));
            let mut rows = rows.into_iter();
            let Some(before) = rows.next() else { continue };
            let kept = before.envelope().id;
            let mut after = before.clone();
            E::point(&mut after, to);
            let mut known = claims.remove(&kept).unwrap_or_default();
            let is_pointed = !stays(&before);
            if is_pointed {
                known = pointed(to, known);
                claimed.extend(rows_of(&known));
            }
            let mut moved = Vec::new();
            for row in rows {
                let said = claims.remove(&row.envelope().id).unwrap_or_default();
                let mut at_end = row.clone();
                E::point(&mut at_end, to);
                moved.extend(moved_to::<E>(kept, &at_end, pointed(to, said)));
                // Who moves to a place where one is waits until that one has left.
                let goes = if is_pointed { &mut leave } else { &mut gone };
                goes.push(self.gone::<E>(goes.len(), &row, kept));
            }
            let n = remain.len();
            if !moved.is_empty() {
                claimed.extend(rows_of(&moved));
                remain.push(self.remaining::<E>(n, (&before, after), (known, moved), &places));
            } else if is_pointed {
                remain.push(Draft::new(n, Some(before), after, Outcome::Updated));
            }
        }
        store::save_claims(self.tx, claimed).await?;
        self.save(leave).await?;
        self.save(remain).await?;
        self.save(gone).await
    }

    /// What partnerships are linked with.
    async fn links(&mut self, merges: &Merges) -> Result<()> {
        let mut drafts = Vec::new();
        for row in store::lock_linked_partnerships(self.tx).await? {
            let mut after = row.clone();
            for link in &mut after.links.0 {
                let to = link.organisation_id.and_then(|id| merges.get(&id.into()));
                link.organisation_id = to.map(|id| (*id).into()).or(link.organisation_id);
            }
            if after != row {
                let draft = Draft::<partnership::Entity>::new(
                    drafts.len(),
                    Some(row),
                    after,
                    Outcome::Updated,
                );
                drafts.push(draft);
            }
        }
        self.save(drafts).await
    }

    /// A record that goes: its id leads to another.
    fn gone<E: Shared>(&self, n: usize, row: &E::Model, to: Uuid) -> Draft<E> {
        let mut after = row.clone();
        after.set_envelope(Envelope {
            archived_at: Some(self.at),
            ..row.envelope()
        });
        Draft {
            replaced_by: Some(to),
            ..Draft::new(n, Some(row.clone()), after, Outcome::Updated)
        }
    }

    async fn save<E: Shared>(&mut self, drafts: Vec<Draft<E>>) -> Result<()> {
        let mut written: Vec<_> = drafts.iter().map(|_| None).collect();
        let saved = self
            .registry
            .save::<E>(self.tx, drafts, (None, self.at), &mut written);
        self.changes.extend(saved.await?);
        Ok(())
    }
}

/// The claims on a record that goes, as they are on the one that remains: still for those whom they were
/// for. What people wrote of it is what its steward's own claim says from now on.
fn moved_to<E: Shared>(to: Uuid, row: &E::Model, mut claims: Vec<SourceClaim>) -> Vec<SourceClaim> {
    let values = fields_of::<E>(&E::restate(row));
    let by_people = values
        .into_iter()
        .filter(|(field, value)| row.provenance().of(field).is_none() && !is_empty(value));
    let by_people: Fields = by_people.collect();
    let envelope = row.envelope();
    for claim in &mut claims {
        claim.row.record_id = to;
        if claim.is_live() && claim.row.visibility.is_none() {
            claim.row.visibility = Some(envelope.visibility);
            claim.row.partnership_ids = envelope.partnership_ids.clone();
        }
        if let Some(content) = claim.row.content.as_object_mut()
            && claim.cluster == envelope.steward_id
        {
            content.extend(by_people.clone());
        }
    }
    claims
}

/// Claims on what pointed to another organisation, as they point to this one.
fn pointed(to: Uuid, mut claims: Vec<SourceClaim>) -> Vec<SourceClaim> {
    for claim in &mut claims {
        claim.row.content["organisation"] = json!({ "Id": to });
    }
    claims
}

fn rows_of(claims: &[SourceClaim]) -> impl Iterator<Item = source_record::Model> {
    claims.iter().map(|claim| claim.row.clone())
}
