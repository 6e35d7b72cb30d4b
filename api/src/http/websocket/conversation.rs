//! The conversation on a socket after `connection_ack`: operations begin, answer and end. One page of a
//! subscription is on its way at a time: the next one is read when the client has taken it.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use actix_web::web::Data;
use actix_ws::{AggregatedMessage, AggregatedMessageStream, Session};
use async_graphql::Request;
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable, Aborted, LocalBoxFuture};
use futures_util::stream::FuturesUnordered;
use tokio::sync::oneshot;

use super::State;
use super::ending::Ending;
use super::message::{self, Message};
use crate::auth::TokenError;
use crate::graphql::error::GraphqlError;
use crate::http::bearer::Bearer;
use crate::http::live::answers;

/// How many times a client may leave us without an answer when we ask whether it is alive.
const SILENCES: u32 = 5;

/// An operation that came to its end: its id, and the words that say so; or why the socket ends.
type Done = Result<(String, String), Ending>;

/// What goes on on a socket.
pub(super) struct Conversation<'a> {
    state: &'a Data<State>,
    bearer: &'a Bearer,
    session: &'a mut Session,
    operations: HashMap<String, AbortHandle>,
    running: FuturesUnordered<Abortable<LocalBoxFuture<'static, Done>>>,
    receipts: Receipts,
}

/// Pages that the client has yet to take. A ping follows each page, and its pong says that the page
/// has arrived: what we hand to the socket alone would pile up before a client that is slow.
#[derive(Clone, Default)]
struct Receipts(Rc<RefCell<(u64, Awaited)>>);

/// Who waits for which receipt.
type Awaited = HashMap<u64, oneshot::Sender<()>>;

impl Receipts {
    /// The number of a new receipt, and what comes with it.
    fn ask(&self) -> (u64, oneshot::Receiver<()>) {
        let (arrives, arrived) = oneshot::channel();
        let mut receipts = self.0.borrow_mut();
        receipts.0 = receipts.0.wrapping_add(1);
        let number = receipts.0;
        // Those of operations that have ended are nobody's any more.
        receipts.1.retain(|_, arrives| !arrives.is_closed());
        receipts.1.insert(number, arrives);
        (number, arrived)
    }

    /// A pong came.
    fn give(&self, pong: &[u8]) {
        let number = pong.try_into().ok().map(u64::from_be_bytes);
        let arrives = number.and_then(|number| self.0.borrow_mut().1.remove(&number));
        if let Some(arrives) = arrives {
            // The operation may have ended meanwhile.
            let _ = arrives.send(());
        }
    }
}

impl<'a> Conversation<'a> {
    /// Nothing runs yet.
    pub(super) fn new(
        state: &'a Data<State>,
        bearer: &'a Bearer,
        session: &'a mut Session,
    ) -> Self {
        Self {
            state,
            bearer,
            session,
            operations: HashMap::new(),
            running: FuturesUnordered::new(),
            receipts: Receipts::default(),
        }
    }

    /// Talks until something ends it.
    pub(super) async fn hold(mut self, messages: &mut AggregatedMessageStream) -> Ending {
        let mut alive = tokio::time::interval(self.state.endpoint.limits().keep_alive);
        let mut silences = 0;
        loop {
            let happened = tokio::select! {
                received = messages.recv() => {
                    silences = 0;
                    self.received(received).await
                }
                Some(done) = self.running.next() => self.ended(done).await,
                _ = alive.tick() => {
                    silences += 1;
                    if silences > SILENCES {
                        return Ending::Gone;
                    }
                    self.session.ping(b"").await.map_err(|_| Ending::Gone)
                }
            };
            if let Err(ending) = happened {
                return ending;
            }
        }
    }

    async fn received(
        &mut self,
        received: Option<Result<AggregatedMessage, actix_ws::ProtocolError>>,
    ) -> Result<(), Ending> {
        let received = received.ok_or(Ending::Gone)??;
        if let AggregatedMessage::Pong(bytes) = &received {
            self.receipts.give(bytes);
        }
        match read(self.session, received).await? {
            None | Some(Message::Pong { .. }) => {}
            Some(Message::Ping { payload }) => self.send(message::pong(payload)).await?,
            Some(Message::ConnectionInit { .. }) => return Err(Ending::twice()),
            Some(Message::Subscribe { id, payload }) => self.begin(id, *payload).await?,
            Some(Message::Complete { id }) => {
                if let Some(operation) = self.operations.remove(&id) {
                    operation.abort();
                }
            }
        }
        Ok(())
    }

