//! What became of ids, and records by the ids of sources.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use super::RecordType;
use crate::graphql::context::RequestContext;
use crate::graphql::error::{GraphqlError, Result};
use crate::graphql::id;
use crate::graphql::record::Record;
use crate::graphql::written::Many;
use crate::registry::Resolution;

/// What became of a record whose id you keep. More may be added: skip what you do not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub(crate) enum IdState {
    /// It is there.
    Current,
    /// It became part of another, which `currentId` names.
    Merged,
    /// It is gone.
    Deleted,
    /// You may no longer see it.
    Removed,
    /// There is no such record that you could ever see.
    Unknown,
}

/// What became of an id.
#[derive(Clone, SimpleObject)]
pub(crate) struct IdResolution {
    /// The id that you asked for.
    id: ID,
    /// What became of it.
    state: IdState,
    /// Under which id the record is now; null when it is not there.
    current_id: Option<ID>,
}

/// Queries for what became of ids.
#[derive(Default)]
pub(crate) struct ResolveQuery;

#[Object]
impl ResolveQuery {
    /// What became of ids that you keep, in the order asked.
    async fn resolve_ids(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids, 1000 at most.")] ids: Vec<ID>,
    ) -> Result<Many<IdResolution>> {
        let max = ctx.limits().changes;
        if ids.len() > max {
            return Err(GraphqlError::page_size_too_large(ids.len(), max));
        }
        let decoded = ids.iter().map(|id| id::decode(id));
        let decoded = decoded.collect::<Result<Vec<_>>>()?;
        let resolved = ctx.registry().resolve_ids(ctx.actor(), &decoded).await?;
        let resolved = ids.into_iter().zip(decoded).zip(resolved);
        let resolved = resolved.map(|((id, (kind, _)), resolution)| {
            let (state, current_id) = match resolution {
                Resolution::There => (IdState::Current, Some(id.clone())),
                Resolution::Merged(winner) => (IdState::Merged, Some(id::encode(kind, winner))),
                Resolution::Deleted => (IdState::Deleted, None),
                Resolution::Removed => (IdState::Removed, None),
                Resolution::Unknown => (IdState::Unknown, None),
            };
            IdResolution {
                id,
                state,
                current_id,
            }
        });
        Ok(resolved.collect())
    }

    /// The record that a source knows under this id: your own source with that name, or else the
    /// public one. Null when it is hidden or unknown.
    async fn record_by_external_id(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The source's name.")] source: String,
        #[graphql(desc = "The source's own id of the record.")] external_id: String,
        #[graphql(
            name = "type",
            desc = "The record's type; needed where the source uses the id for several."
        )]
        kind: Option<RecordType>,
    ) -> Result<Option<Record>> {
        let kind = kind.map(Into::into);
        let found = ctx
            .registry()
            .by_external_id(ctx.actor(), &source, &external_id, kind)
            .await?;
        let mut found = found.into_iter();
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => Err(GraphqlError::bad_request(format!(
                "`{source}` has records of several types under `{external_id}`: say `type`, too"
            ))),
            (found, _) => Ok(found.map(Into::into)),
        }
    }
}
