//! Snapshots: pushing all that a CRM has, so that what it no longer has is found.

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};

use super::input::{SNAPSHOT, snapshot_id};
use super::payload::PushResult;
use crate::auth::type_id;
use crate::graphql::change::{InputErrorCode, UserError};
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::sync::RecordType;
use crate::registry::{self, SnapshotReport};

/// What a snapshot will have.
#[derive(Clone, InputObject)]
pub(crate) struct StartSnapshotPushInput {
    /// The name of a source of yours.
    source: String,
    /// The types of which it will have all records.
    types: Vec<RecordType>,
}

/// A snapshot of all that a source has.
#[derive(SimpleObject)]
pub(crate) struct PushSnapshot {
    /// What each of its pages names.
    id: ID,
    /// When it began.
    started_at: DateTime<Utc>,
}

/// A snapshot that began.
#[derive(SimpleObject)]
pub(crate) struct StartSnapshotPushPayload {
    /// The snapshot; null when the input was refused.
    snapshot: Option<PushSnapshot>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What becomes of what a snapshot no longer has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "registry::Missing")]
pub(crate) enum MissingRecords {
    /// Memberships end today, those of missing organisations among them; all else stays: to leave a
    /// cluster is history.
    EndMembership,
    /// Your source speaks of it no more: it was never true.
    Withdraw,
}

/// A snapshot whose pages have all been pushed.
#[derive(Clone, InputObject)]
pub(crate) struct CommitSnapshotPushInput {
    /// The name of the source.
    source: String,
    /// The snapshot.
    snapshot: ID,
    /// What becomes of what it no longer has.
    #[graphql(default_with = "MissingRecords::EndMembership")]
    missing: MissingRecords,
    /// Which part of what could end, or be taken back, may be missing, from 0 to 1. More is refused: it
    /// is rather an export that broke off.
    #[graphql(default = 0.05)]
    max_missing_fraction: f64,
    /// Try it: all is done, told, and taken back.
    #[graphql(default)]
    dry_run: bool,
}

/// What a snapshot led to.
#[derive(SimpleObject)]
pub(crate) struct CommitSnapshotPushPayload {
    /// How many could end or be taken back: memberships that go on, or all records of the snapshot's
    /// types that the source spoke of before.
    total: i64,
    /// How many of them the snapshot does not have.
    missing: usize,
    /// What became of what ended or was taken back. Where too much is missing, the first 500 of it, as it
    /// is.
    results: Vec<PushResult>,
    /// Whether it was only tried, and nothing is kept.
    dry_run: bool,
    /// Why it was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// Mutations of snapshots.
#[derive(Default)]
pub(crate) struct SnapshotMutation;

#[Object]
impl SnapshotMutation {
    /// Begins a push of all that a source has of some types. Push its pages with `snapshot`, then commit
    /// it. A source has one at a time: another one that was not committed ends.
    ///
    /// Needs the scope `sync`.
    async fn start_snapshot_push(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What it will have.")] input: StartSnapshotPushInput,
    ) -> Result<StartSnapshotPushPayload> {
        let StartSnapshotPushInput { source, types } = input;
        let types = types.into_iter().map(Into::into).collect();
        let begun = ctx.registry().start_snapshot(ctx.actor(), &source, types);
        let (snapshot, user_errors) = match begun.await {
            Ok(snapshot) => (Some(snapshot), Vec::new()),
            Err(registry::Error::Refused(errors)) => (None, errors),
            Err(error) => return Err(error.into()),
        };
        Ok(StartSnapshotPushPayload {
            snapshot: snapshot.map(|snapshot| PushSnapshot {
                id: ID(type_id::write(SNAPSHOT, snapshot.id)),
                started_at: snapshot.started_at,
            }),
            user_errors: user_errors.into_iter().map(Into::into).collect(),
        })
    }

    /// Ends a snapshot: what your source spoke of before and the snapshot does not have ends, or is
    /// taken back.
    ///
    /// Needs the scope `sync`.
    async fn commit_snapshot_push(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which, and how.")] input: CommitSnapshotPushInput,
    ) -> Result<CommitSnapshotPushPayload> {
        let CommitSnapshotPushInput {
            source,
            snapshot,
            missing,
            max_missing_fraction,
            dry_run,
        } = input;
        let id = snapshot_id(&snapshot);
        let how = (missing.into(), max_missing_fraction);
        let which = (source.as_str(), id);
        let committed = ctx
            .registry()
            .commit_snapshot(ctx.actor(), which, how, dry_run);
        let (report, mut user_errors) = match committed.await {
            Ok(report) => (Some(report), Vec::new()),
            Err(registry::Error::Refused(errors)) => {
                (None, errors.into_iter().map(Into::into).collect())
            }
            Err(error) => return Err(error.into()),
        };
        let (total, missing, results) = match report {
            Some(SnapshotReport {
                total,
                missing,
                results,
                refused,
            }) => {
                if refused {
                    let message = format!(
                        "{missing} of {total} are missing, which is more than `maxMissingFraction` \
                         allows: nothing was done"
                    );
                    let code = InputErrorCode::InvalidState;
                    user_errors.push(UserError::new(code, "maxMissingFraction", message));
                }
                (total, missing, results)
            }
            None => (0, 0, Vec::new()),
        };
        Ok(CommitSnapshotPushPayload {
            total: i64::try_from(total).unwrap_or(i64::MAX),
            missing,
            results: results.into_iter().map(PushResult::from).collect(),
            dry_run,
            user_errors,
        })
    }
}
