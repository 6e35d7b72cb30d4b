//! Server-sent events: the distinct connections mode of `graphql-sse`.

use std::io::{BufRead, BufReader, Read};
use std::time::Duration;

use chrono::TimeDelta;
use partner_registry::delivery::demo;
use serde_json::{Value, json};
use tests::{Caller, TestApp, TestServer, on_both, on_sqlite};

use super::{live, told, within};
use crate::given;
use crate::sight::{id, public};

on_both!(
    a_subscription_is_followed_by_events,
    a_stream_ends_with_its_token,
    the_example_of_live_answers_what_it_says,
);
on_sqlite!(
    other_operations_have_one_answer,
    what_is_refused_before_it_begins_has_a_status,
    a_silent_stream_says_that_it_is_alive,
    a_client_has_so_many_streams,
    a_server_that_stops_ends_its_streams_without_completing_them,
);

/// An event stream.
struct Events(BufReader<Box<dyn Read>>);

impl Events {
    /// The next event with its data, or a comment, which has no name; none: the stream has ended.
    fn next(&mut self) -> Option<(String, Value)> {
        let (mut name, mut data) = (String::new(), Value::Null);
        loop {
            let mut line = String::new();
            if self.0.read_line(&mut line).expect("a line") == 0 {
                return None;
            }
            match line.trim_end().split_once(':') {
                Some(("event", rest)) => rest.trim().clone_into(&mut name),
                Some(("data", rest)) => data = serde_json::from_str(rest).unwrap_or_default(),
                Some(_) => {}
                None => return Some((name, data)),
            }
        }
    }

    /// The next event that is no comment.
    fn event(&mut self) -> Option<(String, Value)> {
        loop {
            match self.next()? {
                (name, _) if name.is_empty() => {}
                event => return Some(event),
            }
        }
    }

    /// The next page.
    fn page(&mut self) -> Value {
        let (name, data) = self.event().expect("an event");
        assert_eq!(
            (name.as_str(), data.get("errors")),
            ("next", None),
            "{data}"
        );
        data["data"]["changes"].clone()
    }
}

const HEADERS: [(&str, &str); 2] = [
    ("content-type", "application/json"),
    ("accept", "text/event-stream"),
];

fn body(document: &str) -> String {
    json!({ "query": document }).to_string()
}

fn follow(caller: &Caller, document: &str) -> Events {
    let headers = [&HEADERS[..], &[("accept-encoding", "gzip, br")]].concat();
    let (status, media, stream) = caller.stream(body(document).as_bytes(), &headers);
    assert_eq!(
        (status, media.as_str()),
        (200, "text/event-stream; charset=utf-8")
    );
    Events(BufReader::new(stream))
}

/// Nothing comes but that the stream is complete.
fn assert_complete(mut events: Events) {
    let complete = Some(("complete".to_owned(), Value::Null));
    assert_eq!((events.event(), events.event()), (complete, None));
}

async fn a_subscription_is_followed_by_events(server: TestServer) {
    let first = server.put(public(given::organisation("First"))).await.id;
    let mut events = follow(&server.as_anonymous(), live());
    assert_eq!(
        events.next(),
        Some((String::new(), Value::Null)),
        "a comment opens it"
    );
    let page = events.page();
    assert_eq!(
        told(&page),
        [("UPSERT", id("organisation", first).as_str().unwrap())]
    );
    for n in 0..3 {
        let row = public(given::organisation(&format!("Then {n}")));
        let made = id("organisation", server.put(row).await.id);
        let page = events.page();
        assert_eq!(told(&page), [("UPSERT", made.as_str().unwrap())]);
    }
}

async fn a_stream_ends_with_its_token(server: TestServer) {
    let mut events = follow(&server, live());
    events.page();
    server.registry.clock().advance(TimeDelta::minutes(16));
    server.put(given::organisation("Too late")).await;
    let (name, data) = events.event().expect("an event");
    let code = &data["errors"][0]["extensions"]["code"];
    assert_eq!(
        (name.as_str(), code),
        ("next", &json!("UNAUTHENTICATED")),
        "{data}"
    );
    assert_complete(events);
}

