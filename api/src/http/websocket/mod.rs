//! GraphQL over a WebSocket: the subprotocol `graphql-transport-ws`, with its own close codes. Must run
//! nothing before it knows who asks, and must not outlive the token that it was opened with.

mod conversation;
mod ending;
mod message;

use std::net::IpAddr;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderMap, HeaderValue, ORIGIN, SEC_WEBSOCKET_PROTOCOL, UPGRADE};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, rt};
use actix_ws::{AggregatedMessageStream, Session};
use serde_json::{Map, Value};

use self::conversation::Conversation;
use self::ending::Ending;
use self::message::Message;
use super::address::address;
use super::bearer::Bearer;
use super::streams::Streams;
use super::{State, Web};
use crate::auth::{Actor, TokenError};

/// The one subprotocol.
const PROTOCOL: &str = "graphql-transport-ws";

/// Whether a request asks for a WebSocket.
pub(super) fn is_asked_for(headers: &HeaderMap) -> bool {
    let upgrade = headers.get(UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|name| name.eq_ignore_ascii_case("websocket"))
}

/// Opens a socket.
pub(super) fn open(
    request: &HttpRequest,
    body: Payload,
    bearer: Bearer,
    state: Data<State>,
    web: &Web,
    streams: &Streams,
) -> HttpResponse {
    if !may_open(request.headers(), &web.origins) {
        let message = "Pages of this origin may not open a socket.\n";
        return HttpResponse::build(StatusCode::FORBIDDEN).body(message);
    }
    let opened = actix_ws::handle_with_protocols(request, body, &[PROTOCOL]);
    let (response, session, messages) = match opened {
        Ok(opened) => opened,
        Err(error) => return error.error_response(),
    };
    let max = state.endpoint.limits().body_bytes;
    let messages = messages.max_frame_size(max);
    let messages = messages
        .aggregate_continuations()
        .max_continuation_size(max);
    let socket = Socket {
        state,
        streams: streams.clone(),
        address: address(request, &web.trusted_proxies),
        speaks: response.headers().contains_key(SEC_WEBSOCKET_PROTOCOL),
    };
    rt::spawn(async move {
        let ending = socket.serve(bearer, session.clone(), messages).await;
        ending.close(session).await;
    });
    response
}

/// Whether the page that asks may have answers. Browsers hold sockets to no origin by themselves.
fn may_open(headers: &HeaderMap, origins: &[String]) -> bool {
    let origin = headers.get(ORIGIN).map(HeaderValue::as_bytes);
    let is_named = |origin: &[u8]| origins.iter().any(|named| named.as_bytes() == origin);
    origins.is_empty() || origin.is_none_or(is_named)
}

/// What a socket works with.
struct Socket {
    state: Data<State>,
    streams: Streams,
    address: IpAddr,
    /// Whether the client knows the subprotocol.
    speaks: bool,
}

impl Socket {
    /// Serves a socket until something ends it.
    async fn serve(
        self,
        bearer: Bearer,
        mut session: Session,
        mut messages: AggregatedMessageStream,
    ) -> Ending {
        if !self.speaks {
            return Ending::subprotocol(PROTOCOL);
        }
        tokio::select! {
            ending = self.talk(bearer, &mut session, &mut messages) => ending,
            () = self.streams.stopping() => Ending::stopping(),
        }
    }

    async fn talk(
        &self,
        bearer: Bearer,
        session: &mut Session,
        messages: &mut AggregatedMessageStream,
    ) -> Ending {
        let limits = self.state.endpoint.limits();
        let greeted = greeting(session, messages);
        let payload = match tokio::time::timeout(limits.socket_init, greeted).await {
            Ok(Ok(payload)) => payload,
            Ok(Err(ending)) => return ending,
            Err(_) => return Ending::silent(limits.socket_init),
        };
        let (bearer, actor) = match self.introduced(bearer, payload).await {
            Ok(introduced) => introduced,
            Err(ending) => return ending,
        };
        let Some(_open) = self.streams.open(&actor, self.address, limits.streams) else {
            return Ending::too_many_sockets(limits.streams);
        };
        if session.text(message::acknowledged()).await.is_err() {
            return Ending::Gone;
        }
        let conversation = Conversation::new(&self.state, &bearer, session);
        tokio::select! {
            ending = conversation.hold(messages) => ending,
            error = bearer.end(&self.state) => error.into(),
        }
    }

    /// Who opened the socket: what `connection_init` says goes before what the request bore.
    async fn introduced(
        &self,
        bearer: Bearer,
        payload: Map<String, Value>,
    ) -> Result<(Bearer, Actor), Ending> {
        let mut said = payload
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let bearer = match (said.next(), said.next()) {
            (None, _) => bearer,
            (Some((_, Value::String(header))), None) => bearer
                .named(header)
                .ok_or(Ending::from(TokenError::Malformed))?,
            _ => return Err(TokenError::Malformed.into()),
        };
        let actor = bearer.actor(&self.state).await?;
        Ok((bearer, actor))
    }
}

/// Waits for `connection_init`, and returns its payload.
async fn greeting(
    session: &mut Session,
    messages: &mut AggregatedMessageStream,
) -> Result<Map<String, Value>, Ending> {
    loop {
        match conversation::next(session, messages).await? {
            Message::ConnectionInit { payload } => return Ok(payload.unwrap_or_default()),
            Message::Subscribe { .. } => return Err(Ending::unauthorised()),
            Message::Ping { payload } => {
                conversation::send(session, message::pong(payload)).await?;
            }
            Message::Pong { .. } | Message::Complete { .. } => {}
        }
    }
}
