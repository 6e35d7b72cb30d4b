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
use super::claim::{Fields, Hand, Standing, fields_of};
use super::edge::Edge;
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
        let mut moved: BTreeMap<Uuid, Vec<SourceClaim>> = BTreeMap::new();
        for (from, to) in merges {
            let said = rows
                .get(from)
                .map(|row| Self::moved(row, *to, claims.remove(from)));
            moved
                .entry(*to)
                .or_default()
                .extend(said.into_iter().flatten());
        }
        let mut remain = Vec::new();
        for (to, moved) in moved {
            let Some(row) = rows.get(&to) else { continue };
            let known = claims.remove(&to).unwrap_or_default();
            let (draft, said) = self.remaining(remain.len(), row, known, moved);
            store::save_claims(self.tx, said).await?;
            remain.push(draft);
        }
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

    /// The claims on a record that goes, as they are on the one that remains. What people wrote of it
    /// is what its steward's own claim says from now on.
    fn moved(
        row: &organisation::Model,
        to: Uuid,
        claims: Option<Vec<SourceClaim>>,
    ) -> Vec<SourceClaim> {
        let values = fields_of::<organisation::Entity>(&organisation::Entity::restate(row));
        let by_people = values.into_iter().filter(|(field, value)| {
            row.provenance.of(field).is_none() && !super::claim::is_empty(value)
        });
        let by_people: Fields = by_people.collect();
        let mut claims = claims.unwrap_or_default();
        for claim in &mut claims {
            claim.row.record_id = to;
            if claim.is_live() && claim.row.visibility.is_none() {
                claim.row.visibility = Some(row.visibility);
                claim.row.partnership_ids = row.partnership_ids.clone();
            }
            if let Some(content) = claim.row.content.as_object_mut()
                && claim.cluster == row.steward_id
            {
                content.extend(by_people.clone());
            }
        }
        claims
    }

    /// The record that remains, with what it takes from the claims that come to it.
    fn remaining(
        &self,
        n: usize,
        row: &organisation::Model,
        known: Vec<SourceClaim>,
        moved: Vec<SourceClaim>,
    ) -> (Draft<organisation::Entity>, Vec<source_record::Model>) {
        let live = |claims: &[SourceClaim]| -> HashSet<ClusterId> {
            let live = claims.iter().filter(|claim| claim.is_live());
            live.filter_map(|claim| claim.cluster).collect()
        };
        let before = live(&known);
        let mut parties: Vec<_> = live(&moved).difference(&before).copied().collect();
        parties.sort_unstable();
        let mut envelope = row.envelope();
        envelope.steward_id = envelope.steward_id.or(parties.first().copied());
        let mut after = row.clone();
        after.set_envelope(envelope.clone());
        let said = moved.iter().map(|claim| claim.row.clone()).collect();
        let claims: Vec<_> = known.into_iter().chain(moved).collect();
        let standing = Standing {
            envelope: &envelope,
            values: fields_of::<organisation::Entity>(&organisation::Entity::restate(row)),
            provenance: row.provenance(),
            needed: organisation::Entity::NEEDED,
        };
        let survivors = standing.survivors(&claims, None, Hand::Stays);
        let mut check = Check::new(Mode::Lenient, self.today);
        take::<organisation::Entity>(&mut after, &mut check, survivors);
        let begins = |cluster_id| feed::Claim {
            cluster_id,
            begins: true,
        };
        let draft = Draft {
            parties: parties.into_iter().map(begins).collect(),
            // Its readers hear of it, whether or not it takes anything.
            is_change: true,
            ..Draft::new(n, Some(row.clone()), after, Outcome::Updated)
        };
        (draft, said)
    }

    /// What points to records that go points to those that remain. Where that is there already, the
    /// two become one, too.
    async fn edges<E: Edge>(&mut self, merges: &Merges) -> Result<()> {
        let ends: BTreeSet<Uuid> = merges.iter().flat_map(|(from, to)| [*from, *to]).collect();
        let rows =
            store::lock_by::<E>(self.tx, "organisation_id", ends.into_iter().collect()).await?;
        let live = rows
            .into_iter()
            .filter(|row| row.envelope().archived_at.is_none());
        let (go, stay): (Vec<_>, Vec<_>) =
            live.partition(|row| merges.contains_key(&E::organisation(row)));
        // What has no place of its own is there once for an organisation.
        let at = |row: &E::Model| (E::organisation(row), E::place(row));
        let mut there: HashMap<_, Uuid> = stay
            .iter()
            .map(|row| (at(row), row.envelope().id))
            .collect();
        let mut claims =
            store::claims_on(self.tx, go.iter().map(|row| row.envelope().id).collect()).await?;
        let (mut drafts, mut said) = (Vec::new(), Vec::new());
        for row in go {
            let Some(to) = merges.get(&E::organisation(&row)) else {
                continue;
            };
            let id = row.envelope().id;
            let mut after = row.clone();
            E::point(&mut after, *to);
            let place = at(&after);
            let known = there.get(&place).copied();
            for mut claim in claims.remove(&id).unwrap_or_default() {
                claim.row.content["organisation"] = json!({ "Id": to });
                claim.row.record_id = known.unwrap_or(id);
                said.push(claim.row);
            }
            let n = drafts.len();
            if let Some(known) = known {
                drafts.push(self.gone::<E>(n, &row, known));
                continue;
            }
            there.insert(place, id);
            drafts.push(Draft::new(n, Some(row), after, Outcome::Updated));
        }
        store::save_claims(self.tx, said).await?;
        self.save(drafts).await
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
