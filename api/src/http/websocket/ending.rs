//! How a socket ends: the close codes of `graphql-transport-ws`, and those of WebSocket itself.

use std::time::Duration;

use actix_ws::{CloseCode, CloseReason, ProtocolError, Session};

use crate::auth::TokenError;

/// How long a client may take to take the last frame.
const FAREWELL: Duration = Duration::from_secs(5);

/// How a socket ends.
#[derive(Debug)]
pub(super) enum Ending {
    /// We close it.
    Closed(CloseReason),
    /// Nobody is there any more.
    Gone,
}

impl Ending {
    fn new(code: u16, description: impl Into<String>) -> Self {
        Self::with(CloseCode::from(code), description)
    }

    fn with(code: CloseCode, description: impl Into<String>) -> Self {
        Self::Closed(CloseReason {
            code,
            description: Some(description.into()),
        })
    }

    /// The client closed it.
    pub(super) fn closed() -> Self {
        Self::with(CloseCode::Normal, "Bye")
    }

    /// A message is none.
    pub(super) fn invalid(words: impl Into<String>) -> Self {
        Self::new(4400, words)
    }

    /// It asked before it was acknowledged.
    pub(super) fn unauthorised() -> Self {
        Self::new(
            4401,
            "Unauthorized: send connection_init and wait for connection_ack",
        )
    }

    /// It speaks another subprotocol.
    pub(super) fn subprotocol(ours: &str) -> Self {
        Self::new(4406, format!("Subprotocol not acceptable: speak {ours}"))
    }

    /// It did not say who it is.
    pub(super) fn silent(after: Duration) -> Self {
        let seconds = after.as_secs_f64();
        Self::new(4408, format!("No connection_init within {seconds} seconds"))
    }

    /// Another operation has the id.
    pub(super) fn taken(id: &str) -> Self {
        Self::new(4409, format!("Subscriber for {id} already exists"))
    }

    /// It says twice who it is.
    pub(super) fn twice() -> Self {
        Self::new(4429, "Too many initialisation requests")
    }

    /// Its client has as many as it may.
    pub(super) fn too_many_sockets(max: usize) -> Self {
        Self::new(
            4429,
            format!("Too many sockets: a client has {max} at most"),
        )
    }

    /// The server stops; another one may be there.
    pub(super) fn stopping() -> Self {
        Self::with(CloseCode::Away, "The registry stops: connect again")
    }

    /// Sends the last frame.
    pub(super) async fn close(self, session: Session) {
        if let Self::Closed(reason) = self {
            // One who takes nothing has no right to keep us here.
            let _ = tokio::time::timeout(FAREWELL, session.close(Some(reason))).await;
        }
    }
}

impl From<TokenError> for Ending {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Unavailable => Self::with(CloseCode::Again, "Try again in a moment"),
            error => Self::new(4403, format!("Forbidden: no good token: {error}")),
        }
    }
}

impl From<ProtocolError> for Ending {
    fn from(error: ProtocolError) -> Self {
        match error {
            ProtocolError::Overflow => Self::with(CloseCode::Size, "The message is too large"),
            ProtocolError::Io(_) => Self::Gone,
            error => Self::with(CloseCode::Protocol, error.to_string()),
        }
    }
}
