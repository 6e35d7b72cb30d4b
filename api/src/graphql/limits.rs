//! What one request may ask for. Must not look at the database: every limit is decided from the
//! document, its variables and the schema, before anything runs.

mod measure;
#[cfg(test)]
mod tests;
mod text;

use std::time::Duration;

use async_graphql::Variables;
use async_graphql::parser::types::ExecutableDocument;

use super::error::{GraphqlError, Result};
use super::shape::Shape;

pub(super) use self::text::check as check_text;

/// The limits of a request. All are settings; the defaults are what a dashboard never reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a request's body, or of a socket's message.
    pub body_bytes: usize,
    /// Bytes of the document.
    pub document_bytes: usize,
    /// Lexical tokens of the document.
    pub tokens: usize,
    /// Brackets within brackets, and selections within selections with fragments expanded. It keeps
    /// the parser and the engine from running out of stack (both recurse; the engine stops at 32).
    pub nesting: usize,
    /// Selections, with fragments expanded.
    pub selections: usize,
    /// Fields within fields. Introspection is exempt.
    pub depth: usize,
    /// `fields`, `inputFields`, `interfaces` and `possibleTypes` within each other in introspection.
    pub introspection_depth: usize,
    /// Aliases, with fragments expanded.
    pub aliases: usize,
    /// Fields of the query or mutation itself.
    pub root_fields: usize,
    /// Directives, with fragments expanded.
    pub directives: usize,
    /// Filters within filters.
    pub filter_depth: usize,
    /// Comparisons in all filters together.
    pub filter_predicates: usize,
    /// Cost points: a leaf 0, an object 1 + its fields, a connection or a page of changes its page ×
    /// (1 + its row), another list 5 × (1 + its item). Each field of one level over 100 is a point
    /// more.
    pub cost: usize,
    /// Rows of a page when neither `first` nor `last` says it.
    pub default_page: usize,
    /// Rows of a page at most.
    pub page: usize,
    /// Changes of a page of `changes`. No setting: clients are promised as many.
    pub changes: usize,
    /// How long running a request may take, and before that reading its body.
    pub timeout: Duration,
    /// Operations that run on one socket at a time.
    pub socket_operations: usize,
    /// Sockets, event streams and requests that wait which one client holds open at a time.
    pub streams: usize,
    /// How long a socket may wait before it says who it is.
    pub socket_init: Duration,
    /// After how long a subscription says that nothing has changed.
    pub heartbeat: Duration,
    /// After how long a silent line is asked whether it is alive.
    pub keep_alive: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 1024 * 1024,
            document_bytes: 32 * 1024,
            tokens: 2_000,
            nesting: 32,
            selections: 5_000,
            depth: 15,
            introspection_depth: 2,
            aliases: 30,
            root_fields: 20,
            directives: 50,
            filter_depth: 5,
            filter_predicates: 100,
            cost: 500_000,
            default_page: 50,
            page: 200,
            changes: 1_000,
            timeout: Duration::from_secs(10),
            socket_operations: 50,
            streams: 100,
            socket_init: Duration::from_secs(10),
            heartbeat: Duration::from_secs(25),
            keep_alive: Duration::from_secs(12),
        }
    }
}

/// Refuses a parsed document that asks for too much. Each operation is held to the limits by
/// itself, but selections are summed, because validation visits every operation.
///
/// # Errors
///
/// `QUERY_TOO_COMPLEX` with the limit's name; `GRAPHQL_VALIDATION_FAILED` when a fragment spreads
/// itself, because the engine would expand such a document before it refuses it.
pub fn check(
    document: &ExecutableDocument,
    variables: &Variables,
    shape: &Shape,
    limits: &Limits,
) -> Result<()> {
    let mut selections = 0_usize;
    for (_, operation) in document.operations.iter() {
        let asked = measure::operation(&operation.node, document, variables, shape, limits)?;
        selections = selections.saturating_add(asked.selections);
        for (limit, actual, max) in [
            ("selections", selections, limits.selections),
            ("nesting", asked.nesting, limits.nesting),
            ("depth", asked.depth, limits.depth),
            (
                "introspectionDepth",
                asked.introspection_depth,
                limits.introspection_depth,
            ),
            ("aliases", asked.aliases, limits.aliases),
            ("rootFields", asked.fields, limits.root_fields),
            ("directives", asked.directives, limits.directives),
            ("filterDepth", asked.filter_depth, limits.filter_depth),
            (
                "filterPredicates",
                asked.filter_predicates,
                limits.filter_predicates,
            ),
            ("cost", asked.cost, limits.cost),
        ] {
            hold(limit, actual, max)?;
        }
    }
    Ok(())
}

fn hold(limit: &str, actual: usize, max: usize) -> Result<()> {
    if actual > max {
        return Err(GraphqlError::too_complex(limit, max, actual));
    }
    Ok(())
}
