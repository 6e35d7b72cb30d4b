//! Pushes: what a cluster's CRM says of its records, many at a time, with an answer for each.
//!
//! A push is one transaction. Its rows are written in sets of one type, in an order in which each row
//! finds what the rows before it wrote; the answers come in the order of the rows.

mod answer;
mod audience;
mod hold;
mod idempotency;
mod order;
mod row;
mod set;
mod snapshot;

use std::collections::{BTreeSet, HashMap};

use entities::id::SourceId;
use entities::record::RecordType;
use entities::source;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::access::permit;
use super::again::until_free;
use super::{Error, Registry, Result, steward};
use crate::auth::{Actor, Permission, Principal};
use crate::feed::{Change, Origin};
use crate::store;

pub use answer::{PushReport, PushResult};
pub use audience::{AudienceCluster, PushAudience};
pub(super) use idempotency::Running;
pub use row::{PushRow, Says, Statement};
pub use snapshot::{Missing, SnapshotReport};

use set::Line;

/// Rows of a push.
pub const MAX_ROWS: usize = 500;

/// What a cluster's source says.
#[derive(Clone, Debug)]
pub struct Push {
    /// The source's name.
    pub source: String,
    /// The client's name for this push, so that it can be repeated without harm.
    pub idempotency_key: Option<String>,
    /// Whether the rows stand or fall together.
    pub mode: PushMode,
    /// Whether all is taken back at the end.
    pub dry_run: bool,
    /// The snapshot that the push is a page of.
    pub snapshot: Option<Uuid>,
    /// The rows.
    pub rows: Vec<PushRow>,
}

/// Whether the rows of a push stand or fall together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum PushMode {
    /// Each by itself.
    PerRow,
    /// All, or none is written.
    AllOrNothing,
}

/// A push on its way.
pub(super) struct Pushing<'a> {
    pub registry: &'a Registry,
    pub tx: &'a DatabaseTransaction,
    pub actor: &'a Actor,
    pub source: &'a source::Model,
    pub origin: &'a Origin,
    /// What became of the rows that are done.
    pub results: Vec<Option<PushResult>>,
    pub changes: Vec<Change>,
    /// The external ids that rows were to bring which were refused.
    pub refused: HashMap<(RecordType, String), usize>,
    /// The ids by which rows named records that have become part of others.
    pub redirected: HashMap<usize, Uuid>,
    /// The snapshot that the push is a page of.
    pub snapshot: Option<Uuid>,
    /// What the rows say is there, by all ids that the source may have for it.
    pub had: BTreeSet<(RecordType, String)>,
    /// Whether the rows are said for the source, because a snapshot lacks their records.
    pub lapses: bool,
}

impl Registry {
    /// Writes what a source says; the report has one result a row, in order.
    ///
    /// # Errors
    /// When the actor may not, the push as a whole cannot be understood or is too large, its key is
    /// another push's, or the database fails: then nothing was written. What is wrong with a row is in its
    /// result.
    pub async fn push(&self, actor: &Actor, push: Push) -> Result<PushReport> {
        permit(actor, Permission::Sync)?;
        let source = self.own_source(actor, &push.source).await?;
        if push.rows.len() > MAX_ROWS {
            return Err(Error::Unfit(format!(
                "a push has {MAX_ROWS} rows at most, and this one has {}: send it in parts",
                push.rows.len()
            )));
        }
        for row in &push.rows {
            steward::may_write(actor, row.says.record_type())?;
        }
        let request = idempotency::Request::of(actor, &push)?;
        let _running = request
            .as_ref()
            .map(|it| self.running.begin(it))
            .transpose()?;
        let run = || self.push_once(actor, &source, request.as_ref(), push.clone());
        until_free(|| Box::pin(run())).await
    }

