//! What the API answers when it cannot answer: one error type with a code from a closed list.
//! Must not hold business errors (those are data, in `userErrors`), nor let a cause reach the client.

use std::error::Error as Cause;

use async_graphql::{Pos, ServerError, Value};

use super::request_id::RequestId;
use crate::registry;

/// The result of a resolver.
pub type Result<T, E = GraphqlError> = std::result::Result<T, E>;

/// The closed list of `extensions.code`. A client may match on these and on nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The request names no one, or no one known.
    Unauthenticated,
    /// The caller is known and may not do this.
    Forbidden,
    /// The request cannot be understood: its body, its parameters, a variable or an argument.
    BadRequest,
    /// The document is not GraphQL.
    GraphqlParseFailed,
    /// The document does not fit the schema.
    GraphqlValidationFailed,
    /// `first` or `last` is over the page limit.
    PageSizeTooLarge,
    /// The cursor is damaged or belongs to another order.
    CursorInvalid,
    /// The cursor belongs to another filter.
    CursorFilterMismatch,
    /// The document is over one of the published limits.
    QueryTooComplex,
    /// The caller's bucket is empty.
    RateLimited,
    /// The hash of a persisted document is unknown.
    PersistedQueryNotFound,
    /// The idempotency key was used with another request.
    IdempotencyKeyReused,
    /// The first request with this idempotency key is still running.
    IdempotencyInProgress,
    /// The request took too long and was stopped.
    Timeout,
    /// The database does not answer; the same request may succeed later.
    Unavailable,
    /// Our fault. The log has the cause under the request id.
    Internal,
}

impl Code {
    /// The code as clients see it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::BadRequest => "BAD_REQUEST",
            Self::GraphqlParseFailed => "GRAPHQL_PARSE_FAILED",
            Self::GraphqlValidationFailed => "GRAPHQL_VALIDATION_FAILED",
            Self::PageSizeTooLarge => "PAGE_SIZE_TOO_LARGE",
            Self::CursorInvalid => "CURSOR_INVALID",
            Self::CursorFilterMismatch => "CURSOR_FILTER_MISMATCH",
            Self::QueryTooComplex => "QUERY_TOO_COMPLEX",
            Self::RateLimited => "RATE_LIMITED",
            Self::PersistedQueryNotFound => "PERSISTED_QUERY_NOT_FOUND",
            Self::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::IdempotencyInProgress => "IDEMPOTENCY_IN_PROGRESS",
            Self::Timeout => "TIMEOUT",
            Self::Unavailable => "UNAVAILABLE",
            Self::Internal => "INTERNAL",
        }
    }
}

/// An error in the top-level `errors`. It has no `Display` on purpose: whatever has one turns into
/// an `async_graphql::Error` by itself, and then `?` on a database error would tell clients SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct GraphqlError {
    code: Code,
    message: String,
    locations: Vec<Pos>,
    extensions: Vec<(&'static str, Value)>,
}

