//! `/graphql`: GraphQL over HTTP, strictly. Must not run a mutation over GET, nor anything that a
//! form on another site could send; must answer a refusal in the client's own media type.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CONTENT_LENGTH, HeaderMap, HeaderValue, VARY};
use actix_web::web::{Data, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::Request;
use async_graphql::parser::types::OperationType;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::negotiate::{Media, preferred, sends_json};
use super::{State, explorer};
use crate::graphql::endpoint::Answer;
use crate::graphql::error::{Code, GraphqlError};
use crate::graphql::limits::Limits;

/// What every client may ask for; the first is for those that do not say.
const ANSWERS: [Media; 2] = [Media::Json, Media::GraphqlResponse];

/// A request that HTTP itself refuses: its status is the same in every media type.
struct Refusal {
    status: StatusCode,
    error: GraphqlError,
    allow: Option<&'static str>,
}

impl Refusal {
    fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            error: GraphqlError::bad_request(message),
            allow: None,
        }
    }

    fn bad(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    fn method(allow: &'static str, message: &str) -> Self {
        Self {
            allow: Some(allow),
            ..Self::new(StatusCode::METHOD_NOT_ALLOWED, message)
        }
    }
}

/// Runs the operation in a JSON body.
pub(super) async fn post(request: HttpRequest, body: Payload, state: Data<State>) -> HttpResponse {
    let Some(media) = preferred(request.headers(), &ANSWERS) else {
        return not_acceptable();
    };
    match read(request.headers(), body, state.endpoint.limits()).await {
        Ok(asked) => run(asked, media, &state, None).await,
        Err(refusal) => refuse(media, refusal),
    }
}

/// Runs the query in the URL; without one, a browser gets the explorer.
pub(super) async fn get(request: HttpRequest, state: Data<State>) -> HttpResponse {
    const WITH_EXPLORER: [Media; 3] = [Media::Json, Media::GraphqlResponse, Media::Html];
    let asked = parameters(request.query_string());
    if matches!(&asked, Ok(asked) if asked.query.is_none())
        && preferred(request.headers(), &WITH_EXPLORER) == Some(Media::Html)
    {
        let mut page = explorer::page();
        page.headers_mut()
            .insert(VARY, HeaderValue::from_static("Accept"));
        return page;
    }
    let Some(media) = preferred(request.headers(), &ANSWERS) else {
        return not_acceptable();
    };
    let mutation = Refusal::method("POST", "A mutation is not run over GET. Send it with POST.");
    match asked.and_then(Parameters::into_request) {
        Ok(asked) => run(asked, media, &state, Some(mutation)).await,
        Err(refusal) => refuse(media, refusal),
    }
}

/// Refuses the other methods.
pub(super) async fn other_method(request: HttpRequest) -> HttpResponse {
    let media = preferred(request.headers(), &ANSWERS).unwrap_or(Media::Json);
    refuse(
        media,
        Refusal::method("GET, POST", "`/graphql` takes POST, and GET for queries."),
    )
}

async fn run(
    asked: Request,
    media: Media,
    state: &State,
    instead_of_mutation: Option<Refusal>,
) -> HttpResponse {
    let ready = match state.endpoint.prepare(asked) {
        Ok(ready) => ready,
        Err(error) => return answer(media, &error.into()),
    };
    match instead_of_mutation {
        Some(refusal) if ready.operation == OperationType::Mutation => refuse(media, refusal),
        _ => answer(media, &state.endpoint.execute(ready).await),
    }
}

/// Reads the request in a body.
async fn read(headers: &HeaderMap, body: Payload, limits: &Limits) -> Result<Request, Refusal> {
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

/// What a URL may carry; three of them as JSON.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

fn parameters(query_string: &str) -> Result<Parameters, Refusal> {
    let parameters = Query::<Parameters>::from_query(query_string)
        .map_err(|error| Refusal::bad(format!("The URL's parameters cannot be read: {error}.")))?;
    Ok(parameters.into_inner())
}

impl Parameters {
    fn into_request(self) -> Result<Request, Refusal> {
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

fn not_acceptable() -> HttpResponse {
    let message = "Accept `application/graphql-response+json` or `application/json`.";
    refuse(
        Media::Json,
        Refusal::new(StatusCode::NOT_ACCEPTABLE, message),
    )
}

fn refuse(media: Media, refusal: Refusal) -> HttpResponse {
    let mut response = write(media, refusal.status, &refusal.error.into());
    if let Some(allow) = refusal.allow {
        response
            .headers_mut()
            .insert(ALLOW, HeaderValue::from_static(allow));
    }
    response
}

fn answer(media: Media, answer: &Answer) -> HttpResponse {
    write(media, status(media, answer.refused()), answer)
}

/// The status of an answer: in `application/json` a request that HTTP can read is a 200, whatever
/// GraphQL says of it, except where we failed.
fn status(media: Media, refused: Option<Code>) -> StatusCode {
    let status = match refused {
        None => StatusCode::OK,
        Some(Code::Unauthenticated) => StatusCode::UNAUTHORIZED,
        Some(Code::Forbidden) => StatusCode::FORBIDDEN,
        Some(Code::RateLimited) => StatusCode::TOO_MANY_REQUESTS,
        Some(Code::Internal) => StatusCode::INTERNAL_SERVER_ERROR,
        Some(Code::Unavailable) => StatusCode::SERVICE_UNAVAILABLE,
        Some(Code::Timeout) => StatusCode::GATEWAY_TIMEOUT,
        Some(_) => StatusCode::BAD_REQUEST,
    };
    if media == Media::Json && status.is_client_error() {
        StatusCode::OK
    } else {
        status
    }
}

fn write(media: Media, status: StatusCode, answer: &Answer) -> HttpResponse {
    let Ok(body) = serde_json::to_vec(answer) else {
        return HttpResponse::InternalServerError().finish(); // Only bytes cannot be written.
    };
    HttpResponse::build(status)
        .content_type(media.content_type())
        .insert_header((VARY, "Accept"))
        .body(body)
}