    /// The push in one transaction.
    async fn push_once(
        &self,
        actor: &Actor,
        source: &source::Model,
        request: Option<&idempotency::Request>,
        push: Push,
    ) -> Result<PushReport> {
        let tx = self.begin_write().await?;
        if let Some(request) = request
            && let Some(report) = idempotency::repeated(&tx, request, self.clock.now()).await?
        {
            tx.commit().await?;
            return Ok(report);
        }
        let origin = self.push_origin(actor, source);
        store::take_source(&tx, source.id, Some(origin.at)).await?;
        let (dry_run, mode) = (push.dry_run, push.mode);
        if let Some(id) = push.snapshot {
            let snapshot = store::snapshot(&tx, source.id, id).await?;
            if snapshot.is_none_or(|snapshot| snapshot.committed_at.is_some()) {
                let message =
                    "that is no open snapshot of the source: begin one with `startSnapshotPush`";
                return Err(Error::Unfit(message.to_owned()));
            }
        }
        let writer = (actor, source, &origin);
        let mut pushing = Pushing::new(self, &tx, writer, push.rows.len());
        pushing.snapshot = push.snapshot;
        pushing.write(push.rows).await?;
        let (mut report, changes) = pushing.report().await?;
        if dry_run || (mode == PushMode::AllOrNothing && report.has_failed()) {
            tx.rollback().await?;
            report.take_back(dry_run);
            return Ok(report);
        }
        if let Some(request) = request {
            let last = changes.last().map(|last| (last.record_id, last.version));
            idempotency::keep(&tx, request, &report, last).await?;
        }
        report.position = self.commit(tx, &origin, changes).await?;
        Ok(report)
    }

    /// What the log says of what a source pushes.
    fn push_origin(&self, actor: &Actor, source: &source::Model) -> Origin {
        Origin {
            source_id: source.cluster_id.map(|_| source.id),
            ..self.origin(actor, &format!("push:{}", source.name))
        }
    }

    /// A source of the actor's own, by its name.
    pub(super) async fn own_source(&self, actor: &Actor, name: &str) -> Result<source::Model> {
        let cluster = match actor.principal() {
            Principal::Cluster(id) => Some(id),
            Principal::Operator => None,
            Principal::Agency(_) | Principal::Anonymous => {
                return Err(Error::Forbidden(
                    "only clusters and the registry's operator push".to_owned(),
                ));
            }
        };
        let found = store::source(&self.db.read, cluster, name).await?;
        found.ok_or_else(|| {
            Error::Unfit(format!(
                "you have no source `{name}`: register it with `registerSource`"
            ))
        })
    }
}

impl<'a> Pushing<'a> {
    /// A push of so many rows.
    fn new(
        registry: &'a Registry,
        tx: &'a DatabaseTransaction,
        (actor, source, origin): (&'a Actor, &'a source::Model, &'a Origin),
        rows: usize,
    ) -> Self {
        Self {
            registry,
            tx,
            actor,
            source,
            origin,
            results: (0..rows).map(|_| None).collect(),
            changes: Vec::new(),
            refused: HashMap::new(),
            redirected: HashMap::new(),
            snapshot: None,
            had: BTreeSet::new(),
            lapses: false,
        }
    }

    /// Writes the rows, set by set.
    async fn write(&mut self, rows: Vec<PushRow>) -> Result<()> {
        let lines = self.lines(rows).await?;
        if let Some(snapshot) = self.snapshot {
            // What a page has is there, whether or not it is right.
            store::note_in_snapshot(self.tx, snapshot, std::mem::take(&mut self.had)).await?;
        }
        let sets = self.in_sets(lines).await?;
        if order::may_meet_others_in_a_circle(&sets) {
            self.hold(&sets).await?;
        }
        for set in sets {
            self.write_lines(set).await?;
        }
        Ok(())
    }

    /// The id of the source that speaks.
    fn source_id(&self) -> SourceId {
        self.source.id
    }

    /// Notes what became of a row.
    fn done(&mut self, index: usize, result: PushResult) {
        if let Some(place) = self.results.get_mut(index) {
            *place = Some(result);
        }
    }

    /// Notes that a row was refused before it was looked at.
    fn refuse(&mut self, line: &Line, result: PushResult) {
        if let Some(external_id) = &line.external_id {
            let key = (line.says.record_type(), external_id.clone());
            self.refused.insert(key, line.index);
        }
        self.done(line.index, result);
    }
}
