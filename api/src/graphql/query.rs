//! The root of queries that are about any record.

use std::time::Duration;

use async_graphql::{Context, ID, Object};

use super::context::RequestContext;
use super::error::{GraphqlError, Result};
use super::record::{self, Node};

/// Ids of one `nodes` query.
const MAX_IDS: usize = 100;

/// Queries for records of any type.
#[derive(Default)]
pub(crate) struct NodeQuery;

#[Object]
impl NodeQuery {
    /// A record by its id; null when it is hidden or unknown.
    async fn node(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<Node>> {
        record::node(ctx, &id).await
    }

    /// Records by their ids, in the order asked; null where one is hidden or unknown.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids, 100 at most.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MAX_IDS {
            return Err(GraphqlError::page_size_too_large(ids.len(), MAX_IDS));
        }
        let nodes = ids.iter().map(|id| record::node(ctx, id));
        futures_util::future::try_join_all(nodes).await
    }

    /// What a request may ask for.
    async fn limits(&self, ctx: &Context<'_>) -> PublishedLimits {
        PublishedLimits(*ctx.limits())
    }
}

/// What a request may ask for; more is refused with `QUERY_TOO_COMPLEX` or `PAGE_SIZE_TOO_LARGE`.
struct PublishedLimits(super::limits::Limits);

fn int(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

fn seconds(time: Duration) -> i32 {
    i32::try_from(time.as_secs()).unwrap_or(i32::MAX)
}

/// What a request may ask for; more is refused with `QUERY_TOO_COMPLEX` or `PAGE_SIZE_TOO_LARGE`.
#[Object(name = "Limits")]
impl PublishedLimits {
    /// Bytes of a request's body, or of a socket's message.
    async fn body_bytes(&self) -> i32 {
        int(self.0.body_bytes)
    }

    /// Bytes of a document.
    async fn document_bytes(&self) -> i32 {
        int(self.0.document_bytes)
    }

    /// Words and signs of a document.
    async fn tokens(&self) -> i32 {
        int(self.0.tokens)
    }

    /// Fields of a document, fragments expanded.
    async fn selections(&self) -> i32 {
        int(self.0.selections)
    }

    /// Fields within fields.
    async fn depth(&self) -> i32 {
        int(self.0.depth)
    }

    /// Brackets within brackets, and selections within selections, fragments expanded. No setting.
    async fn nesting(&self) -> i32 {
        int(self.0.nesting)
    }

    /// Lists of fields and types within each other in introspection. No setting.
    async fn introspection_depth(&self) -> i32 {
        int(self.0.introspection_depth)
    }

    /// Aliases, fragments expanded.
    async fn aliases(&self) -> i32 {
        int(self.0.aliases)
    }

    /// Fields of the query or mutation itself.
    async fn root_fields(&self) -> i32 {
        int(self.0.root_fields)
    }

    /// Directives, fragments expanded.
    async fn directives(&self) -> i32 {
        int(self.0.directives)
    }

    /// Filters within filters.
    async fn filter_depth(&self) -> i32 {
        int(self.0.filter_depth)
    }

    /// Comparisons of one filter.
    async fn filter_predicates(&self) -> i32 {
        int(self.0.filter_predicates)
    }

    /// Points: a leaf costs 0, an object 1 and its fields, a list its page times 1 and its rows. Of one
    /// selection set, each field over 100 costs a point more.
    async fn cost(&self) -> i32 {
        int(self.0.cost)
    }

    /// Records of a page.
    async fn page(&self) -> i32 {
        int(self.0.page)
    }

    /// Records of a page when nothing is said.
    async fn default_page(&self) -> i32 {
        int(self.0.default_page)
    }

    /// Changes of a page of `changes`. No setting.
    async fn changes(&self) -> i32 {
        int(self.0.changes)
    }

    /// Seconds that a request may take, beside what it waits on purpose.
    async fn timeout_seconds(&self) -> i32 {
        seconds(self.0.timeout)
    }

    /// Operations that run on one socket at a time.
    async fn socket_operations(&self) -> i32 {
        int(self.0.socket_operations)
    }

    /// Sockets, event streams and requests that wait which one client holds open at a time.
    async fn streams(&self) -> i32 {
        int(self.0.streams)
    }

    /// Seconds in which a new socket sends `connection_init`.
    async fn socket_init_seconds(&self) -> i32 {
        seconds(self.0.socket_init)
    }

    /// Seconds after which a subscription sends an empty page when nothing has changed.
    async fn heartbeat_seconds(&self) -> i32 {
        seconds(self.0.heartbeat)
    }
}
