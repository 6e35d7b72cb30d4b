//! What a push is told, as the API shows it.

use async_graphql::{ComplexObject, Context, ID, Object, SimpleObject};
use entities::record::RecordType;
use serde_json::Value;

use super::{MatchReason, Outcome};
use crate::graphql::change::UserError;
use crate::graphql::claims;
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::id;
use crate::graphql::loader::ById;
use crate::graphql::organisation::Organisation;
use crate::graphql::record::{self, Record, Visibility};
use crate::graphql::scalar::Position;
use crate::graphql::value::IdentifierScheme;
use crate::registry::{self, AudienceCluster, FieldConflict, PushAudience, PushReport};

/// What became of a push.
#[derive(SimpleObject)]
pub(crate) struct PushPayload {
    /// What became of each row, in their order.
    results: Vec<PushResult>,
    /// How many rows became what.
    summary: PushSummary,
    /// The position of the last change that the push made; null when it made none.
    position: Option<Position>,
    /// Whether this is the answer that was given to the same push before.
    replayed: bool,
    /// Whether it was only tried, and nothing is kept.
    dry_run: bool,
    /// Who will see the records of the push, widest first.
    audience: Vec<Audience>,
}

/// How many rows of a push became what.
#[derive(Default, SimpleObject)]
pub(crate) struct PushSummary {
    /// All of them.
    total: usize,
    /// A record was made.
    created: usize,
    /// What the source says changed.
    updated: usize,
    /// All was there already.
    unchanged: usize,
    /// The source now speaks of a record that was there.
    linked: usize,
    /// A record was made that may be there already.
    pending_review: usize,
    /// The source has said something newer before.
    stale: usize,
    /// The record changed since the source saw it.
    conflict: usize,
    /// Nothing was written, for errors.
    rejected: usize,
    /// The source speaks of the record no more.
    withdrawn: usize,
    /// There was nothing that the row could be about.
    not_found: usize,
    /// It would have been written, had all rows been right.
    rolled_back: usize,
}

impl PushSummary {
    fn of(report: &PushReport) -> Self {
        let mut summary = Self::default();
        for result in &report.results {
            summary.total += 1;
            *match result.outcome {
                registry::Outcome::Created => &mut summary.created,
                registry::Outcome::Updated => &mut summary.updated,
                registry::Outcome::Unchanged => &mut summary.unchanged,
                registry::Outcome::Linked => &mut summary.linked,
                registry::Outcome::PendingReview => &mut summary.pending_review,
                registry::Outcome::Stale => &mut summary.stale,
                registry::Outcome::Conflict => &mut summary.conflict,
                registry::Outcome::Rejected => &mut summary.rejected,
                registry::Outcome::Withdrawn => &mut summary.withdrawn,
                registry::Outcome::NotFound => &mut summary.not_found,
                registry::Outcome::RolledBack => &mut summary.rolled_back,
            } += 1;
        }
        summary
    }
}

/// Who will see some of the records of a push.
#[derive(SimpleObject)]
#[graphql(name = "PushAudience")]
pub(crate) struct Audience {
    /// How widely they are seen.
    visibility: Visibility,
    /// The other clusters that see them as partners, of those that you may see.
    clusters: Vec<PushAudienceCluster>,
    /// How many records.
    records: usize,
}

/// A cluster that will see what was pushed.
#[derive(SimpleObject)]
pub(crate) struct PushAudienceCluster {
    /// Its id.
    id: ID,
    /// Its name.
    name: String,
}

/// What became of a row of a push.
pub(crate) struct PushResult(registry::PushResult);

/// What became of a row of a push.
#[Object]
impl PushResult {
    /// The row's number, from 0.
    async fn index(&self) -> usize {
        self.0.index
    }

    /// What became of it.
    async fn outcome(&self) -> Outcome {
        self.0.outcome.into()
    }

    /// The record's id; null where there is none, and for what was only tried.
    async fn id(&self) -> Option<ID> {
        self.0.record.map(|(kind, id)| id::encode(kind, id))
    }

    /// Your own id for it.
    async fn external_id(&self) -> Option<&str> {
        self.0.external_id.as_deref()
    }

    /// The version it has.
    async fn version(&self) -> Option<i32> {
        self.0.version
    }

