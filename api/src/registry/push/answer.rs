//! What a push is told: what became of each row, and who will see it.

use std::collections::{BTreeMap, HashSet};

use entities::record::RecordType;
use entities::value::IdentifierScheme;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Pushing;
use super::audience::PushAudience;
use crate::feed::{Change, Position};
use crate::registry::{Candidate, FieldConflict, Outcome, Result, UserError};
use crate::store;

/// What became of a push.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PushReport {
    /// What became of each row, in their order.
    pub results: Vec<PushResult>,
    /// The position of its last change; none when nothing changed.
    pub position: Option<Position>,
    /// Whether this is the answer that was given before.
    pub replayed: bool,
    /// Whether nothing was kept.
    pub dry_run: bool,
    /// Who will see what was pushed.
    pub audience: Vec<PushAudience>,
}

/// What became of a row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PushResult {
    /// The row's number, from 0.
    pub index: usize,
    /// What became of it.
    pub outcome: Outcome,
    /// The record; none where there is none.
    pub record: Option<(RecordType, Uuid)>,
    /// The source's own id of it.
    pub external_id: Option<String>,
    /// The version it has.
    pub version: Option<i32>,
    /// Why it was refused.
    pub errors: Vec<UserError>,
    /// The fields on which the source and someone else differ.
    pub conflicts: Vec<FieldConflict>,
    /// The kind of identifier by which the record was found.
    pub matched_by: Option<IdentifierScheme>,
    /// The records that it may be the same as.
    pub candidates: Vec<Candidate>,
    /// The id by which the row named a record that has become part of another.
    pub redirected_from: Option<Uuid>,
}

impl PushResult {
    /// A row with this outcome, of which nothing else is to be told.
    pub(super) fn new(index: usize, outcome: Outcome, external_id: Option<String>) -> Self {
        Self {
            index,
            outcome,
            record: None,
            external_id,
            version: None,
            errors: Vec::new(),
            conflicts: Vec::new(),
            matched_by: None,
            candidates: Vec::new(),
            redirected_from: None,
        }
    }

    /// A row that was refused for these errors.
    pub(super) fn refused(
        index: usize,
        outcome: Outcome,
        external_id: Option<String>,
        errors: Vec<UserError>,
    ) -> Self {
        Self {
            errors,
            ..Self::new(index, outcome, external_id)
        }
    }

    /// Whether what the row says is not in the registry now.
    fn has_failed(&self) -> bool {
        match self.outcome {
            Outcome::Rejected | Outcome::Conflict | Outcome::NotFound | Outcome::Stale => true,
            Outcome::Created
            | Outcome::Updated
            | Outcome::Unchanged
            | Outcome::Linked
            | Outcome::PendingReview
            | Outcome::Withdrawn
            | Outcome::RolledBack => false,
        }
    }

    /// Whether the row brought its record.
    fn is_new(&self) -> bool {
        matches!(self.outcome, Outcome::Created | Outcome::PendingReview)
    }

    /// Whether the row wrote, so that its record got a version.
    fn has_written(&self) -> bool {
        let outcomes = [Outcome::Updated, Outcome::Linked, Outcome::Withdrawn];
        self.is_new() || outcomes.contains(&self.outcome)
    }
}

impl PushReport {
    /// Whether a row failed.
    pub(super) fn has_failed(&self) -> bool {
        self.results.iter().any(PushResult::has_failed)
    }

    /// Says what became of rows that were all taken back: `tried`, or because one of them failed.
    pub(super) fn take_back(&mut self, tried: bool) {
        let failed = self.has_failed();
        self.dry_run = tried;
        take_back(&mut self.results);
        for result in &mut self.results {
            if !tried && failed && !result.has_failed() {
                result.outcome = Outcome::RolledBack;
            }
        }
    }
}

/// Takes out of results what never was: records that were not there before, and versions that records
/// got.
pub(super) fn take_back(results: &mut [PushResult]) {
    let of = |results: &[PushResult], is: fn(&PushResult) -> bool| -> HashSet<Uuid> {
        let some = results.iter().filter(|result| is(result));
        some.filter_map(|result| Some(result.record?.1)).collect()
    };
    let new = of(results, PushResult::is_new);
    let written = of(results, PushResult::has_written);
    for result in results {
        let is_of = |records: &HashSet<Uuid>| {
            let record = result.record;
            record.is_some_and(|(_, id)| records.contains(&id))
        };
        let (is_new, is_written) = (is_of(&new), is_of(&written));
        result.record = result.record.filter(|_| !is_new);
        result.version = result.version.filter(|_| !is_written);
    }
}

impl Pushing<'_> {
    /// The records whose versions nobody has read yet.
    fn unread(&self) -> BTreeMap<RecordType, Vec<Uuid>> {
        let mut unread: BTreeMap<RecordType, Vec<Uuid>> = BTreeMap::new();
        for result in self.results.iter().flatten() {
            if let (Some((kind, id)), None) = (result.record, result.version) {
                unread.entry(kind).or_default().push(id);
            }
        }
        unread
    }

    /// What the push is told, and its changes.
    pub(super) async fn report(mut self) -> Result<(PushReport, Vec<Change>)> {
        for (kind, ids) in self.unread() {
            let versions = store::versions(self.tx, kind, ids).await?;
            for result in self.results.iter_mut().flatten() {
                if let (Some((_, id)), None) = (result.record, result.version) {
                    result.version = versions.get(&id).copied();
                }
            }
        }
        for result in self.results.iter_mut().flatten() {
            result.redirected_from = self.redirected.get(&result.index).copied();
        }
        let audience = self.audience().await?;
        let report = PushReport {
            results: self.results.into_iter().flatten().collect(),
            position: None,
            replayed: false,
            dry_run: false,
            audience,
        };
        Ok((report, self.changes))
    }
}
