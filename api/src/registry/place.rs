//! The places that records have between two others: what there may be once only. A membership that
//! begins on a day, a role in a project: each steward has one record of it at most, as the unique index
//! of the table says, and who sees the record of another has no second one.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use entities::id::ClusterId;
use entities::record::{RecordRow, RecordType};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::check::{Check, Mode};
use super::reference::Resolved;
use super::write::{Draft, Entry, Target};
use super::{Result, Shared};
use crate::auth::Scope;
use crate::store::{self, LockKey};

/// A place between two records.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The two.
    pub between: [Uuid; 2],
    /// What tells it from other places between them.
    pub part: String,
}

impl Place {
    /// The place, where both ends are known.
    pub(super) fn new(one: impl Into<Uuid>, other: impl Into<Uuid>, part: String) -> Option<Self> {
        let between = [one.into(), other.into()];
        let is_known = between.iter().all(|end| !end.is_nil());
        is_known.then_some(Self { between, part })
    }

    fn key(&self, of: RecordType) -> LockKey {
        let [one, other] = self.between;
        LockKey::place(of, format!("{one} {other} {}", self.part))
    }
}

/// The places of the new records of a set, by the numbers of their rows.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<usize, Place>);

impl Places {
    /// Where the records belong that a cluster's source or people bring. Rows in which something is
    /// wrong have none: they are refused anyway.
    pub(super) fn of<E: Shared>(
        entries: &[Entry<E>],
        resolved: &Resolved,
        cluster: Option<ClusterId>,
    ) -> Self {
        if E::ENDS.is_none() {
            return Self::default();
        }
        let new = entries.iter().filter(|entry| entry.record(None).is_none());
        let places = new.filter_map(|entry| {
            let mut patch = entry.row.patch.clone();
            let mut check = Check::new(Mode::Lenient, NaiveDate::MIN);
            for reference in E::references(&mut patch) {
                resolved.resolve(&mut check, reference);
            }
            if let (Target::External(_), Some(cluster)) = (&entry.row.target, cluster) {
                E::complete(&mut patch, cluster);
            }
            let mut row = E::Model::default();
            E::apply(&mut row, patch, &mut check);
            let place = E::place(&row).filter(|_| check.errors.is_empty())?;
            Some((entry.n, place))
        });
        Self(places.collect())
    }

    /// The place of a row's new record.
    pub(super) fn get(&self, n: usize) -> Option<&Place> {
        self.0.get(&n)
    }

    /// What to lock, so that two writers of one place meet.
    pub(super) fn keys<E: Shared>(&self) -> BTreeSet<LockKey> {
        self.0.values().map(|place| place.key(E::TYPE)).collect()
    }
}

/// Who holds these places, oldest first, of the records that a viewer sees.
///
/// # Errors
/// When the database does.
pub(super) async fn holders<E: Shared>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    places: &HashSet<Place>,
) -> Result<BTreeMap<Place, Vec<(Uuid, Option<ClusterId>)>>> {
    let mut holders: BTreeMap<Place, Vec<_>> = BTreeMap::new();
    let Some(columns) = E::ENDS.filter(|_| !places.is_empty()) else {
        return Ok(holders);
    };
    let ends = [0, 1].map(|end| {
        let ids: BTreeSet<_> = places.iter().map(|place| place.between[end]).collect();
        ids.into_iter().collect()
    });
    for row in store::between::<E>(db, scope, columns, ends).await? {
        if let Some(place) = E::place(&row).filter(|place| places.contains(place)) {
            let envelope = row.envelope();
            let of_place = holders.entry(place).or_default();
            of_place.push((envelope.id, envelope.steward_id));
        }
    }
    Ok(holders)
}

/// Of rows that were looked at, the numbers of those whose record comes to a place that another one
/// holds which the writer sees. `matched`: of new records that was found out before.
///
/// # Errors
/// When the database does.
pub(super) async fn taken<E: Shared>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    drafts: &[Draft<E>],
    matched: bool,
) -> Result<HashSet<usize>> {
    let live = |row: &E::Model| row.envelope().archived_at.is_none();
    let coming = drafts.iter().filter_map(|draft| {
        let before = draft.before.as_ref();
        let place = E::place(&draft.after).filter(|_| live(&draft.after))?;
        let is_there =
            before.is_some_and(|row| live(row) && E::place(row).as_ref() == Some(&place));
        let is_known = is_there || (matched && before.is_none());
        (!is_known).then_some((draft.n, draft.after.envelope().id, place))
    });
    let coming: Vec<_> = coming.collect();
    let places = coming.iter().map(|(_, _, place)| place.clone()).collect();
    let holders = holders::<E>(db, scope, &places).await?;
    let taken = coming.into_iter().filter(|(_, id, place)| {
        let of_place = holders.get(place);
        of_place.is_some_and(|holders| holders.iter().any(|(other, _)| other != id))
    });
    Ok(taken.map(|(n, ..)| n).collect())
}