async fn other_operations_have_one_answer(server: TestServer) {
    let mut events = follow(&server, "{ limits { page } }");
    let answer = json!({ "data": { "limits": { "page": 200 } } });
    assert_eq!(events.event(), Some(("next".to_owned(), answer)));
    assert_complete(events);
    for (document, code) in [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { changes(after: \"forged\") { cursor } }",
            "CURSOR_INVALID",
        ),
    ] {
        let mut events = follow(&server, document);
        let (name, data) = events.event().expect("an event");
        assert_eq!(
            (name.as_str(), &data["errors"][0]["extensions"]["code"]),
            ("next", &json!(code))
        );
        assert_eq!(data.get("data"), None);
        assert_complete(events);
    }
}

async fn what_is_refused_before_it_begins_has_a_status(server: TestServer) {
    let no_token = ("authorization", "Bearer none");
    let plain = ("content-type", "text/plain");
    let events = HEADERS[1];
    for (body, headers, status) in [
        (body(live()), [&HEADERS[..], &[no_token]].concat(), 401),
        (body(live()), vec![plain, events], 415),
        ("{".to_owned(), HEADERS.to_vec(), 400),
        ("{}".to_owned(), HEADERS.to_vec(), 400),
    ] {
        let answer = server.post_raw(body.as_bytes(), &headers);
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(
            answer.header("content-type"),
            "application/json; charset=utf-8"
        );
        assert!(answer.json()["errors"][0]["message"].is_string());
    }
}

async fn a_silent_stream_says_that_it_is_alive(app: TestApp) {
    let server = within(app, |limits| limits.keep_alive = Duration::from_millis(10)).await;
    let mut events = follow(&server, live());
    events.page();
    for _ in 0..3 {
        assert_eq!(events.next(), Some((String::new(), Value::Null)));
    }
}

async fn a_client_has_so_many_streams(app: TestApp) {
    let server = within(app, |limits| limits.streams = 1).await;
    let mut first = follow(&server, live());
    first.page();
    let answer = server.post_raw(body(live()).as_bytes(), &HEADERS);
    let error = &answer.json()["errors"][0];
    let expected =
        json!({ "code": "QUERY_TOO_COMPLEX", "limit": "streams", "max": 1, "actual": 2 });
    assert_eq!((answer.status, &error["extensions"]), (429, &expected));
    follow(&server.as_anonymous(), live()).page();
}

async fn a_server_that_stops_ends_its_streams_without_completing_them(server: TestServer) {
    let mut events = follow(&server, live());
    events.page();
    server.stop();
    assert_eq!(events.event(), None);
}

const SYNC: &str = include_str!("../../../docs/sync.md");

/// The example of docs/sync.md, word by word, against the demo.
async fn the_example_of_live_answers_what_it_says(server: TestServer) {
    demo::load_if_empty(&server.registry, &server.actor)
        .await
        .expect("the demo loads");
    let (_, live) = SYNC.split_once("## Live").expect("a section");
    let (_, example) = live.split_once("-d '").expect("a request");
    let (request, rest) = example.split_once("'\n```\n```text\n").expect("its end");
    let (expected, _) = rest.split_once("\n```").expect("the end of the answer");
    let (status, _, stream) = server.as_anonymous().stream(request.as_bytes(), &HEADERS);
    assert_eq!(status, 200);
    let mut events = Events(BufReader::new(stream));
    let mut expected = Events(BufReader::new(Box::new(expected.as_bytes())));
    while let Some((name, expected)) = expected.event() {
        let (actual, mut data) = events.event().expect("an event");
        data["data"]["changes"]["cursor"] = "…".into();
        assert_eq!((actual, data), (name, expected));
    }
}
