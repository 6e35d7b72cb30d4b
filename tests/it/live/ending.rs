//! How a socket ends of which nobody has broken the rules: its client closes it or is gone, or the registry cannot
//! say who asks.

use std::time::Duration;

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tests::{TestApp, TestServer, on_sqlite};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

use super::{live, page, within};
use crate::given;

// No database has a part in how a socket ends.
on_sqlite!(
    a_client_closes_its_socket,
    a_peer_that_answers_no_ping_is_gone,
    who_cannot_be_known_now_is_asked_to_come_again,
);

async fn a_client_closes_its_socket(server: TestServer) {
    let mut socket = server.subscribe(live(), json!({})).await;
    page(&mut socket).await;
    let frame = CloseFrame {
        code: CloseCode::Normal,
        reason: "done".into(),
    };
    socket.send_raw(Message::Close(Some(frame))).await;
    assert_eq!(socket.closed_next().await.0, 1000);
}

/// It is asked so often whether it is there; then the connection ends, without a word.
async fn a_peer_that_answers_no_ping_is_gone(app: TestApp) {
    let server = within(app, |limits| limits.keep_alive = Duration::from_millis(10)).await;
    let mut socket = server.silent_socket().await;
    socket.send(json!({ "type": "connection_init" })).await;
    let heard = socket.hears_only().await;
    let acknowledged = r#"{"type":"connection_ack"}"#;
    let (_, pings) = heard
        .split_at_checked(2 + acknowledged.len())
        .expect("an acknowledgement");
    let ping = [0x89, 0];
    assert_eq!(pings, ping.repeat(5), "five pings, and no more");
}

async fn who_cannot_be_known_now_is_asked_to_come_again(server: TestServer) {
    let mut busy = server.subscribe(live(), json!({})).await;
    page(&mut busy).await;
    let db = server.database.connect().await;
    let lost = "ALTER TABLE signing_key RENAME TO lost";
    db.execute_unprepared(lost).await.unwrap();
    server.registry.clock().advance(TimeDelta::minutes(1));
    server.put(given::organisation("Charité")).await;
    let later = (1013, "Try again in a moment".to_owned());
    assert_eq!(busy.closed_next().await, later);

    let mut new = server.silent_socket().await;
    let token = format!("Bearer {}", server.token());
    let init = json!({ "type": "connection_init", "payload": { "Authorization": token } });
    new.send(init).await;
    assert_eq!(new.closed_next().await, later);
    let found = "ALTER TABLE lost RENAME TO signing_key";
    db.execute_unprepared(found).await.unwrap();
    server.socket().await;
}
