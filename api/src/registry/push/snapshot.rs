//! Snapshots, for CRMs that do not know what changed: they push all that they have, page by page, and
//! what they no longer have ends or is taken back.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use entities::push_snapshot::{self, RecordTypes};
use entities::record::RecordType;
use entities::source;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::answer::take_back;
use super::row::{PushRow, Says, Statement};
use super::{MAX_ROWS, PushResult, Pushing};
use crate::auth::{Actor, Permission};
use crate::registry::access::permit;
use crate::registry::again::until_free;
use crate::registry::{
    Error, InputErrorCode, MembershipPatch, Outcome, Patch, Reference, Registry, Result, steward,
};
use crate::store;

/// What becomes of what a snapshot no longer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Memberships end today; all else stays.
    EndMembership,
    /// The source takes it back: it was never true.
    Withdraw,
}

/// What a snapshot led to.
#[derive(Clone, Debug)]
pub struct SnapshotReport {
    /// How many could have ended or been taken back.
    pub total: u64,
    /// How many of them the snapshot does not have.
    pub missing: usize,
    /// What became of these; where they were too many, the first of them as they are.
    pub results: Vec<PushResult>,
    /// Whether they were too many, and nothing was done.
    pub refused: bool,
}

impl Registry {
    /// Begins a snapshot of these types. Others of the source that are open end with it.
    ///
    /// # Errors
    /// When the actor may not, has no such source, names no type, or the database fails.
    pub async fn start_snapshot(
        &self,
        actor: &Actor,
        source: &str,
        types: Vec<RecordType>,
    ) -> Result<push_snapshot::Model> {
        permit(actor, Permission::Sync)?;
        let source = self.own_source(actor, source).await?;
        if types.is_empty() {
            let message = "name the types of which the snapshot will have all records";
            return Err(Error::refused(InputErrorCode::Required, "types", message));
        }
        for kind in &types {
            steward::may_write(actor, *kind)?;
        }
        let tx = self.begin_write().await?;
        let snapshot = push_snapshot::Model {
            id: self.clock.new_id(),
            source_id: source.id,
            types: RecordTypes(types),
            started_at: self.clock.now(),
            committed_at: None,
        };
        store::take_source(&tx, source.id, None).await?;
        store::drop_open_snapshots(&tx, source.id).await?;
        store::insert_snapshot(&tx, snapshot.clone()).await?;
        tx.commit().await?;
        Ok(snapshot)
    }

    /// Ends a snapshot: what it does not have ends or is taken back, unless that is more than a part of
    /// what could.
    ///
    /// # Errors
    /// When the actor may not, there is no such snapshot of the source, or the database fails.
    pub async fn commit_snapshot(
        &self,
        actor: &Actor,
        (source, id): (&str, Uuid),
        (missing, at_most): (Missing, f64),
        dry_run: bool,
    ) -> Result<SnapshotReport> {
        let run = || self.commit_snapshot_once(actor, (source, id), (missing, at_most), dry_run);
        until_free(|| Box::pin(run())).await
    }

    /// The same in one transaction.
    async fn commit_snapshot_once(
        &self,
        actor: &Actor,
        (source, id): (&str, Uuid),
        (missing, at_most): (Missing, f64),
        dry_run: bool,
    ) -> Result<SnapshotReport> {
        permit(actor, Permission::Sync)?;
        let source = self.own_source(actor, source).await?;
        if !(0.0..=1.0).contains(&at_most) {
            let message = "a part of a whole is 0 to 1, for example 0.05";
            return Err(Error::refused(
                InputErrorCode::Invalid,
                "maxMissingFraction",
                message,
            ));
        }
        let origin = self.push_origin(actor, &source);
        let tx = self.begin_write().await?;
        store::take_source(&tx, source.id, Some(origin.at)).await?;
        let Some(snapshot) = store::snapshot(&tx, source.id, id).await? else {
            let message = "you have no such snapshot of that source";
            return Err(Error::refused(
                InputErrorCode::NotFound,
                "snapshot",
                message,
            ));
        };
        if snapshot.committed_at.is_some() {
            let message = "the snapshot was committed already: begin another one";
            return Err(Error::refused(
                InputErrorCode::InvalidState,
                "snapshot",
                message,
            ));
        }
        for kind in &snapshot.types.0 {
            steward::may_write(actor, *kind)?;
        }
        let (total, gone) = missing.of(&tx, &source, &snapshot).await?;
        let missed = gone.len();
        if is_more(missed, at_most, total) {
            let results = as_they_are(&tx, &source, gone).await?;
            tx.rollback().await?;
            return Ok(SnapshotReport {
                total,
                missing: missed,
                results,
                refused: true,
            });
        }
        let rows: Vec<_> = gone
            .into_iter()
            .map(|(kind, id)| missing.row(kind, id, self.clock.today()))
            .collect();
        let (mut results, mut changes) = (Vec::new(), Vec::new());
        for rows in rows.chunks(MAX_ROWS) {
            let mut pushing = Pushing::new(self, &tx, (actor, &source, &origin), rows.len());
            pushing.lapses = true;
            pushing.write(rows.to_vec()).await?;
            let (report, more) = pushing.report().await?;
            results.extend(report.results);
            changes.extend(more);
        }
        for (index, result) in results.iter_mut().enumerate() {
            result.index = index;
        }
        if dry_run {
            tx.rollback().await?;
            take_back(&mut results);
        } else {
            store::close_snapshot(&tx, id, origin.at).await?;
            self.commit(tx, &origin, changes).await?;
        }
        Ok(SnapshotReport {
            total,
            missing: missed,
            results,
            refused: false,
        })
    }
}

