//! What passes between a push's answer and the event at each of many who follow over a WebSocket.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::task::{JoinSet, spawn_blocking};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::figure::print;
use crate::peer::Peer;
use crate::pull::DOCUMENT;
use crate::push;

/// How many follow.
const FOLLOWERS: usize = 100;
/// How many pushes they hear of.
const PUSHES: usize = 50;
/// The numbers of the organisations begin where those of other figures have ended.
const FIRST: usize = 200_000;
/// After which a follower that hears nothing has lost a change.
const PATIENCE: Duration = Duration::from_secs(30);

type Socket = WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Prints what it takes, from the answer to each of the followers.
pub(crate) async fn figures(peer: Arc<Peer>) -> Result<()> {
    let status = peer.client.ask(DOCUMENT, "Status", &Value::Null)?;
    let cursor = status["syncStatus"]["cursor"].clone();
    let (heard, mut hears) = unbounded_channel();
    let mut followers = JoinSet::new();
    for _ in 0..FOLLOWERS {
        let socket = subscribed(&peer, &cursor).await?;
        followers.spawn(follow(socket, heard.clone()));
    }
    drop(heard);
    let mut delays = Vec::new();
    for n in FIRST..FIRST + PUSHES {
        let pushing = Arc::clone(&peer);
        let answered = spawn_blocking(move || {
            pushing.push(&[push::organisation(n)])?;
            anyhow::Ok(Instant::now())
        });
        let mut events = Vec::new();
        while events.len() < FOLLOWERS {
            let event = tokio::time::timeout(PATIENCE, hears.recv()).await;
            let Some(event) = event.context("a follower hears nothing")? else {
                let ended = followers.join_next().await.context("nobody follows")?;
                bail!("a follower has ended: {ended:?}");
            };
            events.push(event);
        }
        let answered = answered.await??;
        // Some hear of it before the one who pushed it does.
        let delay = |event: Instant| event.saturating_duration_since(answered);
        delays.extend(
            events
                .into_iter()
                .map(|event| delay(event).as_secs_f64() * 1e3),
        );
    }
    delays.sort_by(f64::total_cmp);
    let at = |part: usize| delays.get(delays.len() * part / 100).copied();
    let (median, late) = at(50).zip(at(99)).context("nobody heard anything")?;
    print(
        "followers",
        &format!("{FOLLOWERS} of them: median {median:.0} ms, p99 {late:.0} ms after the answer"),
        Some(("under 60 and 250 ms", median < 60.0 && late < 250.0)),
    );
    Ok(())
}

/// A socket that follows with the contract's document and has heard all there was.
async fn subscribed(peer: &Peer, cursor: &Value) -> Result<Socket> {
    let mut request = format!("ws://{}/graphql", peer.address).into_client_request()?;
    let protocol = HeaderValue::from_static("graphql-transport-ws");
    request
        .headers_mut()
        .insert("sec-websocket-protocol", protocol);
    let (mut socket, _) = connect_async(request).await?;
    let token = format!("Bearer {}", peer.token);
    say(
        &mut socket,
        &json!({ "type": "connection_init", "payload": { "Authorization": token } }),
    )
    .await?;
    ensure!(
        next(&mut socket).await?["type"] == "connection_ack",
        "the socket is refused"
    );
    let payload =
        json!({ "query": DOCUMENT, "operationName": "Live", "variables": { "after": cursor } });
    say(
        &mut socket,
        &json!({ "type": "subscribe", "id": "1", "payload": payload }),
    )
    .await?;
    next(&mut socket).await?;
    Ok(socket)
}

/// Tells when each change comes.
async fn follow(mut socket: Socket, heard: UnboundedSender<Instant>) -> Result<()> {
    loop {
        let message = next(&mut socket).await?;
        let now = Instant::now();
        let changes = &message["payload"]["data"]["changes"]["changes"];
        for _ in changes.as_array().context("no page")? {
            heard.send(now)?;
        }
    }
}

async fn say(socket: &mut Socket, message: &Value) -> Result<()> {
    Ok(socket.send(Message::text(message.to_string())).await?)
}

/// The next message of the protocol.
async fn next(socket: &mut Socket) -> Result<Value> {
    loop {
        match socket.next().await.context("the socket is gone")?? {
            Message::Text(text) => return Ok(serde_json::from_str(&text)?),
            Message::Close(frame) => bail!("the socket is closed: {frame:?}"),
            _ => {}
        }
    }
}
