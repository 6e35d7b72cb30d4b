//! A request that waits holds a place among what its client has open.

use partner_registry::graphql::Limits;
use serde_json::{Value, json};
use tests::{TestApp, TestServer, on_both};

on_both! {
    a_client_has_so_many_requests_that_wait,
}

const CURSOR: &str = "{ syncStatus { cursor } }";

async fn a_client_has_so_many_requests_that_wait(app: TestApp) {
    let limits = Limits {
        streams: 1,
        ..Limits::default()
    };
    let server = TestServer::within(app, limits).await;
    for caller in [server.as_anonymous(), (*server).clone()] {
        let cursor = caller.query(CURSOR, json!({}))["syncStatus"]["cursor"].clone();
        let two = "query W($after: Cursor, $wait: Int) {
            one: changes(after: $after, waitMs: $wait) { hasMore }
            two: changes(after: $after, waitMs: $wait) { hasMore } }";
        let (_, refused) = caller.ask(two, json!({ "after": cursor, "wait": 20 }));
        let error = &refused["errors"][0]["extensions"];
        let expected =
            json!({ "code": "QUERY_TOO_COMPLEX", "limit": "streams", "max": 1, "actual": 2 });
        assert_eq!(*error, expected, "{refused}");
        let one = "query W($after: Cursor) { changes(after: $after, waitMs: 1) { hasMore } }";
        for _ in 0..2 {
            let waited = caller.query(one, json!({ "after": cursor }));
            assert_eq!(waited["changes"]["hasMore"], Value::Bool(false));
        }
        caller.query(two, json!({ "after": cursor, "wait": 0 }));
    }
}
