//! A client of `graphql-transport-ws` that does what a test says, right or wrong, and hides nothing.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};
use tokio_tungstenite::tungstenite::{self, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::Caller;

/// After which a test that waits has failed.
const PATIENCE: Duration = Duration::from_mins(1);

/// The subprotocol.
const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

/// A socket to a server.
#[derive(Debug)]
pub struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

#[expect(clippy::expect_used, reason = "a test without its socket has failed")]
impl Caller {
    /// Opens a socket with these headers alone; not opened: the status.
    ///
    /// # Errors
    /// The status with which it is refused.
    ///
    /// # Panics
    /// When there is no answer.
    pub async fn try_socket(&self, headers: &[(&str, &str)]) -> Result<Socket, u16> {
        let url = self.url("/graphql").replacen("http", "ws", 1);
        let mut request = url.into_client_request().expect("a request");
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            let value = HeaderValue::from_str(value).expect("a value");
            request.headers_mut().insert(name, value);
        }
        match connect_async(request).await {
            Ok((socket, _)) => Ok(Socket(socket)),
            Err(tungstenite::Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("no answer: {error}"),
        }
    }

    /// Opens a socket that speaks the subprotocol and has said nothing.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn silent_socket(&self) -> Socket {
        self.try_socket(&[PROTOCOL]).await.expect("a socket")
    }

    /// Opens a socket with this caller's token, if it has one, and waits until it may be used.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn socket(&self) -> Socket {
        let mut socket = self.silent_socket().await;
        let payload = match self.token() {
            "" => json!({}),
            token => json!({ "Authorization": format!("Bearer {token}") }),
        };
        socket
            .send(json!({ "type": "connection_init", "payload": payload }))
            .await;
        assert_eq!(socket.next().await, json!({ "type": "connection_ack" }));
        socket
    }

    /// Opens a socket and begins an operation, whose id is `1`.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn subscribe(&self, document: &str, variables: Value) -> Socket {
        let mut socket = self.socket().await;
        socket.subscribe("1", document, variables).await;
        socket
    }
}

#[expect(clippy::expect_used, reason = "a test without an answer has failed")]
impl Socket {
    /// Sends anything.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn send_raw(&mut self, message: Message) {
        self.0.send(message).await.expect("it is sent");
    }

    /// Sends a message.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn send(&mut self, message: Value) {
        self.send_raw(Message::text(message.to_string())).await;
    }

    /// Begins an operation.
    ///
    /// # Panics
    /// When the connection is gone.
    pub async fn subscribe(&mut self, id: &str, document: &str, variables: Value) {
        let payload = json!({ "query": document, "variables": variables });
        self.send(json!({ "type": "subscribe", "id": id, "payload": payload }))
            .await;
    }

    /// The next message.
    ///
    /// # Panics
    /// When there is none.
    pub async fn next(&mut self) -> Value {
        match self.receive().await {
            Ok(text) => serde_json::from_str(&text).expect("JSON"),
            Err(closed) => panic!("a message: {closed:?}"),
        }
    }

    /// The data of the next answer of the operation.
    ///
    /// # Panics
    /// When something else comes.
    pub async fn data(&mut self) -> Value {
        let message = self.next().await;
        assert_eq!(message["type"], "next", "{message}");
        assert_eq!(message["payload"].get("errors"), None, "{message}");
        message["payload"]["data"].clone()
    }

    /// All that comes until the connection ends, for one who takes everything and answers nothing.
    ///
    /// # Panics
    /// When it does not end.
    pub async fn hears_only(self) -> Vec<u8> {
        let (mut stream, mut heard) = (self.0.into_inner(), Vec::new());
        let ended = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut heard)).await;
        ended.expect("it ends in time").expect("it can be read");
        heard
    }

    /// The code and the words with which the socket is closed; what comes before that is skipped.
    pub async fn closed(&mut self) -> (u16, String) {
        loop {
            if let Err(closed) = self.receive().await {
                return closed;
            }
        }
    }

    /// The code and the words with which the socket is closed, before anything else is said on it.
    ///
    /// # Panics
    /// When something is.
    pub async fn closed_next(&mut self) -> (u16, String) {
        match self.receive().await {
            Ok(text) => panic!("nothing more is said: {text}"),
            Err(closed) => closed,
        }
    }

    async fn receive(&mut self) -> Result<String, (u16, String)> {
        loop {
            let received = tokio::time::timeout(PATIENCE, self.0.next()).await;
            match received.expect("something comes in time") {
                Some(Ok(Message::Text(text))) => return Ok(text.to_string()),
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err((frame.code.into(), frame.reason.to_string()));
                }
                None | Some(Ok(Message::Close(None)) | Err(_)) => {
                    return Err((1006, String::new()));
                }
                Some(Ok(_)) => {}
            }
        }
    }
}
