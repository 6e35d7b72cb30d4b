//! One request from text to answer, whatever carried it here. Must not know HTTP; must let nothing
//! out that is not data or an error with a code.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request, Response, ServerError, Value};
use futures_util::FutureExt;

use super::document::{self, Parsed, Prepared};
use super::error::{Code, GraphqlError, Result};
use super::in_order::{Asked, write};
use super::limits::Limits;
use super::patience::Patience;
use super::shape::Shape;
use crate::auth::Actor;
use crate::registry::Columns;

/// Gives a request what its resolvers need: who asks, the registry with the columns that will be
/// read, loaders of its own.
pub type Attach = Arc<dyn Fn(Request, Actor, Columns) -> Request + Send + Sync>;

/// The schema with everything that guards it.
pub struct Endpoint<S> {
    schema: S,
    parsed: Parsed,
    shape: Shape,
    limits: Limits,
    attach: Attach,
}

/// A request that may run.
#[derive(Debug)]
pub struct Ready {
    request: Request,
    /// What it runs. A subscription never gets this far.
    pub operation: OperationType,
    asked: Asked,
    columns: Columns,
}

/// What the client is told.
#[derive(Debug)]
pub struct Answer {
    errors: Vec<ServerError>,
    /// What was answered, and what was asked; nothing when the request was refused before it ran, or
    /// broke off.
    data: Option<(Value, Asked)>,
    extensions: BTreeMap<String, Value>,
    /// Why there is no `data`.
    refused: Option<Code>,
}

impl<S: Executor> Endpoint<S> {
    /// Guards `schema`, whose SDL is `sdl`.
    ///
    /// # Errors
    ///
    /// When `sdl` is not a schema.
    pub fn new(
        schema: S,
        sdl: &str,
        limits: Limits,
        attach: Attach,
    ) -> Result<Self, async_graphql::parser::Error> {
        let shape = Shape::of(sdl)?;
        Ok(Self {
            schema,
            parsed: Parsed::default(),
            shape,
            limits,
            attach,
        })
    }

    /// The limits a request is held to.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Parses a request and holds it to the limits.
    ///
    /// # Errors
    ///
    /// Why it will not run.
    pub fn prepare(&self, mut request: Request) -> Result<Ready> {
        let work = || document::prepare(&mut request, &self.parsed, &self.shape, &self.limits);
        let Prepared {
            operation,
            asked,
            columns,
        } = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|panic| Err(GraphqlError::internal_because(&said(&*panic))))?;
        if operation == OperationType::Subscription {
            let message = "Subscriptions are not served here. Ask with a query.";
            return Err(GraphqlError::bad_request(message));
        }
        Ok(Ready {
            request: request.data(asked.repeats()),
            operation,
            asked,
            columns,
        })
    }

    /// Runs a request for someone. A panic and a request that takes too long have an answer, too.
    pub async fn execute(&self, ready: Ready, actor: Actor) -> Answer {
        let patience = Arc::new(Patience::default());
        let request = ready.request.data(Arc::clone(&patience));
        let work = self
            .schema
            .execute((self.attach)(request, actor, ready.columns));
        let mut work = pin!(AssertUnwindSafe(work).catch_unwind());
        let mut time = self.limits.timeout;
        loop {
            match tokio::time::timeout(time, &mut work).await {
                Ok(Ok(response)) => return Answer::of(response, ready.asked),
                Ok(Err(panic)) => return GraphqlError::internal_because(&said(&*panic)).into(),
                // What it waits on purpose does not count.
                Err(_) => time = patience.take(),
            }
            if time.is_zero() {
                return GraphqlError::timeout().into();
            }
        }
    }
}

impl<S> fmt::Debug for Endpoint<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// Why there is no `data`; nothing when the request ran to its end.
    #[must_use]
    pub fn refused(&self) -> Option<Code> {
        self.refused
    }

    /// The answer as JSON.
    #[must_use]
    pub fn to_json(&self) -> Vec<u8> {
        let mut text = vec![b'{'];
        let mut member = |name: &str, write: &dyn Fn(&mut Vec<u8>)| {
            text.extend_from_slice(if text.len() > 1 { b",\"" } else { b"\"" });
            text.extend_from_slice(name.as_bytes());
            text.extend_from_slice(b"\":");
            write(&mut text);
        };
        // Into memory, and all keys are texts: nothing of it can fail.
        if !self.errors.is_empty() {
            member("errors", &|text| {
                let _ = serde_json::to_writer(text, &self.errors);
            });
        }
        if let Some((value, asked)) = &self.data {
            member("data", &|text| write(text, value, asked));
        }
        if !self.extensions.is_empty() {
            member("extensions", &|text| {
                let _ = serde_json::to_writer(text, &self.extensions);
            });
        }
        text.push(b'}');
        text
    }

    fn of(response: Response, asked: Asked) -> Self {
        let Response {
            data,
            extensions,
            mut errors,
            ..
        } = response;
        // Validation leaves neither data nor a path; whatever a resolver does leaves one of them.
        let ran = data != Value::Null || errors.iter().any(|error| !error.path.is_empty());
        if ran {
            errors.iter_mut().for_each(close);
            return Self {
                errors,
                data: Some((data, asked)),
                extensions,
                refused: None,
            };
        }
        for error in &mut errors {
            set_code(error, Code::GraphqlValidationFailed);
        }
        Self {
            errors,
            data: None,
            extensions,
            refused: Some(Code::GraphqlValidationFailed),
        }
    }
}

