//! What is wrong with an input is told as data, and nothing is written.

use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::nouns;
use crate::posted::{by_id, mutate, nobody, post, text};

on_both!(
    a_record_says_what_it_must_and_names_what_is_there,
    a_record_is_found_in_the_version_that_was_seen,
    a_value_that_cannot_be_is_refused_with_its_code_and_path,
);

/// The codes and paths of the errors of an input, which left everything as it was.
pub(super) fn refused(
    server: &TestServer,
    verb: &str,
    noun: &str,
    input: &Value,
) -> Vec<(String, String)> {
    let payload = mutate(server, verb, noun, input);
    assert_eq!(payload["record"], Value::Null, "{verb} {noun} {input}");
    let errors = payload["userErrors"].as_array().unwrap();
    let tell = |error: &Value| {
        assert_ne!(text(error, "/message"), "", "{error}");
        (text(error, "/code"), text(error, "/path"))
    };
    errors.iter().map(tell).collect()
}

/// What is said of a record, and what is said otherwise.
fn with(data: &Value, change: &Value) -> Value {
    let mut data = data.clone();
    let fields = data.as_object_mut().expect("an object");
    fields.extend(change.as_object().expect("an object").clone());
    json!({ "data": data })
}

fn error(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}

async fn a_record_says_what_it_must_and_names_what_is_there(server: TestServer) {
    for (noun, _, data, _) in nouns(&server) {
        let create = |field: &str, value: Value| {
            refused(
                &server,
                "create",
                noun,
                &with(&data, &json!({ field: value })),
            )
        };
        for (field, said) in data.as_object().unwrap() {
            assert_eq!(
                create(field, Value::Null),
                error("REQUIRED", field),
                "{noun}"
            );
            if said.is_string() {
                let long = "x".repeat(1_001);
                assert_eq!(
                    create(field, json!("  ")),
                    error("REQUIRED", field),
                    "{noun}"
                );
                assert_eq!(
                    create(field, json!(long)),
                    error("TOO_LONG", field),
                    "{noun}"
                );
                continue;
            }
            // A field that names a record is called after its type.
            for id in [&nobody(field), &nobody("participation"), "nonsense", ""] {
                let actual = create(field, by_id(id));
                assert_eq!(actual, error("NOT_FOUND", field), "{noun} {id}");
            }
        }
    }
    assert_ledger(&server.database).await;
}

async fn a_record_is_found_in_the_version_that_was_seen(server: TestServer) {
    for (noun, _, data, _) in nouns(&server) {
        let id = post(&server, noun, &data);
        let unknown = nobody(id.rsplit_once('_').unwrap().0);
        for verb in ["update", "archive", "restore"] {
            let refused = |id: &str, version: i32| {
                let mut input = json!({ "id": id, "ifVersion": version });
                if verb == "update" {
                    input["data"] = json!({});
                }
                refused(&server, verb, noun, &input)
            };
            let mismatch = error("VERSION_MISMATCH", "ifVersion");
            assert_eq!(refused(&id, 7), mismatch, "{verb} {noun}");
            for id in [&unknown, "nonsense", ""] {
                assert_eq!(
                    refused(id, 1),
                    error("NOT_FOUND", "id"),
                    "{verb} {noun} {id}"
                );
            }
        }
    }
    assert_ledger(&server.database).await;
}

async fn a_value_that_cannot_be_is_refused_with_its_code_and_path(server: TestServer) {
    let nobody = by_id(&nobody("organisation"));
    let link = json!({ "kind": "SISTER", "name": "S3martMed", "organisation": nobody });
    let early = json!({ "startsOn": "2026-02-01", "endsOn": "2026-01-31" });
    // The code, the path, the record, and what is said of it.
    let rows = json!([
        ["UNKNOWN_CODE", "country", "organisation", { "country": "XX" }],
        ["UNKNOWN_CODE", "region", "organisation", { "region": "XX9" }],
        ["UNKNOWN_CODE", "country", "cluster", { "country": "Atlantis" }],
        ["UNKNOWN_CODE", "region", "cluster", { "region": "XX9" }],
        ["UNKNOWN_CODE", "classifications.0.code", "organisation",
            { "classifications": [{ "scheme": "NACE_2", "code": "Z99" }] }],
        ["UNKNOWN_CODE", "totalCost.currency", "project",
            { "totalCost": { "amount": "1", "currency": "XXQ" } }],
        ["UNKNOWN_CODE", "euContribution.currency", "participation",
            { "euContribution": { "amount": "1", "currency": "" } }],
        ["INVALID", "totalCost.amount", "project",
            { "totalCost": { "amount": "1.005", "currency": "EUR" } }],
        ["INVALID", "totalCost.amount", "project",
            { "totalCost": { "amount": "-1", "currency": "EUR" } }],
        ["INVALID", "totalCost.amount", "project",
            { "totalCost": { "amount": "92233720368547758.08", "currency": "EUR" } }],
        ["INVALID", "endsOn", "project", early],
        ["INVALID", "endsOn", "membership", early],
        ["INVALID", "endsOn", "partnershipMember", early],
        ["INVALID", "durationMonths", "partnership", { "durationMonths": 0 }],
        ["INVALID", "declaredSmeCount", "partnership", { "declaredSmeCount": -1 }],
        ["INVALID", "website", "organisation", { "website": "not a page" }],
        ["INVALID", "maturity.0.trl", "project",
            { "maturity": [{ "assessedOn": "2026-01-01", "trl": 10 }] }],
        ["REQUIRED", "identifiers.0.value", "organisation",
            { "identifiers": [{ "scheme": "VAT", "value": " " }] }],
        ["NOT_FOUND", "links.0.organisation", "partnership", { "links": [link] }],
    ]);
    let nouns = nouns(&server);
    for row in rows.as_array().unwrap() {
        let [code, path, noun] = [0, 1, 2].map(|n| row[n].as_str().unwrap());
        let (_, _, data, _) = nouns.iter().find(|it| it.0 == noun).unwrap();
        let actual = refused(&server, "create", noun, &with(data, &row[3]));
        assert_eq!(actual, error(code, path), "{row}");
    }
    assert_ledger(&server.database).await;
}
