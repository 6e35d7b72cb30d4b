//! `graphql-transport-ws`, case by case: what each message does, and with which code a socket is closed.

use std::time::Duration;

use partner_registry::auth::issuer::Issuers;
use partner_registry::http::Web;
use serde_json::{Value, json};
use tests::{Socket, TestApp, TestServer, on_sqlite};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::{live, within};
use crate::given;

// No database has a part in how a socket is talked to.
on_sqlite!(
    what_breaks_the_protocol_closes_the_socket_with_its_code,
    who_does_not_say_who_it_is_waits_for_a_while_only,
    a_ping_is_answered_with_its_payload,
    queries_and_mutations_run_over_a_socket_too,
    what_cannot_run_is_the_operations_error_and_the_socket_stays,
    an_operation_that_is_completed_ends_and_its_id_is_free,
    a_socket_has_so_many_operations,
    a_client_has_so_many_sockets,
    a_token_comes_with_the_upgrade_or_with_connection_init,
    pages_of_named_origins_alone_open_sockets,
    a_server_that_stops_closes_its_sockets,
    a_subscription_has_one_field_wherever_it_stands,
    a_subscription_is_not_run_as_one_answer,
);

const INIT: &str = r#"{"type":"connection_init"}"#;

fn subscribe(id: &str) -> String {
    json!({ "type": "subscribe", "id": id, "payload": { "query": live() } }).to_string()
}

fn text(text: &str) -> Message {
    Message::text(text)
}

