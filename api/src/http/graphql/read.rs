//! Reads a GraphQL request from a body or a URL. Must not run it, and must take nothing that the
//! GraphQL-over-HTTP specification does not name.

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap};
use actix_web::web::{Payload, Query};
use async_graphql::Request;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::graphql::error::GraphqlError;
use crate::graphql::limits::Limits;
use crate::http::negotiate::sends_json;

/// A request that HTTP itself refuses: its status is the same in every media type.
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) error: GraphqlError,
    pub(super) allow: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            error: GraphqlError::bad_request(message),
            allow: None,
        }
    }

    pub(super) fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The client holds as many sockets and event streams open as it may.
    pub(super) fn too_many_streams(max: usize) -> Self {
        Self {
            status: StatusCode::TOO_MANY_REQUESTS,
            error: GraphqlError::too_many_streams(max),
            allow: None,
        }
    }

    pub(super) fn method(allow: &'static str, message: &str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message)
        }
    }
}

/// Reads the request in a body.
pub(super) async fn body(
    headers: &HeaderMap,
    body: Payload,
    limits: &Limits,
) -> Result<Request, Refusal> {
    if !sends_json(headers) {
        let message = "Send the request as `content-type: application/json`, UTF-8, uncompressed.";
        return Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, message));
    }
    let max = limits.body_bytes;
    let too_large = || {
        let message = format!("The body is too large: at most {max} bytes.");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, message)
    };
    let length = headers
        .get(CONTENT_LENGTH)
        .and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > max) {
        return Err(too_large());
    }
    let Ok(body) = tokio::time::timeout(limits.timeout, body.to_bytes_limited(max)).await else {
        let error = GraphqlError::timeout();
        return Err(Refusal {
            status: StatusCode::REQUEST_TIMEOUT,
            error,
            allow: None,
        });
    };
    let body = body.map_err(|_| too_large())?;
    let body = body.map_err(|error| Refusal::bad(format!("The body broke off: {error}.")))?;
    let text = std::str::from_utf8(&body).map_err(|error| {
        Refusal::bad(format!(
            "The body is not UTF-8 from byte {} on.",
            error.valid_up_to()
        ))
    })?;
    if text.trim_start().starts_with('[') {
        return Err(Refusal::bad(
            "Batches are not taken. Send one request at a time, as an object.",
        ));
    }
    asked(json("The body", text)?)
}

/// What a URL may carry, the last two as JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

impl Parameters {
    /// Reads a query string.
    pub(super) fn read(query_string: &str) -> Result<Self, Refusal> {
        let parameters = Query::<Self>::from_query(query_string).map_err(|error| {
            Refusal::bad(format!("The URL's parameters cannot be read: {error}."))
        })?;
        let parameters = parameters.into_inner();
        let Self {
            query,
            operation_name,
            variables,
            extensions,
        } = &parameters;
        // Decoding puts this sign where the bytes are no UTF-8.
        let unreadable = [query, operation_name, variables, extensions]
            .into_iter()
            .flatten()
            .any(|text| text.contains('\u{FFFD}'));
        if unreadable {
            return Err(Refusal::bad("The URL's parameters are not UTF-8."));
        }
        Ok(parameters)
    }

    /// Whether there is anything to run.
    pub(super) fn has_query(&self) -> bool {
        self.query.is_some()
    }

    /// The request they make together.
    pub(super) fn into_request(self) -> Result<Request, Refusal> {
        let mut request = Request::new(self.query.unwrap_or_default());
        request.operation_name = self.operation_name;
        if let Some(variables) = self.variables.filter(|text| !text.is_empty()) {
            request.variables = json("`variables`", &variables)?;
        }
        if let Some(extensions) = self.extensions.filter(|text| !text.is_empty()) {
            request.extensions = json("`extensions`", &extensions)?;
        }
        asked(request)
    }
}

fn json<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, Refusal> {
    serde_json::from_str(text)
        .map_err(|error| Refusal::bad(format!("{what} is not what it should be: {error}.")))
}

fn asked(request: Request) -> Result<Request, Refusal> {
    if request.query.is_empty() {
        return Err(Refusal::bad(
            "The request has no `query`. Put the document there, as a string.",
        ));
    }
    Ok(request)
}
