//! Pulling: the query `changes`.

use std::time::Duration;

use async_graphql::{Context, InputObject, Object};

use super::{ChangePage, RecordType};
use crate::graphql::context::RequestContext;
use crate::graphql::error::{GraphqlError, Result};
use crate::graphql::room::Room;
use crate::graphql::scalar::Cursor;
use crate::graphql::written::One;
use crate::registry::ChangesOf;

/// Changes of a page when nothing is said.
pub(crate) const DEFAULT_LIMIT: i32 = 200;
/// Milliseconds that a request waits at most.
const MAX_WAIT: i32 = 30_000;

/// Which changes. A cursor belongs to its filter.
#[derive(InputObject)]
pub(crate) struct ChangeFilter {
    /// Records of these types; null: of all.
    types: Option<Vec<RecordType>>,
}

/// The types that a filter lets pass; none: all.
pub(crate) fn types_of(filter: Option<ChangeFilter>) -> Option<Vec<entities::record::RecordType>> {
    let types = filter?.types?;
    Some(types.into_iter().map(Into::into).collect())
}

/// Queries for changes.
#[derive(Default)]
pub(crate) struct ChangeQuery;

#[Object]
impl ChangeQuery {
    /// What changed after a cursor; without one, everything that you may see. Ask again with the new
    /// cursor until `hasMore` is false, then now and then, or with `waitMs`.
    async fn changes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cursor of your last page; null: from the beginning.")] after: Option<
            Cursor,
        >,
        #[graphql(
            desc = "How many at most, 1000 at most.",
            default_with = "Some(DEFAULT_LIMIT)"
        )]
        limit: Option<i32>,
        #[graphql(desc = "Which changes; the same with each page.")] filter: Option<ChangeFilter>,
        #[graphql(
            desc = "How many milliseconds to wait for a change when there is none, 30000 at most.",
            default_with = "Some(0)"
        )]
        wait_ms: Option<i32>,
    ) -> Result<One<ChangePage>> {
        let of = ChangesOf {
            after: after.map(|cursor| cursor.0),
            limit: checked_limit(ctx, limit)?,
            types: types_of(filter),
            wait: checked_wait(wait_ms)?,
        };
        let _place = if of.wait.is_zero() {
            None
        } else {
            Room::enter(ctx)?
        };
        ctx.patience().have(of.wait);
        let changes = ctx.registry().changes(ctx.actor(), of).await?;
        Ok(One(ChangePage(changes)))
    }
}

/// How many changes a page may have.
///
/// # Errors
/// When it asks for none, or for too many.
pub(crate) fn checked_limit(ctx: &Context<'_>, limit: Option<i32>) -> Result<u64> {
    let wanted = limit.unwrap_or(DEFAULT_LIMIT);
    let max = ctx.limits().changes;
    match u64::try_from(wanted) {
        Ok(limit @ 1..) if usize::try_from(limit).is_ok_and(|limit| limit <= max) => Ok(limit),
        Ok(1..) => Err(GraphqlError::page_size_too_large(wanted, max)),
        _ => Err(GraphqlError::bad_request(format!(
            "`limit` is {wanted}: it must be 1 to {max}"
        ))),
    }
}

fn checked_wait(wait: Option<i32>) -> Result<Duration> {
    let wanted = wait.unwrap_or_default();
    match u64::try_from(wanted) {
        Ok(wait) if wanted <= MAX_WAIT => Ok(Duration::from_millis(wait)),
        _ => Err(GraphqlError::bad_request(format!(
            "`waitMs` is {wanted}: it must be 0 to {MAX_WAIT}"
        ))),
    }
}