impl From<GraphqlError> for Answer {
    fn from(error: GraphqlError) -> Self {
        let refused = Some(error.code());
        Self {
            errors: vec![error.into()],
            data: None,
            extensions: BTreeMap::new(),
            refused,
        }
    }
}

/// Lets no error out without a code. The engine's own words about a value that does not fit are for
/// the client; whatever else has no code is our fault, and its words are for the log.
fn close(error: &mut ServerError) {
    if error
        .extensions
        .as_ref()
        .is_some_and(|extensions| extensions.get("code").is_some())
    {
        return;
    }
    let is_engines = error.source.is_none();
    let is_about_input = ["Failed to parse \"", "Expected input type \""]
        .iter()
        .any(|words| error.message.starts_with(words));
    if is_engines && is_about_input {
        return set_code(error, Code::BadRequest);
    }
    let internal = ServerError::from(GraphqlError::internal_because(&error.message));
    error.message = internal.message;
    error.extensions = internal.extensions;
}

fn set_code(error: &mut ServerError, code: Code) {
    error
        .extensions
        .get_or_insert_default()
        .set("code", code.as_str());
}

/// What a panic said.
fn said(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    format!("panic: {}", text.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema};
    use chrono::{DateTime, Utc};

    use super::*;

    struct Query;

    #[Object]
    impl Query {
        async fn fine(&self) -> i32 {
            1
        }

        async fn leaks(&self) -> Result<Option<i32>, String> {
            tokio::task::yield_now().await;
            Err("secret".into())
        }

        async fn bubbles(&self) -> Result<i32> {
            tokio::task::yield_now().await;
            Err(GraphqlError::page_size_too_large(1000, 200))
        }

        async fn at(&self, at: DateTime<Utc>) -> Option<String> {
            Some(at.to_string())
        }

        async fn panics(&self) -> i32 {
            Vec::<i32>::new().remove(0)
        }

        async fn hangs(&self) -> i32 {
            std::future::pending().await
        }
    }

    /// The answer as JSON, and why it has no data.
    async fn ask(query: &str) -> (serde_json::Value, Option<Code>) {
        let schema = Schema::new(Query, EmptyMutation, EmptySubscription);
        let sdl = schema.sdl();
        let limits = Limits {
            timeout: Duration::from_millis(200),
            ..Limits::default()
        };
        let endpoint = Endpoint::new(schema, &sdl, limits, Arc::new(|request, _, _| request));
        let Ok(endpoint) = endpoint else {
            panic!("{sdl}");
        };
        let answer = match endpoint.prepare(Request::new(query)) {
            Ok(ready) => endpoint.execute(ready, Actor::anonymous()).await,
            Err(error) => error.into(),
        };
        let refused = answer.refused();
        (
            serde_json::from_slice(&answer.to_json()).unwrap_or_default(),
            refused,
        )
    }

    #[tokio::test]
    async fn every_error_has_a_code_and_none_tells_a_secret() {
        for (query, code, refused, has_data) in [
            ("{ fine }", None, None, true),
            ("{ fine leaks }", Some("INTERNAL"), None, true),
            ("{ bubbles }", Some("PAGE_SIZE_TOO_LARGE"), None, true),
            ("{ at(at: \"never\") }", Some("BAD_REQUEST"), None, true),
            (
                "{ at(at: null) }",
                Some("GRAPHQL_VALIDATION_FAILED"),
                Some(Code::GraphqlValidationFailed),
                false,
            ),
            (
                "{ nothing }",
                Some("GRAPHQL_VALIDATION_FAILED"),
                Some(Code::GraphqlValidationFailed),
                false,
            ),
            (
                "query A { fine } query B { fine }",
                Some("BAD_REQUEST"),
                Some(Code::BadRequest),
                false,
            ),
            (
                "subscription { fine }",
                Some("BAD_REQUEST"),
                Some(Code::BadRequest),
                false,
            ),
            (
                "{ fine",
                Some("GRAPHQL_PARSE_FAILED"),
                Some(Code::GraphqlParseFailed),
                false,
            ),
            ("{ panics }", Some("INTERNAL"), Some(Code::Internal), false),
            ("{ hangs }", Some("TIMEOUT"), Some(Code::Timeout), false),
        ] {
            let (answer, actual) = ask(query).await;
            let codes = answer.pointer("/errors/0/extensions/code");
            assert_eq!(
                codes.and_then(serde_json::Value::as_str),
                code,
                "{query} {answer}"
            );
            assert_eq!(actual, refused, "{query} {answer}");
            assert_eq!(answer.get("data").is_some(), has_data, "{query} {answer}");
            for secret in ["secret", "index"] {
                assert!(!answer.to_string().contains(secret), "{query} {answer}");
            }
        }
    }
}
