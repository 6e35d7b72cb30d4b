//! Following live: the subscription `changes`.

use std::time::Duration;

use async_graphql::{Context, Subscription};
use futures_util::stream::{self, Stream};

use super::ChangePage;
use super::query::{ChangeFilter, DEFAULT_LIMIT, checked_limit, types_of};
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::scalar::Cursor;
use crate::graphql::written::One;
use crate::registry::ChangesOf;

/// What of the feed can be followed.
#[derive(Default)]
pub(crate) struct ChangeSubscription;

#[Subscription]
impl ChangeSubscription {
    /// The same pages from the same cursor as the query `changes`: first what there is, then each change as
    /// it is made. When nothing changes for long, an empty page with the cursor says that the line is
    /// alive. What you may see is looked at anew with each page.
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
    ) -> Result<impl Stream<Item = One<ChangePage>>> {
        // The engine would hold one request, with one reader's rights and one set of loaders, for as
        // long as the stream lasts. So a stream is one page, and the endpoint asks for the next.
        let place = ctx.place();
        let of = ChangesOf {
            after: place.cursor().or(after.map(|cursor| cursor.0)),
            limit: checked_limit(ctx, limit)?,
            types: types_of(filter),
            wait: Duration::ZERO,
        };
        let page = ctx.registry().changes(ctx.actor(), of).await?;
        let page = place.reached(&page).then_some(One(ChangePage(page)));
        Ok(stream::iter(page))
    }
}
