//! HTTP itself: bodies, media types, methods, other sites, and the paths beside the API.

use chrono::Duration;
use partner_registry::auth::issuer::Issuers;
use partner_registry::http::Web;
use serde_json::json;
use tests::{
    Answer, Subject, TestApp, TestDatabase, TestServer, on_both, on_sqlite, start_of_time,
};
use ureq::SendBody;
use ureq::http::Method;

use crate::posted::text;

on_sqlite!(
    a_body_that_cannot_be_read_is_refused,
    a_body_has_a_largest_size,
    a_mutation_over_get_writes_nothing,
    the_schema_is_served_with_its_tag,
    every_answer_has_an_id_of_its_own,
    any_page_may_read_answers_and_none_sends_cookies,
    only_pages_of_named_origins_may_read_answers,
    every_answer_says_what_browsers_may_do_with_it,
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

/// The preflight of a page's request, and its answer.
fn asked_by_a_page(server: &TestServer, origin: &str) -> [Answer; 2] {
    let origin = ("origin", origin);
    let headers = [
        origin,
        ("access-control-request-method", "POST"),
        (
            "access-control-request-headers",
            "authorization,content-type",
        ),
    ];
    let preflight = server.request(Method::OPTIONS, "/graphql", &headers, SendBody::none());
    let answer = server.post_raw(br#"{"query":"{ __typename }"}"#, &[JSON, origin]);
    [preflight, answer]
}

async fn any_page_may_read_answers_and_none_sends_cookies(server: TestServer) {
    for answer in asked_by_a_page(&server, "https://dashboard.example") {
        let said = |name| answer.header(name);
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(said("access-control-allow-origin"), "*");
        assert_eq!(said("access-control-allow-credentials"), "");
    }
}

async fn only_pages_of_named_origins_may_read_answers(database: TestDatabase) {
    let web = Web {
        origins: vec!["https://dashboard.example".to_owned()],
        ..Web::default()
    };
    let app = TestApp::over(database).await;
    let server = TestServer::serve(app, Issuers::default(), web).await;
    for (origin, expected) in [
        ("https://dashboard.example", "https://dashboard.example"),
        ("https://evil.example", ""),
        ("null", ""),
    ] {
        for answer in asked_by_a_page(&server, origin) {
            let allowed = answer.header("access-control-allow-origin");
            assert_eq!(allowed, expected, "{answer:?}");
        }
    }
}

async fn every_answer_says_what_browsers_may_do_with_it(database: TestDatabase) {
    for (is_secure, days) in [(false, 0), (true, 1)] {
        let web = Web {
            is_secure,
            ..Web::default()
        };
        let start = start_of_time() + Duration::days(days);
        let app = TestApp::at(database.clone(), start).await;
        let app = app.expect("the registry opens");
        let server = TestServer::serve(app, Issuers::default(), web).await;
        let paths = ["/graphql", "/schema.graphql", "/nothing", "/oauth/token"];
        for path in paths {
            let answer = server.get(path, &[("accept", "text/html")]);
            let says = |name, value: &str| {
                let said = answer.header(name);
                assert!(said.contains(value), "{path} {name}: {said}");
            };
            says("x-content-type-options", "nosniff");
            says("referrer-policy", "no-referrer");
            says("x-frame-options", "DENY");
            says("content-security-policy", "frame-ancestors 'none'");
            let https = answer.header("strict-transport-security");
            assert_eq!(!https.is_empty(), is_secure, "{path}: {https}");
        }
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
