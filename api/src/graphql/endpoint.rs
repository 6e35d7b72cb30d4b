//! One request from text to answer, whatever carried it here. Must not know HTTP; must let nothing
//! out that is not data or an error with a code.

mod live;

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;

use async_graphql::parser::types::OperationType;
use async_graphql::{Executor, Request, Response, ServerError, Value};
use futures_util::FutureExt;

pub use self::live::{Following, Listen};
use super::document::{self, Checked, Parsed, Prepared};
use super::error::{Code, GraphqlError, Result};
use super::in_order::{Asked, write};
use super::limits::Limits;
use super::patience::Patience;
use super::schemas::Schemas;
use crate::auth::Actor;
use crate::registry::Columns;

/// Gives a request what its resolvers need: who asks, the registry with the columns that will be
/// read, loaders of its own.
pub type Attach = Arc<dyn Fn(Request, Actor, Columns) -> Request + Send + Sync>;

/// The schema with everything that guards it.
pub struct Endpoint<S> {
    schemas: Schemas<S>,
    parsed: Parsed,
    limits: Limits,
    attach: Attach,
}

/// A request that may run.
#[derive(Debug)]
pub struct Ready {
    request: Request,
    /// What it runs: a query or a mutation is executed, a subscription is followed.
    pub operation: OperationType,
    asked: Arc<Asked>,
    columns: Columns,
    checked: Checked,
    /// The same request, for a query that need not be checked unless its values turn out not to fit.
    again: Option<Request>,
}

/// What the client is told.
#[derive(Debug)]
pub struct Answer {
    errors: Vec<ServerError>,
    /// What was answered, and what was asked; nothing when the request was refused before it ran, or
    /// broke off.
    data: Option<(Value, Arc<Asked>)>,
    extensions: BTreeMap<String, Value>,
    /// Why there is no `data`.
    refused: Option<Code>,
}

impl<S: Executor> Endpoint<S> {
    /// Guards a schema.
    #[must_use]
    pub fn new(schemas: Schemas<S>, limits: Limits, attach: Attach) -> Self {
        Self {
            schemas,
            parsed: Parsed::default(),
            limits,
            attach,
        }
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
        let variables = request.variables.clone();
        let work = || {
            document::prepare(
                &mut request,
                &self.parsed,
                &self.schemas.shape,
                &self.limits,
            )
        };
        let Prepared {
            operation,
            asked,
            columns,
            checked,
        } = catch_unwind(AssertUnwindSafe(work))
            .unwrap_or_else(|panic| Err(GraphqlError::internal_because(&said(&*panic))))?;
        let again = (operation == OperationType::Query && checked.is_valid()).then(|| {
            let mut again = Request::new(request.query.clone()).variables(variables);
            again.operation_name.clone_from(&request.operation_name);
            again
        });
        Ok(Ready {
            request,
            operation,
            asked: Arc::new(asked),
            columns,
            checked,
            again,
        })
    }

    /// Runs a query or a mutation for someone. A panic and a request that takes too long have an answer,
    /// too.
    pub async fn execute(&self, mut ready: Ready, actor: Actor) -> Answer {
        if ready.operation == OperationType::Subscription {
            let message = "A subscription has more than one answer: ask over a WebSocket with the \
                subprotocol `graphql-transport-ws`, or with `accept: text/event-stream`.";
            return GraphqlError::bad_request(message).into();
        }
        if let Some(again) = ready.again.take() {
            let response = self.run(&self.schemas.trusting, ready, actor.clone()).await;
            match response {
                // Checked, it is refused as a whole.
                Ok((response, ..)) if response.errors.iter().any(is_about_input) => {}
                Ok((response, asked, _)) => return Answer::of(response, asked),
                Err(error) => return error.into(),
            }
            ready = match self.prepare(again) {
                Ok(ready) => ready,
                Err(error) => return error.into(),
            };
        }
        match self.run(&self.schemas.checking, ready, actor).await {
            Ok((response, asked, checked)) => {
                let answer = Answer::of(response, asked);
                if answer.refused.is_none() {
                    checked.remember();
                }
                answer
            }
            Err(error) => error.into(),
        }
    }

    async fn run(
        &self,
        schema: &S,
        ready: Ready,
        actor: Actor,
    ) -> Result<(Response, Arc<Asked>, Checked)> {
        let Ready {
            request,
            asked,
            columns,
            checked,
            ..
        } = ready;
        let (request, patience) = self.attached(request, &asked, actor, columns);
        let response = self.in_time(&patience, schema.execute(request)).await?;
        Ok((response, asked, checked))
    }

    /// Puts into a request what its resolvers look for.
    fn attached(
        &self,
        request: Request,
        asked: &Asked,
        actor: Actor,
        columns: Columns,
    ) -> (Request, Arc<Patience>) {
        let patience = Arc::new(Patience::default());
        let request = request.data(asked.repeats()).data(Arc::clone(&patience));
        ((self.attach)(request, actor, columns), patience)
    }

    /// Lets the engine work, for as long as a request may take.
    ///
    /// # Errors
    /// A panic, and the end of its time.
    async fn in_time<T>(&self, patience: &Patience, work: impl Future<Output = T>) -> Result<T> {
        let mut work = pin!(AssertUnwindSafe(work).catch_unwind());
        let mut time = self.limits.timeout;
        loop {
            match tokio::time::timeout(time, &mut work).await {
                Ok(Ok(done)) => return Ok(done),
                Ok(Err(panic)) => return Err(GraphqlError::internal_because(&said(&*panic))),
                // What it waits on purpose does not count.
                Err(_) => time = patience.take(),
            }
            if time.is_zero() {
                return Err(GraphqlError::timeout());
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

    /// Whether the operation ran; what did not run has errors alone.
    #[must_use]
    pub fn has_data(&self) -> bool {
        self.data.is_some()
    }

    /// The errors as JSON, a list.
    #[must_use]
    pub fn errors_to_json(&self) -> Vec<u8> {
        serde_json::to_vec(&self.errors).unwrap_or_default()
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

    fn of(response: Response, asked: Arc<Asked>) -> Self {
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
    if is_about_input(error) {
        return set_code(error, Code::BadRequest);
    }
    let internal = ServerError::from(GraphqlError::internal_because(&error.message));
    error.message = internal.message;
    error.extensions = internal.extensions;
}

/// Whether these are the engine's own words about a value that does not fit.
fn is_about_input(error: &ServerError) -> bool {
    let has_no_code = error
        .extensions
        .as_ref()
        .is_none_or(|it| it.get("code").is_none());
    let is_engines = error.source.is_none();
    let words = ["Failed to parse \"", "Expected input type \""];
    has_no_code && is_engines && words.iter().any(|words| error.message.starts_with(words))
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

    use async_graphql::{EmptyMutation, EmptySubscription, Object, Schema, ValidationMode};
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
        let trusting = Schema::build(Query, EmptyMutation, EmptySubscription)
            .validation_mode(ValidationMode::Fast)
            .finish();
        let attach: Attach = Arc::new(|request, _, _| request);
        let Ok(schemas) = Schemas::new(schema, trusting, sdl) else {
            panic!("the SDL is read back");
        };
        let endpoint = Endpoint::new(schemas, limits, attach);
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
