//! The rules of the registry: what may be written, by whom, and what follows from it.
//!
//! Invariants:
//! - Every public method of [`Registry`] that touches records takes an [`Actor`] first. There is
//!   no way in without saying who.
//! - Only this module opens transactions, and every one that writes a record ends in
//!   [`feed::commit_changes`]. Nothing is sent inside a transaction.
//! - What an actor may not see is *not found*.
//! - Uniqueness is decided by the database, never by looking first.
//! - There is one code path for writing a record, [`Registry::write`]: mutations are sets of one
//!   row, imports sets of many.
//!
//! It knows neither GraphQL nor HTTP, so that the API, imports and pushes share it.

mod acceptance;
pub mod access;
mod again;
mod any_record;
mod audience;
pub mod audit;
mod changes;
mod check;
mod claim;
mod cluster;
mod consortium;
mod difference;
mod edge;
mod error;
mod field;
mod history;
pub mod identifier;
mod invitation;
mod matching;
mod membership;
mod merge;
mod money;
mod open;
mod organisation;
mod participation;
mod partnership;
mod partnership_member;
mod patch;
mod place;
mod project;
mod push;
mod read;
mod reference;
mod resolve;
mod review;
mod shared;
mod source;
mod steward;
mod tenancy;
mod write;

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};

use crate::clock::Clock;
use crate::feed;
use crate::store::Database;

pub use acceptance::{Acceptance, Agreed, Run};
pub use any_record::AnyRecord;
pub use changes::{Changed, Changes, ChangesOf, Fate};
pub use check::Mode;
pub use claim::FieldConflict;
pub use cluster::ClusterPatch;
pub use consortium::consortium_findings;
pub use error::{CursorFault, Error, InputErrorCode, Result, UserError};
pub use field::{MAX_ITEMS, MAX_NAME, MAX_TEXT, NewClassification, NewIdentifier};
pub use history::Past;
pub use matching::{Candidate, MatchReason};
pub use membership::MembershipPatch;
pub use money::{Money, decimal};
pub use open::migrate;
pub use organisation::OrganisationPatch;
pub use participation::ParticipationPatch;
pub use partnership::{NewPartnershipLink, PartnershipPatch};
pub use partnership_member::PartnershipMemberPatch;
pub use patch::Patch;
pub use place::Place;
pub use project::ProjectPatch;
pub use push::{
    AudienceCluster, MAX_ROWS, Missing, Push, PushAudience, PushMode, PushReport, PushResult,
    PushRow, Says, SnapshotReport, Statement,
};
pub use reference::Reference;
pub use resolve::Resolution;
pub use review::{Decision, MAX_DECISIONS, SettleOutcome, Settled};
pub use shared::Shared;
pub use source::MAX_SOURCES;
pub use steward::Steward;
pub use write::{Batch, Outcome, RowWrite, Target, Terms, Written};

pub use crate::feed::{Listener, Position, Rebase};
pub use crate::store::relation;
pub use crate::store::{
    ClusterCounts, Columns, ConsortiumSums, Filter, HistorySlice, IdentifierPair, Key, Order,
    OrderKey, Page, PageRequest, Quantifier, Related, Search, Slice, Test,
};

/// The registry: the one way to its records.
#[derive(Clone, Debug)]
pub struct Registry {
    db: Database,
    clock: Clock,
    columns: Columns,
    /// The clients that are known to be revoked, for all who hold this registry.
    revoked: Arc<access::Revoked>,
    hashing: access::Hashing,
    /// The pushes with keys that this process is working on.
    running: push::Running,
    /// With which the cursors of the feed are signed.
    secret: feed::Secret,
    /// Wakes those who wait for changes, for all who hold this registry.
    wake: feed::Wake,
    /// The sign-ins that are to be written, of all who hold this registry.
    sign_ins: Arc<audit::SignIns>,
}

impl Registry {
    /// The same registry, which reads no more of records than these columns.
    #[must_use]
    pub fn reading(self, columns: Columns) -> Self {
        Self { columns, ..self }
    }

    /// The clock by which the registry works.
    #[must_use]
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Begins a transaction that writes.
    async fn begin_write(&self) -> Result<DatabaseTransaction> {
        begin_write(&self.db).await
    }

    /// Begins a transaction that reads: it sees the database as it was at one moment.
    async fn begin_read(&self) -> Result<DatabaseTransaction> {
        Ok(self.db.read.begin().await?)
    }

    /// Ends a transaction with its changes, and wakes those who wait for them.
    async fn commit(
        &self,
        tx: DatabaseTransaction,
        origin: &feed::Origin,
        changes: Vec<feed::Change>,
    ) -> Result<Option<Position>> {
        let last = feed::commit_changes(tx, origin, changes).await?;
        if let Some(last) = last {
            self.wake.committed(last);
        }
        Ok(last)
    }

    /// Begins to listen for commits: who listens first and then reads misses none.
    #[must_use]
    pub fn listen(&self) -> Listener {
        self.wake.listen()
    }

    /// Keeps this process awake for what others commit, and the others for what this one does, for
    /// as long as it is polled; `every` so often it looks, whatever it hears.
    pub async fn keep_awake(&self, every: Duration) {
        self.wake.keep(&self.db, every).await;
    }
}

/// Begins a transaction that writes. On `SQLite` it waits for its turn at once, so that it cannot
/// fail half-way because another one was faster.
async fn begin_write(db: &Database) -> Result<DatabaseTransaction> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    Ok(db.write.begin_with_options(options).await?)
}