async fn what_breaks_the_protocol_closes_the_socket_with_its_code(app: TestApp) {
    let server = within(app, |limits| limits.body_bytes = 1000).await;
    let nobody = server.as_anonymous();
    let long = format!(
        "{{\"type\":\"ping\",\"payload\":{{\"a\":\"{}\"}}}}",
        "x".repeat(1000)
    );
    let no_token = r#"{"type":"connection_init","payload":{"Authorization":"Bearer none"}}"#;
    let no_bearer = r#"{"type":"connection_init","payload":{"authorization":"Basic YTpi"}}"#;
    let no_text = r#"{"type":"connection_init","payload":{"Authorization":7}}"#;
    let pong = r#"{"type":"pong"}"#;
    let next = r#"{"type":"next","id":"1","payload":{}}"#;
    let cases: [(&[Message], u16, &str); 20] = [
        (&[text("")], 4400, "cannot be read"),
        (&[text("[]")], 4400, "cannot be read"),
        (
            &[text(r#"{"type":"connection_terminate"}"#)],
            4400,
            "unknown variant",
        ),
        (
            &[text(r#"{"type":"connection_init","payload":7}"#)],
            4400,
            "cannot be read",
        ),
        (&[Message::binary(Bytes::from_static(b"{}"))], 4400, "texts"),
        (&[text(&subscribe("1"))], 4401, "Unauthorized"),
        (&[text(pong), text(&subscribe("1"))], 4401, "Unauthorized"),
        (&[text(no_token)], 4403, "Forbidden"),
        (&[text(no_bearer)], 4403, "Forbidden"),
        (&[text(no_text)], 4403, "Forbidden"),
        (
            &[text(INIT), text(INIT)],
            4429,
            "Too many initialisation requests",
        ),
        (&[text(INIT), text("{")], 4400, "cannot be read"),
        (
            &[text(INIT), text(r#"{"type":"subscribe","id":"1"}"#)],
            4400,
            "payload",
        ),
        (
            &[text(INIT), text(r#"{"type":"complete"}"#)],
            4400,
            "missing field `id`",
        ),
        (&[text(INIT), text(&subscribe(""))], 4400, "`id` is empty"),
        (
            &[text(INIT), text(&subscribe("7")), text(&subscribe("7"))],
            4409,
            "Subscriber for 7 already exists",
        ),
        (&[text(INIT), text(next)], 4400, "unknown variant"),
        (
            &[text(INIT), text(r#"{"type":"connection_ack"}"#)],
            4400,
            "unknown variant",
        ),
        (
            &[text(INIT), text(r#"{"type":"pong","payload":7}"#)],
            4400,
            "cannot be read",
        ),
        (&[text(INIT), text(&long)], 1009, "too large"),
    ];
    for (messages, code, words) in cases {
        let mut socket = nobody.silent_socket().await;
        for message in messages {
            socket.send_raw(message.clone()).await;
        }
        let closed = socket.closed().await;
        assert!(
            closed.0 == code && closed.1.contains(words),
            "{messages:?}: {closed:?}; {code} {words}"
        );
    }
    let mut socket = nobody.try_socket(&[]).await.unwrap();
    assert_eq!(
        socket.closed().await.0,
        4406,
        "it knows no subprotocol of ours"
    );
}

async fn who_does_not_say_who_it_is_waits_for_a_while_only(app: TestApp) {
    let server = within(app, |limits| limits.socket_init = Duration::from_millis(10)).await;
    let mut socket = server.silent_socket().await;
    let closed = socket.closed().await;
    assert_eq!(
        closed,
        (4408, "No connection_init within 0.01 seconds".to_owned())
    );
}

async fn a_ping_is_answered_with_its_payload(server: TestServer) {
    let mut socket = server.silent_socket().await;
    let ping = json!({ "type": "ping", "payload": { "a": 1 } });
    let pong = json!({ "type": "pong", "payload": { "a": 1 } });
    socket.send(ping.clone()).await;
    assert_eq!(socket.next().await, pong);
    socket.send(json!({ "type": "connection_init" })).await;
    assert_eq!(socket.next().await, json!({ "type": "connection_ack" }));
    socket.send(ping).await;
    assert_eq!(socket.next().await, pong);
    socket.send(json!({ "type": "ping" })).await;
    assert_eq!(socket.next().await, json!({ "type": "pong" }));
}

const CREATE: &str = "mutation ($name: String!) {
    createOrganisation(input: { data: { name: $name, kind: COMPANY } }) {
        organisation { name } userErrors { code path } } }";

fn complete(id: &str) -> Value {
    json!({ "type": "complete", "id": id })
}

async fn queries_and_mutations_run_over_a_socket_too(server: TestServer) {
    let mut socket = server.socket().await;
    let name = "Ärzte \"ohne\" \\ Grenzen";
    socket.subscribe("a", CREATE, json!({ "name": name })).await;
    let made = socket.data().await;
    assert_eq!(
        made["createOrganisation"]["organisation"]["name"], name,
        "{made}"
    );
    assert_eq!(socket.next().await, complete("a"));
    // The id is free as soon as the operation is complete.
    for _ in 0..20 {
        socket
            .subscribe("a", "{ organisations { totalCount } }", json!({}))
            .await;
        assert_eq!(
            socket.data().await,
            json!({ "organisations": { "totalCount": 1 } })
        );
        assert_eq!(socket.next().await, complete("a"));
    }
}

async fn what_cannot_run_is_the_operations_error_and_the_socket_stays(server: TestServer) {
    let mut socket = server.as_anonymous().socket().await;
    let changes = |arguments: &str| format!("subscription {{ changes{arguments} {{ cursor }} }}");
    let bomb = "a: __typename ".repeat(31);
    for (document, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "query A { limits { page } } query B { limits { page } }",
            "BAD_REQUEST",
        ),
        (&format!("{{ {bomb} }}"), "QUERY_TOO_COMPLEX"),
        (&changes("(after: \"forged\")"), "CURSOR_INVALID"),
        (&changes("(limit: 0)"), "BAD_REQUEST"),
        (&changes("(limit: 1001)"), "PAGE_SIZE_TOO_LARGE"),
        (
            &changes("(filter: { types: [CAR] })"),
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        socket.subscribe("1", document, json!({})).await;
        let message = socket.next().await;
        let error = &message["payload"][0];
        assert_eq!(
            (
                &message["type"],
                &message["id"],
                &error["extensions"]["code"]
            ),
            (&json!("error"), &json!("1"), &json!(code)),
            "{document}: {message}"
        );
    }
}

async fn an_operation_that_is_completed_ends_and_its_id_is_free(server: TestServer) {
    let mut socket = server.subscribe(live(), json!({})).await;
    socket.data().await;
    socket.send(complete("1")).await;
    // What is unknown was complete already.
    socket.send(complete("2")).await;
    server.put(given::organisation("Charité")).await;
    socket
        .subscribe("1", "{ limits { page } }", json!({}))
        .await;
    assert_eq!(socket.data().await, json!({ "limits": { "page": 200 } }));
    assert_eq!(socket.next().await, complete("1"));
}

async fn a_socket_has_so_many_operations(app: TestApp) {
    let server = within(app, |limits| limits.socket_operations = 2).await;
    let mut socket = server.subscribe(live(), json!({})).await;
    socket.data().await;
    socket.subscribe("2", live(), json!({})).await;
    socket.data().await;
    socket.subscribe("3", live(), json!({})).await;
    let message = socket.next().await;
    assert_eq!(
        (&message["type"], &message["id"]),
        (&json!("error"), &json!("3"))
    );
    assert_eq!(
        message["payload"][0]["extensions"],
        json!({ "code": "QUERY_TOO_COMPLEX", "limit": "socketOperations", "max": 2, "actual": 3 })
    );
    socket.send(complete("1")).await;
    socket.subscribe("3", live(), json!({})).await;
    socket.data().await;
}

async fn a_client_has_so_many_sockets(app: TestApp) {
    let server = within(app, |limits| limits.streams = 1).await;
    let mut first = server.socket().await;
    let mut second = server.silent_socket().await;
    let token = format!("Bearer {}", server.token());
    let init = json!({ "type": "connection_init", "payload": { "Authorization": token } });
    second.send(init).await;
    let closed = second.closed().await;
    assert_eq!(
        closed,
        (4429, "Too many sockets: a client has 1 at most".to_owned())
    );
    // Somebody else has sockets of its own.
    server.as_anonymous().socket().await;
    first.send_raw(Message::Close(None)).await;
    first.closed().await;
    server.socket().await;
}

async fn a_token_comes_with_the_upgrade_or_with_connection_init(server: TestServer) {
    const WHO: &str = "{ viewer { principal } }";
    let who = async |socket: &mut Socket, init: Value| {
        socket.send(init).await;
        assert_eq!(socket.next().await["type"], "connection_ack");
        socket.subscribe("1", WHO, json!({})).await;
        socket.data().await["viewer"]["principal"].clone()
    };
    let init = json!({ "type": "connection_init" });
    let token = format!("Bearer {}", server.token());
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");

    let mut socket = server
        .try_socket(&[protocol, ("authorization", &token)])
        .await
        .unwrap();
    assert_eq!(who(&mut socket, init.clone()).await, json!("operator"));
    let mut socket = server.silent_socket().await;
    assert_eq!(who(&mut socket, init).await, json!("anonymous"));
    let mut socket = server.silent_socket().await;
    let init = json!({ "type": "connection_init", "payload": { "authorization": token, "x": 1 } });
    assert_eq!(who(&mut socket, init).await, json!("operator"));

    let refused = server
        .try_socket(&[protocol, ("authorization", "Bearer none")])
        .await;
    let mut refused = refused.unwrap();
    refused.send_raw(text(INIT)).await;
    assert_eq!(refused.closed().await.0, 4403);
    let refused = server
        .try_socket(&[protocol, ("authorization", "none")])
        .await;
    assert_eq!(refused.map(|_| ()), Err(401));
}

async fn pages_of_named_origins_alone_open_sockets(app: TestApp) {
    let web = Web {
        origins: vec!["https://dashboard.example".to_owned()],
        ..Web::default()
    };
    let server = TestServer::serve(app, Issuers::default(), web).await;
    let protocol = ("sec-websocket-protocol", "graphql-transport-ws");
    for (origin, expected) in [
        (None, Ok(())),
        (Some("https://dashboard.example"), Ok(())),
        (Some("https://elsewhere.example"), Err(403)),
    ] {
        let origin = origin.map(|origin| ("origin", origin));
        let headers: Vec<_> = [Some(protocol), origin].into_iter().flatten().collect();
        let opened = server.try_socket(&headers).await;
        assert_eq!(opened.map(|_| ()), expected, "{origin:?}");
    }
}

async fn a_server_that_stops_closes_its_sockets(server: TestServer) {
    let mut silent = server.silent_socket().await;
    let mut busy = server.subscribe(live(), json!({})).await;
    busy.data().await;
    server.stop();
    for socket in [&mut silent, &mut busy] {
        let closed = socket.closed().await;
        assert_eq!(
            closed,
            (1001, "The registry stops: connect again".to_owned())
        );
    }
}

async fn a_subscription_has_one_field_wherever_it_stands(server: TestServer) {
    let mut socket = server.socket().await;
    for document in [
        "subscription { page: changes { position } }",
        "subscription { ...F } fragment F on Subscription { page: changes { position } }",
        "subscription { ... { ... on Subscription { page: changes { position } } } }",
    ] {
        socket.subscribe("1", document, json!({})).await;
        let data = socket.data().await;
        assert_eq!(
            data,
            json!({ "page": { "position": "00000000000000000000" } }),
            "{document}"
        );
        socket.send(complete("1")).await;
    }
    for document in [
        "subscription { a: changes { position } b: changes { position } }",
        "subscription { a: changes { position } ...F } fragment F on Subscription { changes { position } }",
        "subscription { __typename }",
        "subscription ($no: Boolean = true) { changes @skip(if: $no) { position } }",
    ] {
        socket.subscribe("2", document, json!({})).await;
        let message = socket.next().await;
        let code = &message["payload"][0]["extensions"]["code"];
        assert_eq!(code, "GRAPHQL_VALIDATION_FAILED", "{document}: {message}");
    }
}

async fn a_subscription_is_not_run_as_one_answer(server: TestServer) {
    let (status, answer) = server.ask(live(), json!({}));
    let error = &answer["errors"][0];
    assert_eq!(
        (status, &error["extensions"]["code"]),
        (400, &json!("BAD_REQUEST"))
    );
    let words = error["message"].as_str().unwrap_or_default();
    assert!(
        words.contains("graphql-transport-ws") && words.contains("text/event-stream"),
        "{words}"
    );
}
