//! What is said on a socket that is open: many operations at once, each under its own id, until either side has
//! enough of it.

use serde_json::{Value, json};
use tests::{TestServer, on_sqlite};

use super::{live, told};
use crate::given;
use crate::sight::{id, public};

// No database has a part in how a socket is talked to.
on_sqlite!(
    operations_of_one_socket_are_told_apart_by_their_ids,
    what_is_completed_before_its_answer_gets_none,
    an_operation_may_be_completed_when_it_is_complete,
    members_that_are_null_are_as_if_absent,
    a_request_names_one_of_its_operations,
    a_pong_that_nobody_asked_for_is_ignored,
    an_id_belongs_to_operations_of_all_kinds,
);

fn complete(id: &str) -> Value {
    json!({ "type": "complete", "id": id })
}

const LIMITS: &str = "{ limits { page } }";

async fn operations_of_one_socket_are_told_apart_by_their_ids(server: TestServer) {
    let mut socket = server.socket().await;
    for (name, kind) in [("a", "ORGANISATION"), ("b", "PROJECT")] {
        socket
            .subscribe(name, live(), json!({ "types": [kind] }))
            .await;
        assert_eq!(socket.next().await["id"], name);
    }
    socket.subscribe("c", LIMITS, json!({})).await;
    assert_eq!(socket.next().await["id"], "c");
    assert_eq!(socket.next().await, complete("c"));
    let project = server
        .put(public(given::project("Early diagnosis")))
        .await
        .id;
    let organisation = server.put(public(given::organisation("Charité"))).await.id;
    let mut all = Vec::new();
    for _ in 0..2 {
        let message = socket.next().await;
        let page = &message["payload"]["data"]["changes"];
        all.push((message["id"].to_string(), told(page)[0].1.to_owned()));
    }
    all.sort();
    let made = [id("organisation", organisation), id("project", project)];
    let made = made.map(|id| id.as_str().unwrap().to_owned());
    let [organisation, project] = made;
    let expected = [("\"a\"", organisation), ("\"b\"", project)];
    assert_eq!(all, expected.map(|(name, id)| (name.to_owned(), id)));
}

/// It waits for a change, which comes only when it was completed.
async fn what_is_completed_before_its_answer_gets_none(server: TestServer) {
    let now = server.query("{ syncStatus { cursor } }", json!({}));
    let after = &now["syncStatus"]["cursor"];
    let waits = "query ($after: Cursor) { changes(after: $after, waitMs: 30000) { position } }";
    let mut socket = server.subscribe(waits, json!({ "after": after })).await;
    socket.send(complete("1")).await;
    // Messages are read in their order: when this one is answered, the operation has ended.
    socket.subscribe("2", LIMITS, json!({})).await;
    assert_eq!(socket.next().await["id"], "2");
    assert_eq!(socket.next().await, complete("2"));
    server.put(given::organisation("Charité")).await;
    socket.subscribe("1", LIMITS, json!({})).await;
    assert_eq!(socket.data().await, json!({ "limits": { "page": 200 } }));
    assert_eq!(socket.next().await, complete("1"));
}

async fn an_operation_may_be_completed_when_it_is_complete(server: TestServer) {
    let mut socket = server.socket().await;
    for (document, messages) in [(LIMITS, 2), ("{ nothing }", 1)] {
        socket.subscribe("1", document, json!({})).await;
        for _ in 0..messages {
            socket.next().await;
        }
        socket.send(complete("1")).await;
    }
    socket.send(json!({ "type": "ping" })).await;
    assert_eq!(socket.next().await, json!({ "type": "pong" }));
}

async fn members_that_are_null_are_as_if_absent(server: TestServer) {
    let mut socket = server.silent_socket().await;
    socket
        .send(json!({ "type": "ping", "payload": null }))
        .await;
    assert_eq!(socket.next().await, json!({ "type": "pong" }));
    let init = json!({ "type": "connection_init", "payload": null });
    socket.send(init).await;
    assert_eq!(socket.next().await, json!({ "type": "connection_ack" }));
    let payload = json!({ "query": LIMITS, "operationName": null, "variables": null,
        "extensions": null });
    socket
        .send(json!({ "type": "subscribe", "id": "1", "payload": payload }))
        .await;
    assert_eq!(socket.data().await, json!({ "limits": { "page": 200 } }));
}

async fn a_request_names_one_of_its_operations(server: TestServer) {
    let mut socket = server.socket().await;
    let document = "query A { limits { page } } query B { limits { depth } }";
    let payload = json!({ "query": document, "operationName": "B", "extensions": { "a": 1 } });
    socket
        .send(json!({ "type": "subscribe", "id": "1", "payload": payload }))
        .await;
    let data = socket.data().await;
    let fields: Vec<_> = data["limits"].as_object().unwrap().keys().collect();
    assert_eq!(fields, ["depth"]);
}

async fn a_pong_that_nobody_asked_for_is_ignored(server: TestServer) {
    let mut socket = server.socket().await;
    for pong in [
        json!({ "type": "pong" }),
        json!({ "type": "pong", "payload": { "a": 1 } }),
    ] {
        socket.send(pong).await;
    }
    socket.subscribe("1", LIMITS, json!({})).await;
    assert_eq!(socket.data().await, json!({ "limits": { "page": 200 } }));
}

async fn an_id_belongs_to_operations_of_all_kinds(server: TestServer) {
    let mut socket = server.subscribe(live(), json!({})).await;
    socket.data().await;
    socket.subscribe("1", LIMITS, json!({})).await;
    let closed = socket.closed_next().await;
    assert_eq!(closed, (4409, "Subscriber for 1 already exists".to_owned()));
}
