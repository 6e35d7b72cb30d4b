//! Snapshots, for CRMs that do not know what changed: they push all that they have, page by page, and
//! what they no longer have ends or is taken back.

use entities::push_snapshot::{self, RecordTypes};
use entities::record::RecordType;
use entities::source;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::row::{PushRow, Says, Statement};
use super::{MAX_ROWS, PushResult, Pushing};
use crate::auth::{Actor, Permission};
use crate::registry::access::permit;
use crate::registry::again::until_free;
use crate::registry::{
    Error, InputErrorCode, MembershipPatch, Patch, Reference, Registry, Result, steward,
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
    /// How many records the source spoke of before, of the snapshot's types.
    pub total: u64,
    /// What became of those that ended or were taken back.
    pub results: Vec<PushResult>,
    /// Whether they were too many, and nothing was done.
    pub refused: bool,
}

impl Registry {
    /// Begins a snapshot of these types.
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
        store::insert_snapshot(&tx, snapshot.clone()).await?;
        tx.commit().await?;
        Ok(snapshot)
    }

    /// Ends a snapshot: what it does not have ends or is taken back, unless that is more than a part of
    /// what the source spoke of.
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
        let total = store::claimed_before_snapshot(&tx, &snapshot).await?;
        let rows = self.of_missing(&tx, &source, &snapshot, missing).await?;
        let refused = is_more(rows.len(), at_most, total);
        let (mut results, mut changes) = (Vec::new(), Vec::new());
        for rows in rows.chunks(MAX_ROWS) {
            let mut pushing = Pushing::new(self, &tx, (actor, &source, &origin), rows.len());
            pushing.write(rows.to_vec()).await?;
            let (report, more) = pushing.report().await?;
            results.extend(report.results);
            changes.extend(more);
        }
        if refused || dry_run {
            tx.rollback().await?;
        } else {
            store::close_snapshot(&tx, id, origin.at).await?;
            self.commit(tx, &origin, changes).await?;
        }
        Ok(SnapshotReport {
            total,
            results,
            refused,
        })
    }

    /// What a source would push to say that it no longer has what a snapshot lacks.
    async fn of_missing(
        &self,
        tx: &DatabaseTransaction,
        source: &source::Model,
        snapshot: &push_snapshot::Model,
        missing: Missing,
    ) -> Result<Vec<PushRow>> {
        let row = |external_id, says| PushRow {
            about: Reference::External(external_id),
            says,
            visibility: None,
            partnerships: None,
            if_version: None,
            source_updated_at: None,
            client_mutation_id: None,
        };
        if missing == Missing::Withdraw {
            let gone = store::missing_in_snapshot(tx, snapshot).await?.into_iter();
            return Ok(gone
                .map(|(kind, id)| row(id, Says::Withdraw(kind)))
                .collect());
        }
        let Some(cluster) = source.cluster_id else {
            return Ok(Vec::new());
        };
        let ended = MembershipPatch {
            ends_on: Patch::Set(self.clock.today()),
            ..MembershipPatch::default()
        };
        let gone = store::ended_in_snapshot(tx, snapshot, cluster)
            .await?
            .into_iter();
        Ok(gone
            .map(|id| {
                let statement = Statement {
                    data: ended.clone(),
                    base: None,
                };
                row(id, Says::Membership(Box::new(statement)))
            })
            .collect())
    }
}

/// Whether some are more than a part of all.
fn is_more(some: usize, part: f64, all: u64) -> bool {
    let exact = |n: u64| u32::try_from(n).map_or(f64::MAX, f64::from);
    let some = u64::try_from(some).unwrap_or(u64::MAX);
    exact(some) > part * exact(all)
}
