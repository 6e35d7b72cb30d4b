//! Finding out whether the registry has already what a source brings.
//!
//! What has a place between two records is what is in that place. Of organisations it is a question:
//! a strong identifier that one record alone holds, and no sign against it, links the two. Anything
//! less is for people to decide: nothing becomes one by its name alone. What the source's owner may
//! not see changes nothing in the answer; it is for the operator.

mod alike;
mod deciders;
mod equivalent;
mod later;
mod signs;

use std::collections::{BTreeSet, HashMap, HashSet};

use entities::id::ClusterId;
use entities::organisation;
use entities::record::RecordType;
use entities::value::IdentifierScheme;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::place::{self, Places};
use super::write::{Entry, Target};
use super::{Columns, Result, Shared};
use crate::auth::Scope;
use crate::store::{self, IdentifierPair};

use alike::Likeness;
pub(super) use deciders::with_deciders;
pub use entities::match_pair::MatchReason;
pub(super) use equivalent::with_equivalents;
pub(super) use later::of_later_identifiers;
pub(super) use signs::{Signs, signs_of};

/// A record that a row may be about.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Candidate {
    /// The record.
    pub record: Uuid,
    /// How much it is alike, 0 to 100.
    pub score: i32,
    /// In what.
    pub reasons: Vec<MatchReason>,
}

impl Candidate {
    fn new(record: Uuid, likeness: Likeness) -> Self {
        Self {
            record,
            score: likeness.score(),
            reasons: likeness.reasons,
        }
    }
}

/// What was found for a row.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    linked: Option<Uuid>,
    matched_by: Option<IdentifierScheme>,
    review: Vec<Candidate>,
    hidden: Vec<Candidate>,
}

impl Found {
    /// The record that the row is about without doubt.
    pub(super) fn linked(&self) -> Option<Uuid> {
        self.linked
    }

    /// Whether people must look at it.
    pub(super) fn is_in_doubt(&self) -> bool {
        self.linked.is_none() && !self.review.is_empty()
    }

    /// What the writer is told, and all that people must look at.
    pub(super) fn told(self) -> (Option<IdentifierScheme>, Vec<Candidate>, Vec<Candidate>) {
        let all = self.review.iter().chain(&self.hidden).cloned().collect();
        (self.matched_by, self.review, all)
    }

    /// Adds those that the record may be the same as.
    fn add(&mut self, candidate: Candidate, visible: &HashSet<Uuid>) {
        let list = if visible.contains(&candidate.record) {
            &mut self.review
        } else {
            &mut self.hidden
        };
        list.push(candidate);
    }

    /// Puts the likeliest first, as many as people look at.
    fn sort(&mut self) {
        for list in [&mut self.review, &mut self.hidden] {
            list.sort_by_key(|one| (std::cmp::Reverse(one.score), one.record));
            list.truncate(MAX_CANDIDATES);
        }
    }
}

/// What was found for the rows of a set, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Matches(HashMap<usize, Found>);

impl Matches {
    /// Looks for what a cluster's source brings and has not brought before: for organisations by what
    /// they are recognised by, for what has a place between two records by the place.
    ///
    /// # Errors
    /// When the database does.
    pub(super) async fn of<E: Shared>(
        tx: &DatabaseTransaction,
        scope: &Scope,
        cluster: Option<ClusterId>,
        entries: &[Entry<E>],
        places: &Places,
    ) -> Result<Self> {
        let new = entries.iter().filter(|entry| {
            let is_claim = matches!(entry.row.target, Target::External(_));
            cluster.is_some() && is_claim && entry.record(None).is_none()
        });
        if E::TYPE != RecordType::Organisation {
            let new: Vec<_> = new.map(|entry| entry.n).collect();
            return Self::by_place::<E>(tx, scope, cluster, new, places).await;
        }
        let new: Vec<(usize, Signs)> = new
            .map(|entry| {
                let strong = E::strong_identifiers(&entry.row.patch);
                (entry.n, Signs::said(&entry.said, strong))
            })
            .collect();
        if new.is_empty() {
            return Ok(Self::default());
        }
        let candidates = Candidates::of(tx, &new).await?;
        let ids: Vec<_> = candidates.signs.keys().copied().collect();
        let visible = store::existing(tx, scope, RecordType::Organisation, ids).await?;
        let visible: HashSet<_> = visible.into_iter().collect();
        let found = new
            .into_iter()
            .map(|(n, signs)| (n, decide(&signs, &candidates, &visible)));
        Ok(Self(found.collect()))
    }