    /// Begins an operation.
    async fn begin(&mut self, id: String, request: Request) -> Result<(), Ending> {
        if self.operations.contains_key(&id) {
            return Err(Ending::taken(&id));
        }
        let max = self.state.endpoint.limits().socket_operations;
        if self.operations.len() >= max {
            let refusal = too_many(max).into();
            return self.send(message::answer(&id, &refusal)).await;
        }
        let (abort, registration) = AbortHandle::new_pair();
        let answers = answers(self.state.clone(), self.bearer.clone(), request);
        let session = self.session.clone();
        let operation = run(id.clone(), answers, session, self.receipts.clone());
        self.running
            .push(Abortable::new(Box::pin(operation), registration));
        self.operations.insert(id, abort);
        Ok(())
    }

    /// An operation came to its end, or was ended by the client, who knows.
    async fn ended(&mut self, done: Result<Done, Aborted>) -> Result<(), Ending> {
        let Ok(done) = done else {
            return Ok(());
        };
        let (id, words) = done?;
        // First: whoever reads the words may use the id again.
        self.operations.remove(&id);
        self.send(words).await
    }

    async fn send(&mut self, text: String) -> Result<(), Ending> {
        send(self.session, text).await
    }
}

/// Sends the answers of an operation, and returns the last words.
async fn run(
    id: String,
    answers: impl futures_util::Stream<Item = Result<crate::graphql::endpoint::Answer, TokenError>>,
    mut session: Session,
    receipts: Receipts,
) -> Done {
    let mut answers = std::pin::pin!(answers);
    while let Some(answer) = answers.next().await {
        let answer = answer?;
        let words = message::answer(&id, &answer);
        if !answer.has_data() {
            return Ok((id, words));
        }
        send(&mut session, words).await?;
        let (number, arrived) = receipts.ask();
        let pinged = session.ping(&number.to_be_bytes()).await;
        pinged.map_err(|_| Ending::Gone)?;
        // When the socket is gone, so is this.
        let _ = arrived.await;
    }
    let words = message::complete(&id);
    Ok((id, words))
}

/// Sends a message.
pub(super) async fn send(session: &mut Session, text: String) -> Result<(), Ending> {
    session.text(text).await.map_err(|_| Ending::Gone)
}

/// Waits for a message.
pub(super) async fn next(
    session: &mut Session,
    messages: &mut AggregatedMessageStream,
) -> Result<Message, Ending> {
    loop {
        let received = messages.recv().await.ok_or(Ending::Gone)??;
        if let Some(message) = read(session, received).await? {
            return Ok(message);
        }
    }
}

/// Reads what was received; nothing where it is WebSocket's own.
async fn read(
    session: &mut Session,
    received: AggregatedMessage,
) -> Result<Option<Message>, Ending> {
    match received {
        AggregatedMessage::Text(text) => Message::read(&text).map(Some).map_err(Ending::invalid),
        AggregatedMessage::Binary(_) => Err(Ending::invalid("Messages are texts")),
        AggregatedMessage::Ping(bytes) => {
            let ponged = session.pong(&bytes).await;
            ponged.map(|()| None).map_err(|_| Ending::Gone)
        }
        AggregatedMessage::Pong(_) => Ok(None),
        AggregatedMessage::Close(_) => Err(Ending::closed()),
    }
}

fn too_many(max: usize) -> GraphqlError {
    let message = format!("This socket runs {max} operations, as many as it may. End one first.");
    GraphqlError::over_limit("socketOperations", max, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_receipt_of_an_operation_that_has_ended_is_nobodys() {
        let receipts = Receipts::default();
        let (first, arrived) = receipts.ask();
        let (second, mut waits) = receipts.ask();
        drop(arrived);
        drop(receipts.ask());
        let awaited: Vec<u64> = receipts.0.borrow().1.keys().copied().collect();
        assert!(!awaited.contains(&first));
        receipts.give(&second.to_be_bytes());
        assert_eq!(waits.try_recv(), Ok(()));
    }
}
