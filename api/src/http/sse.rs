//! GraphQL over server-sent events: the distinct connections mode of `graphql-sse`, an event stream for an
//! operation. Must not outlive the token that it was opened with, and is compressed by nobody: what
//! compresses waits until it has enough.

use std::pin::Pin;

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, ContentEncoding, VARY};
use actix_web::web::{Bytes, Data};
use async_graphql::Request;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::{self, Stream, StreamExt};
use tokio::time::{Instant, Interval};

use super::State;
use super::bearer::{Bearer, Challenge};
use super::live::answers;
use super::negotiate::Media;
use super::streams::{Open, Streams};
use crate::auth::TokenError;
use crate::graphql::endpoint::Answer;

/// What says that the line is alive, and nothing else. It comes first, too: some browsers take a stream
/// for open only when something has come.
const ALIVE: &[u8] = b":\n\n";

/// Nothing more comes.
const COMPLETE: &[u8] = b"event: complete\ndata:\n\n";

/// The events of one operation.
struct Events {
    answers: Pin<Box<dyn Stream<Item = Result<Answer, TokenError>>>>,
    token_ends: LocalBoxFuture<'static, TokenError>,
    alive: Interval,
    streams: Streams,
    _open: Open,
}

/// Answers an operation as it is answered.
pub(super) fn respond(
    state: Data<State>,
    bearer: Bearer,
    request: Request,
    streams: Streams,
    open: Open,
) -> HttpResponse {
    let keep_alive = state.endpoint.limits().keep_alive;
    let (guard, holder) = (state.clone(), bearer.clone());
    let events = Events {
        answers: Box::pin(answers(state, bearer, request)),
        token_ends: Box::pin(async move { holder.end(&guard).await }),
        alive: tokio::time::interval_at(Instant::now() + keep_alive, keep_alive),
        streams,
        _open: open,
    };
    let events = stream::unfold(Some(events), |events| async { events?.next().await });
    let opened = stream::once(async { Bytes::from_static(ALIVE) });
    let events = opened.chain(events);
    HttpResponse::Ok()
        .content_type(Media::EventStream.content_type())
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header(ContentEncoding::Identity)
        .insert_header((VARY, "Accept, Authorization"))
        .streaming(events.map(Ok::<_, actix_web::Error>))
}

impl Events {
    /// The next bytes, and what comes after them.
    async fn next(mut self) -> Option<(Bytes, Option<Self>)> {
        tokio::select! {
            biased;
            // Without `complete`, clients ask anew: another process may be there.
            () = self.streams.stopping() => None,
            error = &mut self.token_ends => Some((ended(error), None)),
            _ = self.alive.tick() => Some((Bytes::from_static(ALIVE), Some(self))),
            answer = self.answers.next() => match answer {
                None => Some((Bytes::from_static(COMPLETE), None)),
                Some(Ok(answer)) => Some((next(&answer).into(), Some(self))),
                Some(Err(error)) => Some((ended(error), None)),
            },
        }
    }
}

/// An answer as an event. JSON has no line breaks of its own.
fn next(answer: &Answer) -> Vec<u8> {
    [b"event: next\ndata: ", &answer.to_json()[..], b"\n\n"].concat()
}

/// The last event of a stream whose token counts no longer.
fn ended(error: TokenError) -> Bytes {
    let answer = Answer::from(Challenge::from(error).error);
    [next(&answer), COMPLETE.to_vec()].concat().into()
}