    /// Of several records that hold a place, the cluster's own is meant, else the oldest.
    async fn by_place<E: Shared>(
        tx: &DatabaseTransaction,
        scope: &Scope,
        cluster: Option<ClusterId>,
        new: Vec<usize>,
        places: &Places,
    ) -> Result<Self> {
        let new = new
            .into_iter()
            .filter_map(|n| Some((n, places.get(n)?.clone())));
        let new: Vec<_> = new.collect();
        let wanted = new.iter().map(|(_, place)| place.clone()).collect();
        let holders = place::holders::<E>(tx, scope, &wanted).await?;
        let found = new.into_iter().filter_map(|(n, place)| {
            let holders = holders.get(&place)?;
            let own = holders.iter().find(|(_, steward)| *steward == cluster);
            let (linked, _) = own.or(holders.first())?;
            let found = Found {
                linked: Some(*linked),
                ..Found::default()
            };
            Some((n, found))
        });
        Ok(Self(found.collect()))
    }

    /// The record that a row is about without doubt.
    pub(super) fn linked(&self, n: usize) -> Option<Uuid> {
        self.0.get(&n).and_then(Found::linked)
    }

    /// What was found for a row.
    pub(super) fn take(&mut self, n: usize) -> Found {
        self.0.remove(&n).unwrap_or_default()
    }
}

/// The organisations that share an identifier or a sign with new ones, hidden ones too.
#[derive(Default)]
struct Candidates {
    holders: HashMap<IdentifierPair, Vec<Uuid>>,
    with_sign: HashMap<String, Vec<Uuid>>,
    signs: HashMap<Uuid, Signs>,
}

impl Candidates {
    async fn of(tx: &DatabaseTransaction, new: &[(usize, Signs)]) -> Result<Self> {
        let mut found = Self::default();
        let pairs: BTreeSet<IdentifierPair> = new
            .iter()
            .flat_map(|(_, signs)| with_equivalents(signs.strong.iter().cloned()))
            .collect();
        let pairs: Vec<_> = pairs.into_iter().collect();
        if !pairs.is_empty() {
            let holders = store::holders::<organisation::Entity>(tx, &Scope::All, &pairs).await?;
            for (pair, id) in holders {
                found.holders.entry(pair).or_default().push(id);
            }
        }
        let signs: BTreeSet<String> = new.iter().flat_map(|(_, signs)| signs.index()).collect();
        for (sign, id) in store::with_signs(tx, signs.into_iter().collect()).await? {
            found.with_sign.entry(sign).or_default().push(id);
        }
        let ids = found.holders.values().chain(found.with_sign.values());
        found.signs = recognised_by(tx, ids.flatten().copied().collect()).await?;
        Ok(found)
    }

    /// Those that share something with this one.
    fn like(&self, new: &Signs) -> impl Iterator<Item = (Uuid, &Signs)> {
        let pairs = with_equivalents(new.strong.iter().cloned());
        let holders = pairs.iter().filter_map(|pair| self.holders.get(pair));
        let signs = new.index();
        let with_sign = signs.iter().filter_map(|sign| self.with_sign.get(sign));
        let ids: BTreeSet<Uuid> = holders.chain(with_sign).flatten().copied().collect();
        let known = ids.into_iter();
        known.filter_map(|id| Some((id, self.signs.get(&id)?)))
    }
}

/// What these organisations are recognised by, as far as they are not archived.
pub(super) async fn recognised_by(
    tx: &DatabaseTransaction,
    ids: HashSet<Uuid>,
) -> Result<HashMap<Uuid, Signs>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let signs = [
        "name",
        "names",
        "country",
        "address",
        "website",
        "identifiers",
    ];
    let columns = Columns::of(signs.map(str::to_owned));
    let ids = ids.into_iter().collect();
    let rows = store::by_ids::<organisation::Entity>(tx, &Scope::All, ids, &columns).await?;
    let rows = rows.into_iter();
    Ok(rows.map(|(id, row)| (id, Signs::of(&row))).collect())
}

/// What to do with a new organisation, given those that it may be.
fn decide(new: &Signs, candidates: &Candidates, visible: &HashSet<Uuid>) -> Found {
    let mut found = Found::default();
    let mut certain = Vec::new();
    for (id, signs) in candidates.like(new) {
        let Some(likeness) = Likeness::of(new, signs) else {
            continue;
        };
        if let Some(scheme) = likeness.identifier.filter(|_| visible.contains(&id)) {
            certain.push((id, scheme, likeness.is_certain()));
        }
        found.add(Candidate::new(id, likeness), visible);
    }
    if let [(id, scheme, true)] = certain[..] {
        return Found {
            linked: Some(id),
            matched_by: Some(scheme),
            ..Found::default()
        };
    }
    found.sort();
    found
}

/// Candidates that people are shown for one row.
const MAX_CANDIDATES: usize = 20;
