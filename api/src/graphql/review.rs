//! Matches that people look at: organisations that may be in the registry already.

use std::collections::HashMap;
use std::sync::Arc;

use async_graphql::dataloader::Loader;
use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use entities::id::SourceId;
use entities::organisation;
use entities::record::RecordType;
use uuid::Uuid;

use super::change::{UserError, id_or_nil};
use super::connection::{self, Counter, List, PageArgs};
use super::context::RequestContext;
use super::error::Result;
use super::id;
use super::loader::{Batches, ById, Shared};
use super::organisation::Organisation;
use super::push::MatchCandidate;
use crate::auth::type_id;
use crate::graphql::plain::Plain;
use crate::registry::{self, Candidate, Decision};

/// The prefix of a review's id.
const REVIEW: &str = "match_review";

/// An organisation of your own that may be in the registry already.
pub(crate) struct MatchReview(Uuid);

impl Plain for MatchReview {}

impl From<Arc<Uuid>> for MatchReview {
    fn from(own: Arc<Uuid>) -> Self {
        Self(*own)
    }
}

/// An organisation of your own that may be in the registry already.
#[Object]
impl MatchReview {
    /// What a decision names.
    async fn id(&self) -> ID {
        ID(type_id::write(REVIEW, self.0))
    }

    /// The organisation that you answer for.
    async fn own(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let row = ById::<organisation::Entity>::new(self.0);
        Ok(ctx.batches().load_one(row).await?.map(Organisation))
    }

    /// Those that it may be the same as, the likeliest first.
    async fn candidates(&self, ctx: &Context<'_>) -> Result<Vec<MatchCandidate>> {
        let candidates = ctx.batches().load_one(CandidatesOf(self.0)).await?;
        let candidates = candidates.unwrap_or_default();
        Ok(candidates
            .iter()
            .cloned()
            .map(MatchCandidate::from)
            .collect())
    }
}

/// Asks for what an organisation may be the same as.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct CandidatesOf(Uuid);

impl Loader<CandidatesOf> for Batches {
    type Value = Arc<Vec<Candidate>>;
    type Error = Arc<registry::Error>;

    async fn load(&self, keys: &[CandidatesOf]) -> Shared<HashMap<CandidatesOf, Self::Value>> {
        let own = keys.iter().map(|key| key.0).collect();
        let found = self.registry.match_candidates(&self.actor, own).await?;
        let found = found.into_iter();
        Ok(found
            .map(|(own, found)| (CandidatesOf(own), Arc::new(found)))
            .collect())
    }
}

/// Asks how many organisations of a source wait.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct PendingOf(pub(crate) SourceId);

impl Loader<PendingOf> for Batches {
    type Value = i64;
    type Error = Arc<registry::Error>;

    async fn load(&self, _: &[PendingOf]) -> Shared<HashMap<PendingOf, i64>> {
        let pending = self.registry.pending_reviews(&self.actor).await?;
        Ok(pending
            .into_iter()
            .map(|(source, n)| (PendingOf(source), n))
            .collect())
    }
}

/// Queries for matches.
#[derive(Default)]
pub(crate) struct ReviewQuery;

#[Object]
impl ReviewQuery {
    /// Your organisations that may be in the registry already, the oldest first. The operator gets those
    /// of all clusters, and the pairs of which the clusters may not know. Needs the scope `sync`.
    async fn match_reviews(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<List<MatchReview>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let (slice, mark) = connection::part(ctx, args, &REVIEW)?;
        let page = ctx.registry().match_reviews(ctx.actor(), &slice).await?;
        let page = page.ok_or_else(connection::damaged)?;
        let counter: Counter = Box::new(|ctx| {
            Box::pin(async move { Ok(ctx.registry().match_review_count(ctx.actor()).await?) })
        });
        Ok(connection::connection(&page, mark, counter))
    }
}

/// What you decide of an organisation that may be in the registry already.
#[derive(Clone, InputObject)]
pub(crate) struct MatchDecision {
    /// The review.
    review: ID,
    /// The candidate that it is the same as; null: none of them, and you are not asked again.
    same_as: Option<ID>,
}

/// What to decide.
#[derive(Clone, InputObject)]
pub(crate) struct SettleMatchesInput {
    /// The decisions, 500 at most.
    decisions: Vec<MatchDecision>,
}

/// What became of decisions.
#[derive(SimpleObject)]
pub(crate) struct SettleMatchesPayload {
    /// What became of each, in their order.
    results: Vec<MatchSettlement>,
}

/// What became of a decision.
#[derive(SimpleObject)]
pub(crate) struct MatchSettlement {
    /// The decision's number, from 0.
    index: usize,
    /// What became of it.
    outcome: MatchOutcome,
    /// The organisation as it is known from now on; null when the decision was refused.
    id: Option<ID>,
    /// Why it was refused.
    errors: Vec<UserError>,
}

/// What became of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "registry::SettleOutcome")]
pub(crate) enum MatchOutcome {
    /// The two are one now: the id of yours leads to the other for ever.
    Merged,
    /// Yours stands for itself.
    KeptApart,
    /// Nothing was done: see `errors`.
    Rejected,
}

/// Mutations of matches.
#[derive(Default)]
pub(crate) struct ReviewMutation;

#[Object]
impl ReviewMutation {
    /// Decides which organisations are the same. What your sources say of yours, and what belongs to it,
    /// goes to the other one. Each decision stands or falls alone. It needs `members:write`, too.
    ///
    /// Needs the scope `sync`.
    async fn settle_matches(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to decide.")] input: SettleMatchesInput,
    ) -> Result<SettleMatchesPayload> {
        let decisions = input.decisions.into_iter().map(|decision| Decision {
            own: type_id::read(REVIEW, &decision.review).unwrap_or_default(),
            same_as: decision
                .same_as
                .map(|id| id_or_nil(RecordType::Organisation, &id)),
        });
        let (registry, actor) = (ctx.registry(), ctx.actor());
        let settled = registry
            .settle_matches(actor, decisions.collect(), "graphql")
            .await?;
        let results = settled.into_iter().enumerate().map(|(index, settled)| {
            let registry::Settled {
                outcome,
                id: own,
                errors,
            } = settled;
            MatchSettlement {
                index,
                outcome: outcome.into(),
                id: own.map(|own| id::encode(RecordType::Organisation, own)),
                errors: errors.into_iter().map(Into::into).collect(),
            }
        });
        Ok(SettleMatchesPayload {
            results: results.collect(),
        })
    }
}
