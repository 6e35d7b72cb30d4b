//! The answers to an operation, one after the other, whatever carries them. Must let no page out before
//! it was asked again who reads it, and must read none before the one before was taken.

use actix_web::web::Data;
use async_graphql::Request;
use async_graphql::parser::types::OperationType;
use futures_util::stream::{self, Stream};

use super::State;
use super::bearer::Bearer;
use crate::auth::TokenError;
use crate::graphql::endpoint::{Answer, Following};

/// What is to be answered next.
enum Next {
    /// The operation has yet to run.
    Operation(Box<Request>),
    /// The subscription's next page.
    Page(Box<Following>),
    /// Nothing more.
    Nothing,
}

/// The answers to an operation: one, or the pages of a subscription until one has no data. An error says
/// that the token counts no longer; nothing comes after it.
pub(super) fn answers(
    state: Data<State>,
    bearer: Bearer,
    request: Request,
) -> impl Stream<Item = Result<Answer, TokenError>> {
    let begin = (state, bearer, Next::Operation(Box::new(request)));
    stream::unfold(begin, |(state, bearer, next)| async {
        let (answer, next) = answer(&state, &bearer, next).await?;
        Some((answer, (state, bearer, next)))
    })
}

async fn answer(
    state: &State,
    bearer: &Bearer,
    next: Next,
) -> Option<(Result<Answer, TokenError>, Next)> {
    let endpoint = &state.endpoint;
    let refused = |error: TokenError| Some((Err(error), Next::Nothing));
    let mut following = match next {
        Next::Nothing => return None,
        Next::Page(following) => following,
        Next::Operation(request) => {
            let actor = match bearer.actor(state).await {
                Ok(actor) => actor,
                Err(error) => return refused(error),
            };
            let begun = match endpoint.prepare(*request) {
                Ok(ready) if ready.operation == OperationType::Subscription => {
                    endpoint.follow(ready, (state.listen)())
                }
                Ok(ready) => {
                    let answer = endpoint.execute(ready, actor).await;
                    return Some((Ok(answer), Next::Nothing));
                }
                Err(error) => Err(error),
            };
            match begun {
                Ok(following) => Box::new(following),
                Err(error) => return Some((Ok(error.into()), Next::Nothing)),
            }
        }
    };
    loop {
        following.due().await;
        // It may have waited for long: who reads is asked again before anything is read.
        let actor = match bearer.actor(state).await {
            Ok(actor) => actor,
            Err(error) => return refused(error),
        };
        if let Some(answer) = endpoint.page(&mut following, actor).await {
            let next = if answer.has_data() {
                Next::Page(following)
            } else {
                Next::Nothing
            };
            return Some((Ok(answer), next));
        }
    }
}
