//! `/graphql`: GraphQL over HTTP, strictly. Must not run a mutation over GET, nor anything that a
//! form on another site could send; must answer a refusal in the client's own media type.

mod read;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, HeaderValue, VARY, WWW_AUTHENTICATE};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::Request;
use async_graphql::parser::types::OperationType;

use self::read::{Parameters, Refusal};
use super::address::address;
use super::bearer::{self, Bearer, Challenge};
use super::negotiate::{Media, preferred};
use super::streams::Streams;
use super::{State, Web, explorer, sse, websocket};
use crate::auth::Actor;
use crate::graphql::IdempotencyKey;
use crate::graphql::endpoint::Answer;
use crate::graphql::error::Code;
use crate::graphql::room::Room;

/// What every client may ask for; the first is for those that do not say.
const ANSWERS: [Media; 2] = [Media::Json, Media::GraphqlResponse];

/// Runs the operation in a JSON body.
pub(super) async fn post(
    request: HttpRequest,
    body: Payload,
    state: Data<State>,
    web: Data<Web>,
    streams: Data<Streams>,
) -> HttpResponse {
    const WITH_EVENTS: [Media; 3] = [Media::Json, Media::GraphqlResponse, Media::EventStream];
    let media = match preferred(request.headers(), &WITH_EVENTS) {
        None => return not_acceptable(),
        Some(Media::EventStream) => {
            return post_for_events(&request, body, state, &web, &streams).await;
        }
        Some(media) => media,
    };
    let actor = match bearer::actor(&request, &state, &web).await {
        Ok(actor) => actor,
        Err(challenge) => return refuse_bearer(media, challenge),
    };
    let asked = read::body(request.headers(), body, state.endpoint.limits()).await;
    match asked.and_then(|asked| named(&request, asked)) {
        Ok(asked) => {
            let asked = with_room(asked, &request, &actor, &state, &web, &streams);
            run(asked, actor, media, &state, None).await
        }
        Err(refusal) => refuse(media, refusal),
    }
}

/// Adds the client's name for the request, where its headers have one.
fn named(request: &HttpRequest, asked: Request) -> Result<Request, Refusal> {
    let Some(key) = request.headers().get("idempotency-key") else {
        return Ok(asked);
    };
    let key = key.to_str().map_err(|_| {
        Refusal::bad(
            "The header `Idempotency-Key` has characters that are not ASCII. Send such a key as \
             `idempotencyKey`, or take one of letters and digits.",
        )
    })?;
    Ok(asked.data(IdempotencyKey(key.to_owned())))
}

/// Lets what waits in the request take a place among what the client has open.
fn with_room(
    asked: Request,
    request: &HttpRequest,
    actor: &Actor,
    state: &State,
    web: &Web,
    streams: &Streams,
) -> Request {
    let max = state.endpoint.limits().streams;
    let address = address(request, &web.trusted_proxies);
    let (actor, streams) = (actor.clone(), streams.clone());
    asked.data(Room::new(move || {
        let open = streams.open(&actor, address, max)?;
        Some(Box::new(open))
    }))
}

/// Runs the operation in a JSON body; each of its answers is an event.
async fn post_for_events(
    request: &HttpRequest,
    body: Payload,
    state: Data<State>,
    web: &Web,
    streams: &Streams,
) -> HttpResponse {
    let introduced = async {
        let bearer = Bearer::of(request, web)?;
        let actor = bearer.actor(&state).await?;
        Ok::<_, Challenge>((bearer, actor))
    };
    let (bearer, actor) = match introduced.await {
        Ok(introduced) => introduced,
        Err(challenge) => return refuse_bearer(Media::Json, challenge),
    };
    let limits = state.endpoint.limits();
    let asked = read::body(request.headers(), body, limits).await;
    let asked = match asked.and_then(|asked| named(request, asked)) {
        Ok(asked) => asked,
        Err(refusal) => return refuse(Media::Json, refusal),
    };
    let address = address(request, &web.trusted_proxies);
    match streams.open(&actor, address, limits.streams) {
        Some(open) => sse::respond(state, bearer, asked, streams.clone(), open),
        None => refuse(Media::Json, Refusal::too_many_streams(limits.streams)),
    }
}

/// Runs the query in the URL; without one, a browser gets the explorer. A WebSocket begins here, too.
pub(super) async fn get(
    request: HttpRequest,
    body: Payload,
    state: Data<State>,
    web: Data<Web>,
    streams: Data<Streams>,
) -> HttpResponse {
    const WITH_EXPLORER: [Media; 3] = [Media::Json, Media::GraphqlResponse, Media::Html];
    if websocket::is_asked_for(request.headers()) {
        return match Bearer::of(&request, &web) {
            Ok(bearer) => websocket::open(&request, body, bearer, state, &web, &streams),
            Err(challenge) => refuse_bearer(Media::Json, challenge),
        };
    }
    let asked = Parameters::read(request.query_string());
    if matches!(&asked, Ok(asked) if !asked.has_query())
        && preferred(request.headers(), &WITH_EXPLORER) == Some(Media::Html)
    {
        return explorer::page();
    }
    let Some(media) = preferred(request.headers(), &ANSWERS) else {
        return not_acceptable();
    };
    let actor = match bearer::actor(&request, &state, &web).await {
        Ok(actor) => actor,
        Err(challenge) => return refuse_bearer(media, challenge),
    };
    let mutation = Refusal::method("POST", "A mutation is not run over GET. Send it with POST.");
    match asked.and_then(Parameters::into_request) {
        Ok(asked) => {
            let asked = with_room(asked, &request, &actor, &state, &web, &streams);
            run(asked, actor, media, &state, Some(mutation)).await
        }
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
    actor: Actor,
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
        _ => answer(media, &state.endpoint.execute(ready, actor).await),
    }
}

fn not_acceptable() -> HttpResponse {
    let message = "Accept `application/graphql-response+json` or `application/json`, or with POST \
        `text/event-stream`.";
    refuse(
        Media::Json,
        Refusal::new(StatusCode::NOT_ACCEPTABLE, message),
    )
}

/// Refuses who bears no good token, in every media type with the status that says so.
fn refuse_bearer(media: Media, challenge: Challenge) -> HttpResponse {
    let mut response = write(media, challenge.status, &challenge.error.into());
    let header = challenge
        .header
        .and_then(|text| HeaderValue::from_str(&text).ok());
    if let Some(header) = header {
        response.headers_mut().insert(WWW_AUTHENTICATE, header);
    }
    response
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
    HttpResponse::build(status)
        .content_type(media.content_type())
        .insert_header((VARY, "Accept, Authorization"))
        .body(answer.to_json())
}