/// A record by the source's own id.
type Known = (RecordType, String);

impl Missing {
    /// How many records of a source can become this, and those of them that a snapshot does not have.
    async fn of(
        self,
        tx: &DatabaseTransaction,
        source: &source::Model,
        snapshot: &push_snapshot::Model,
    ) -> Result<(u64, Vec<Known>)> {
        if self == Self::Withdraw {
            let total = store::claimed_before_snapshot(tx, snapshot).await?;
            return Ok((total, store::missing_in_snapshot(tx, snapshot).await?));
        }
        let Some(cluster) = source.cluster_id else {
            return Ok((0, Vec::new()));
        };
        let total = store::running_before_snapshot(tx, snapshot, cluster).await?;
        let ended = store::ended_in_snapshot(tx, snapshot, cluster).await?;
        let ended = ended.into_iter().map(|id| (RecordType::Membership, id));
        Ok((total, ended.collect()))
    }

    /// What a source would push to say that it has a record no longer.
    fn row(self, kind: RecordType, id: String, today: NaiveDate) -> PushRow {
        let says = match self {
            Self::Withdraw => Says::Withdraw(kind),
            Self::EndMembership => Says::Membership(Box::new(Statement {
                data: MembershipPatch {
                    ends_on: Patch::Set(today),
                    ..MembershipPatch::default()
                },
                base: None,
            })),
        };
        PushRow {
            about: Reference::External(id),
            says,
            visibility: None,
            partnerships: None,
            if_version: None,
            source_updated_at: None,
            client_mutation_id: None,
        }
    }
}

/// The first of these records, as they are.
async fn as_they_are(
    tx: &DatabaseTransaction,
    source: &source::Model,
    mut known: Vec<Known>,
) -> Result<Vec<PushResult>> {
    known.truncate(MAX_ROWS);
    let mut ids: BTreeMap<RecordType, Vec<String>> = BTreeMap::new();
    for (kind, id) in &known {
        ids.entry(*kind).or_default().push(id.clone());
    }
    let (mut records, mut versions) = (HashMap::new(), HashMap::new());
    for (kind, ids) in ids {
        let claims = store::claims_of(tx, source.id, kind, ids).await?;
        let of_kind = claims.values().map(|claim| claim.record_id).collect();
        versions.extend(store::versions(tx, kind, of_kind).await?);
        let claims = claims.into_iter();
        records.extend(claims.map(|(id, claim)| ((kind, id), claim.record_id)));
    }
    let results = known.into_iter().enumerate().map(|(index, known)| {
        let record = records.get(&known).copied();
        PushResult {
            record: record.map(|id| (known.0, id)),
            version: record.and_then(|id| versions.get(&id).copied()),
            ..PushResult::new(index, Outcome::Unchanged, Some(known.1))
        }
    });
    Ok(results.collect())
}

/// Whether some are more than a part of all.
fn is_more(some: usize, part: f64, all: u64) -> bool {
    let exact = |n: u64| u32::try_from(n).map_or(f64::MAX, f64::from);
    let some = u64::try_from(some).unwrap_or(u64::MAX);
    exact(some) > part * exact(all)
}
