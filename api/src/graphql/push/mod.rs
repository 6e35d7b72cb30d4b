//! Pushing: what a cluster's CRM says of its records, and what it is told.

mod enums;
mod input;
mod payload;
mod snapshot;

use async_graphql::{Context, Object};

use super::context::RequestContext;
use super::error::{GraphqlError, Result};
use crate::registry::{Push, PushMode as Mode};

pub(crate) use enums::*;
pub(crate) use input::PushInput;
pub(crate) use payload::{MatchCandidate, PushPayload};
pub(crate) use snapshot::SnapshotMutation;

/// The client's name for a request, from the header `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct IdempotencyKey(pub String);

/// Mutations that push.
#[derive(Default)]
pub(crate) struct PushMutation;

#[Object]
impl PushMutation {
    /// Says what a source of yours has, up to 500 rows at a time, and answers what became of each, in
    /// order. What is wrong with a row is in its result. Rows of a type need the scope of its
    /// mutations, too.
    ///
    /// Needs the scope `sync`.
    async fn push_records(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to push.")] input: PushInput,
    ) -> Result<PushPayload> {
        let PushInput {
            source,
            idempotency_key,
            mode,
            dry_run,
            snapshot,
            rows,
        } = input;
        let header = ctx.data_opt::<IdempotencyKey>().map(|key| key.0.clone());
        if let (Some(key), Some(header)) = (&idempotency_key, &header)
            && key != header
        {
            return Err(GraphqlError::bad_request(
                "`idempotencyKey` and the header `Idempotency-Key` differ: say one of them.",
            ));
        }
        let push = Push {
            source,
            idempotency_key: idempotency_key.or(header),
            mode: match mode {
                PushMode::PerRow => Mode::PerRow,
                PushMode::AllOrNothing => Mode::AllOrNothing,
            },
            dry_run,
            snapshot: snapshot.as_ref().map(input::snapshot_id),
            rows: rows.into_iter().map(Into::into).collect(),
        };
        Ok(ctx.registry().push(ctx.actor(), push).await?.into())
    }
}
