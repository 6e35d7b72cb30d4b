//! HTTP itself: bodies, media types, methods, hosts, and the paths beside the API.

use serde_json::json;
use tests::{Answer, TestServer, on_both, on_sqlite};
use ureq::SendBody;
use ureq::http::Method;

use crate::posted::text;

on_sqlite!(
    a_body_that_cannot_be_read_is_refused,
    a_body_has_a_largest_size,
    a_mutation_over_get_writes_nothing,
    only_a_name_of_this_machine_is_answered,
    the_schema_is_served_with_its_tag,
    every_answer_has_an_id_of_its_own,
    no_other_site_may_read_an_answer,
);
on_both!(health_says_whether_the_database_answers);

const JSON: (&str, &str) = ("content-type", "application/json");

/// The status and the code of a refusal.
fn refusal(answer: &Answer) -> (u16, String) {
    (
        answer.status,
        text(&answer.json(), "/errors/0/extensions/code"),
    )
}

async fn a_body_that_cannot_be_read_is_refused(server: TestServer) {
    let good = br#"{"query":"{ __typename }"}"#;
    assert_eq!(server.post_raw(good, &[JSON]).status, 200);
    let rows: [(&[u8], (&str, &str), u16); 14] = [
        (b"{\"query\":\"{ __typename \xff}\"}", JSON, 400),
        (b"\xff\xfe{\0", JSON, 400),
        (b"", JSON, 400),
        (b"{", JSON, 400),
        (b"null", JSON, 400),
        (b"[]", JSON, 400),
        (br#"[{"query":"{ __typename }"}]"#, JSON, 400),
        (br#"{"variables":{}}"#, JSON, 400),
        (br#"{"query":7}"#, JSON, 400),
        (br#"{"query":"{ __typename }","variables":[]}"#, JSON, 400),
        (good, ("content-type", "text/plain"), 415),
        (
            good,
            ("content-type", "application/x-www-form-urlencoded"),
            415,
        ),
        (
            good,
            ("content-type", "application/json; charset=latin1"),
            415,
        ),
        (good, ("x-nothing", "said"), 415),
    ];
    for (body, header, status) in rows {
        let answer = server.post_raw(body, &[header]);
        let shown = String::from_utf8_lossy(body);
        assert_eq!(
            refusal(&answer),
            (status, "BAD_REQUEST".to_owned()),
            "{shown} {header:?}"
        );
    }
    let compressed = server.post_raw(good, &[JSON, ("content-encoding", "gzip")]);
    assert_eq!(refusal(&compressed), (415, "BAD_REQUEST".to_owned()));
    let csv = server.post_raw(good, &[JSON, ("accept", "text/csv")]);
    assert_eq!(refusal(&csv), (406, "BAD_REQUEST".to_owned()));
}

async fn a_body_has_a_largest_size(server: TestServer) {
    let large = |bytes: usize| {
        let request = json!({ "query": "{ __typename }" }).to_string();
        format!("{request}{}", " ".repeat(bytes - request.len())).into_bytes()
    };
    assert_eq!(server.post_raw(&large(1024 * 1024), &[JSON]).status, 200);
    for bytes in [1024 * 1024 + 1, 10_000_000] {
        let answer = server.post_raw(&large(bytes), &[JSON]);
        assert_eq!(
            refusal(&answer),
            (413, "BAD_REQUEST".to_owned()),
            "{bytes} bytes"
        );
        // The same without a length, which only reading tells.
        let body = large(bytes);
        let mut reader = body.as_slice();
        let chunks = SendBody::from_reader(&mut reader);
        let answer = server.request(Method::POST, "/graphql", &[JSON], chunks);
        assert_eq!(
            refusal(&answer),
            (413, "BAD_REQUEST".to_owned()),
            "{bytes} bytes in chunks"
        );
    }
    assert_eq!(
        server.query("{ __typename }", json!({})),
        json!({ "__typename": "Query" })
    );
}

async fn a_mutation_over_get_writes_nothing(server: TestServer) {
    let document = "mutation%7BcreateOrganisation(input:%7Bdata:%7Bname:%22A%22%7D%7D)%7BuserErrors%7Bcode%7D%7D%7D";
    let answer = server.get(&format!("/graphql?query={document}"), &[]);
    assert_eq!(refusal(&answer), (405, "BAD_REQUEST".to_owned()));
    assert_eq!(answer.header("allow"), "POST");
    assert_eq!(
        server.count::<entities::organisation::Entity>(None).await,
        0
    );

    let answer = server.get("/graphql?query=%7B__typename%7D", &[]);
    assert_eq!(answer.json(), json!({ "data": { "__typename": "Query" } }));
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = server.request(method.clone(), "/graphql", &[], SendBody::none());
        assert_eq!(
            refusal(&answer),
            (405, "BAD_REQUEST".to_owned()),
            "{method}"
        );
        assert_eq!(answer.header("allow"), "GET, POST", "{method}");
    }
}

/// A page that gives its own name this machine's address gets nothing.
async fn only_a_name_of_this_machine_is_answered(server: TestServer) {
    for (host, status) in [
        ("localhost", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]", 200),
        ("evil.example", 421),
        ("localhost.evil.example", 421),
        ("", 421),
    ] {
        for path in [
            "/graphql?query=%7B__typename%7D",
            "/schema.graphql",
            "/health/live",
        ] {
            assert_eq!(
                server.get(path, &[("host", host)]).status,
                status,
                "{path} of {host:?}"
            );
        }
    }
    let elsewhere = server.get(
        "/graphql?query=%7B__typename%7D",
        &[("host", "evil.example")],
    );
    assert!(!elsewhere.text.contains("Query"), "{elsewhere:?}");
}

async fn the_schema_is_served_with_its_tag(server: TestServer) {
    let first = server.get("/schema.graphql", &[]);
    assert_eq!(
        (first.status, first.text.as_str()),
        (200, partner_registry::graphql::sdl().as_str())
    );
    let tag = first.header("etag");
    assert!(
        tag.len() > 10 && tag.starts_with('"'),
        "a strong tag: {tag}"
    );
    for (header, status) in [(tag, 304), ("*", 304), ("\"another\"", 200)] {
        let again = server.get("/schema.graphql", &[("if-none-match", header)]);
        assert_eq!(
            (again.status, again.header("etag")),
            (status, tag),
            "{header}"
        );
        assert_eq!(again.text.is_empty(), status == 304, "{header}");
    }
    for (method, path, status) in [
        (Method::HEAD, "/schema.graphql", 200),
        (Method::POST, "/schema.graphql", 405),
        (Method::POST, "/health/live", 405),
        (Method::GET, "/", 404),
        (Method::GET, "/graphql/assets/..%2f..%2fCargo.toml", 404),
        (Method::GET, "/schema.graphql/", 404),
    ] {
        let answer = server.request(method.clone(), path, &[], SendBody::none());
        assert_eq!(answer.status, status, "{method} {path}");
    }
    let browser = server.get("/graphql", &[("accept", "text/html")]);
    assert_eq!(
        (browser.status, browser.header("content-type")),
        (200, "text/html; charset=utf-8")
    );
}

async fn every_answer_has_an_id_of_its_own(server: TestServer) {
    let paths = [
        "/health/live",
        "/health/live",
        "/nothing",
        "/graphql",
        "/schema.graphql",
    ];
    let answers = paths.map(|path| server.get(path, &[]));
    let mut ids: Vec<_> = answers
        .iter()
        .map(|answer| answer.header("x-request-id"))
        .collect();
    assert!(ids.iter().all(|id| id.len() > 8), "{ids:?}");
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), paths.len(), "{ids:?}");
}

async fn no_other_site_may_read_an_answer(server: TestServer) {
    let origin = ("origin", "https://evil.example");
    let asks = ("access-control-request-method", "POST");
    let preflight = server.request(
        Method::OPTIONS,
        "/graphql",
        &[origin, asks],
        SendBody::none(),
    );
    let answer = server.post_raw(br#"{"query":"{ __typename }"}"#, &[JSON, origin]);
    for answer in [preflight, answer] {
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "",
            "{answer:?}"
        );
    }
}

async fn health_says_whether_the_database_answers(server: TestServer) {
    let paths = ["/health/live", "/health/ready"];
    assert_eq!(paths.map(|path| server.get(path, &[]).status), [200, 200]);
    server
        .registry
        .clone()
        .close()
        .await
        .expect("the connections close");
    assert_eq!(paths.map(|path| server.get(path, &[]).status), [200, 503]);
    let (_, answer) = server.ask("{ organisations { totalCount } }", json!({}));
    assert_eq!(
        text(&answer, "/errors/0/extensions/code"),
        "UNAVAILABLE",
        "{answer}"
    );
}