    /// The record as it is now; null when it is not to be seen, or no more.
    async fn record(&self, ctx: &Context<'_>) -> Result<Option<Record>> {
        match self.0.record {
            Some((kind, id)) => record::record(ctx, kind, id).await,
            None => Ok(None),
        }
    }

    /// Why it was refused, and what would be right.
    async fn errors(&self) -> Vec<UserError> {
        self.0.errors.iter().cloned().map(Into::into).collect()
    }

    /// The fields that both you and someone else have changed.
    async fn conflicts(&self) -> Vec<PushConflict> {
        self.0.conflicts.iter().cloned().map(Into::into).collect()
    }

    /// The kind of identifier by which the record was found that the row was linked to; null where it was
    /// found by what it is about: the organisation, the cluster and the first day of a membership.
    async fn matched_by(&self) -> Option<IdentifierScheme> {
        self.0.matched_by.map(Into::into)
    }

    /// The records that it may be the same as, the likeliest first: see `matchReviews`.
    async fn candidates(&self) -> Vec<MatchCandidate> {
        let candidates = self.0.candidates.iter().cloned();
        candidates.map(MatchCandidate::from).collect()
    }

    /// The id by which the row named a record that has become part of another.
    async fn redirected_from(&self) -> Option<ID> {
        let (kind, _) = self.0.record?;
        self.0.redirected_from.map(|id| id::encode(kind, id))
    }
}

impl From<registry::PushResult> for PushResult {
    fn from(result: registry::PushResult) -> Self {
        Self(result)
    }
}

/// A field that both you and someone else have changed, each to something else.
#[derive(SimpleObject)]
pub(crate) struct PushConflict {
    /// The field of `data`.
    field: String,
    /// What you saw last.
    base: Value,
    /// What you say.
    yours: Value,
    /// What it is now.
    current: Value,
}

/// An organisation that another may be the same as.
#[derive(SimpleObject)]
#[graphql(complex)]
pub(crate) struct MatchCandidate {
    /// How much they are alike, 0 to 100.
    score: i32,
    /// In what.
    reasons: Vec<MatchReason>,
    #[graphql(skip)]
    id: uuid::Uuid,
}

#[ComplexObject]
impl MatchCandidate {
    /// The record; null when it is there no more.
    async fn record(&self, ctx: &Context<'_>) -> Result<Option<Record>> {
        record::record(ctx, RecordType::Organisation, self.id).await
    }

    /// The same, as the organisation that it is.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let row = ById::<entities::organisation::Entity>::new(self.id);
        Ok(ctx.batches().load_one(row).await?.map(Organisation))
    }
}

impl From<registry::Candidate> for MatchCandidate {
    fn from(candidate: registry::Candidate) -> Self {
        let registry::Candidate {
            record,
            score,
            reasons,
        } = candidate;
        Self {
            score,
            reasons: reasons.into_iter().map(Into::into).collect(),
            id: record,
        }
    }
}

impl From<FieldConflict> for PushConflict {
    fn from(conflict: FieldConflict) -> Self {
        let FieldConflict {
            field,
            base,
            yours,
            current,
        } = conflict;
        Self {
            field,
            base: claims::shown(&base),
            yours: claims::shown(&yours),
            current: claims::shown(&current),
        }
    }
}

impl From<PushAudience> for Audience {
    fn from(audience: PushAudience) -> Self {
        let PushAudience {
            visibility,
            clusters,
            records,
        } = audience;
        let clusters = clusters.into_iter();
        Self {
            visibility: visibility.into(),
            clusters: clusters
                .map(|AudienceCluster { name, id }| PushAudienceCluster {
                    id: id::encode(RecordType::Cluster, id.into()),
                    name,
                })
                .collect(),
            records,
        }
    }
}

impl From<PushReport> for PushPayload {
    fn from(report: PushReport) -> Self {
        let summary = PushSummary::of(&report);
        let PushReport {
            results,
            position,
            replayed,
            dry_run,
            audience,
        } = report;
        Self {
            results: results.into_iter().map(PushResult::from).collect(),
            summary,
            position: position.map(Position),
            replayed,
            dry_run,
            audience: audience.into_iter().map(Into::into).collect(),
        }
    }
}