impl GraphqlError {
    /// An error that says what was wrong, where, and what would be right.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            locations: Vec::new(),
            extensions: Vec::new(),
        }
    }

    /// Adds a value to `extensions`, beside `code`.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.extensions.push((name, value.into()));
        self
    }

    /// Adds places in the document. The engine knows where a resolver failed, so this is for errors
    /// that come before any resolver.
    #[must_use]
    pub fn at(mut self, locations: impl IntoIterator<Item = Pos>) -> Self {
        self.locations.extend(locations);
        self
    }

    /// The request cannot be understood.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(Code::BadRequest, message)
    }

    /// `first` or `last` asks for more than a page holds.
    pub fn page_size_too_large(actual: impl Into<Value>, max: impl Into<Value>) -> Self {
        let (actual, max) = (actual.into(), max.into());
        let message = format!("A page of {actual} is too large: at most {max} records a page.");
        Self::new(Code::PageSizeTooLarge, message)
            .with("max", max)
            .with("actual", actual)
    }

    /// The cursor is damaged, or belongs to another order or filter.
    pub fn cursor_invalid(message: impl Into<String>) -> Self {
        Self::new(Code::CursorInvalid, message)
    }

    /// The request is over the published limit called `limit`.
    pub fn too_complex(limit: &str, max: impl Into<Value>, actual: impl Into<Value>) -> Self {
        let (max, actual) = (max.into(), actual.into());
        let message = format!("The request is too complex: {limit} is {actual}, at most {max}.");
        Self::new(Code::QueryTooComplex, message)
            .with("limit", limit)
            .with("max", max)
            .with("actual", actual)
    }

    /// One more than the published limit called `limit`, in words of its own.
    pub fn over_limit(limit: &str, max: usize, message: impl Into<String>) -> Self {
        Self::new(Code::QueryTooComplex, message)
            .with("limit", limit)
            .with("max", max)
            .with("actual", max.saturating_add(1))
    }

    /// The client has as many sockets, event streams and long polls open as it may.
    #[must_use]
    pub fn too_many_streams(max: usize) -> Self {
        let message = format!(
            "A client has {max} sockets, event streams and requests that wait at most. End one first."
        );
        Self::over_limit("streams", max, message)
    }

    /// The database does not answer.
    #[must_use]
    pub fn unavailable() -> Self {
        let message = "The registry cannot reach its database. Try again in a moment.";
        Self::new(Code::Unavailable, message)
    }

    /// The request took longer than it may.
    #[must_use]
    pub fn timeout() -> Self {
        let message = "The request took too long and was stopped. Ask for less at once.";
        Self::new(Code::Timeout, message)
    }

    /// Our fault: logs `cause` and what caused it, once, and tells the client only where to look.
    #[must_use]
    pub fn internal(cause: &dyn Cause) -> Self {
        let mut chain = cause.to_string();
        let mut source = cause.source();
        while let Some(inner) = source {
            chain.push_str(": ");
            chain.push_str(&inner.to_string());
            source = inner.source();
        }
        Self::internal_because(&chain)
    }

    /// Our fault, where the cause is no `Error`: a panic, say.
    pub(crate) fn internal_because(cause: &str) -> Self {
        let id = RequestId::current();
        tracing::error!(request.id = %id, error = cause, "internal error");
        let message = format!("Something failed inside the registry. Please report request {id}.");
        Self::new(Code::Internal, message).with("requestId", id.to_string())
    }

    /// The code of this error.
    #[must_use]
    pub fn code(&self) -> Code {
        self.code
    }

    /// The value beside `code` called `name`.
    #[must_use]
    pub fn extension(&self, name: &str) -> Option<&Value> {
        let mut extensions = self.extensions.iter();
        extensions
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value)
    }
}

impl From<GraphqlError> for async_graphql::Error {
    fn from(error: GraphqlError) -> Self {
        let mut engine = Self::new(error.message);
        let extensions = engine.extensions.get_or_insert_default();
        extensions.set("code", error.code.as_str());
        for (name, value) in error.extensions {
            extensions.set(name, value);
        }
        engine
    }
}

impl From<GraphqlError> for ServerError {
    fn from(mut error: GraphqlError) -> Self {
        let locations = std::mem::take(&mut error.locations);
        let engine = async_graphql::Error::from(error);
        let mut server = Self::new(engine.message, None);
        server.locations = locations;
        server.extensions = engine.extensions;
        server
    }
}

impl From<std::sync::Arc<registry::Error>> for GraphqlError {
    fn from(error: std::sync::Arc<registry::Error>) -> Self {
        Self::from(&*error)
    }
}

impl From<registry::Error> for GraphqlError {
    fn from(error: registry::Error) -> Self {
        Self::from(&error)
    }
}

impl From<&registry::Error> for GraphqlError {
    fn from(error: &registry::Error) -> Self {
        match error {
            registry::Error::Unavailable(cause) => {
                tracing::warn!(error = %cause, "the database cannot answer now");
                Self::unavailable()
            }
            registry::Error::Unauthenticated(_) => {
                Self::new(Code::Unauthenticated, sentence(&error.to_string()))
            }
            registry::Error::Cursor(fault) => {
                let code = match fault {
                    registry::CursorFault::Invalid => Code::CursorInvalid,
                    registry::CursorFault::OtherFilter => Code::CursorFilterMismatch,
                };
                Self::new(code, sentence(&fault.to_string()))
            }
            registry::Error::Forbidden(why) => Self::new(Code::Forbidden, sentence(why)),
            registry::Error::Unfit(why) => Self::bad_request(sentence(why)),
            registry::Error::IdempotencyKeyReused(_) => {
                Self::new(Code::IdempotencyKeyReused, sentence(&error.to_string()))
            }
            registry::Error::IdempotencyInProgress => {
                Self::new(Code::IdempotencyInProgress, sentence(&error.to_string()))
            }
            // Refusals are answered as data; one that comes this way is a bug of ours.
            registry::Error::Refused(_)
            | registry::Error::Newer(_)
            | registry::Error::Key(_)
            | registry::Error::Internal(_) => Self::internal(error),
        }
    }
}

/// Words as a sentence.
fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).chain(['.']).collect()
}
