//! A document that was sent before is not checked again; what it is answered is the same.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

on_both!(a_known_document_is_refused_like_a_new_one);

const DOCUMENT: &str = "query Known(
    $first: Int, $filter: OrganisationFilter, $kind: OrganisationKind, $since: DateTime
) {
    asked: organisations(first: $first, filter: $filter) { totalCount }
    since: organisations(filter: { kind: { eq: $kind }, updatedAt: { gte: $since } }) { totalCount }
}";

/// Each set of variables is sent to a document that the server has run, and to one that differs in
/// its name alone, which it has not.
async fn a_known_document_is_refused_like_a_new_one(server: TestServer) {
    let good = json!({ "first": 1, "filter": { "country": { "eq": "IT" } } });
    let bad: &[Value] = &[
        json!({ "first": "1" }),
        json!({ "first": 1.5 }),
        json!({ "first": -1 }),
        json!({ "kind": "CASTLE" }),
        json!({ "kind": 3 }),
        json!({ "since": "yesterday" }),
        json!({ "filter": [] }),
        json!({ "filter": { "colour": { "eq": "red" } } }),
        json!({ "filter": { "country": { "eq": 3 } } }),
        json!({ "filter": { "country": { "is": null } } }),
        json!({ "filter": { "and": { "country": { "eq": [] } } } }),
        json!({ "filter": { "region": { "within": "XX9" } } }),
        json!({ "filter": { "participations": { "some": { "x": 1 } } } }),
    ];
    let fine = [
        json!({}),
        json!({ "first": null, "unused": { "x": 1 } }),
        json!({ "kind": "COMPANY", "since": "2026-11-22T00:00:00Z" }),
        good.clone(),
    ];
    for _ in 0..2 {
        for variables in &fine {
            let (status, answer) = server.ask(DOCUMENT, variables.clone());
            assert_eq!(
                (status, &answer["errors"]),
                (200, &Value::Null),
                "{variables}"
            );
        }
    }
    for (n, variables) in bad.iter().enumerate() {
        let known = server.ask(DOCUMENT, variables.clone());
        let new = DOCUMENT.replace("Known", &format!("New{n:02}"));
        let new = server.ask(&new, variables.clone());
        assert_eq!(known, new, "{variables}");
        assert!(
            known.1["errors"][0]["extensions"]["code"].is_string(),
            "{variables}"
        );
        let (status, _) = server.ask(DOCUMENT, good.clone());
        assert_eq!(status, 200, "after {variables}");
    }
}
