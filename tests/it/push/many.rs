//! Many rows, and rows that nobody would send: in few statements, and never an error of ours.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{PUSH, Pusher, membership, organisation};

on_both! {
    a_nightly_push_repeated_unchanged_takes_no_position,
    statements_do_not_grow_with_rows,
    whatever_is_pushed_is_answered,
}

/// Rows of the nightly push: a part in the suite, all with `PUSH_ROWS=10000`.
#[expect(
    clippy::disallowed_methods,
    reason = "the suite has no configuration to read it from"
)]
fn nightly_rows() -> usize {
    let wanted = std::env::var("PUSH_ROWS").ok();
    wanted.and_then(|rows| rows.parse().ok()).unwrap_or(1_000)
}

fn members(from: usize, to: usize) -> Value {
    let rows = (from..to).flat_map(|n| {
        let pic = format!("9{n:08}");
        let data = json!({ "name": format!("Organisation {n}"), "country": "IT", "kind": "COMPANY",
            "region": "ITI14", "website": format!("https://o{n}.example"),
            "address": { "city": "Firenze", "postalCode": "50123" },
            "identifiers": [{ "scheme": "EU_PIC", "value": pic }] });
        [
            organisation(&format!("a{n}"), data),
            membership(&format!("m{n}"), &format!("a{n}")),
        ]
    });
    rows.collect()
}

async fn a_nightly_push_repeated_unchanged_takes_no_position(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let night = || -> Vec<Value> {
        let pages = (0..nightly_rows() / 2).step_by(250);
        pages
            .map(|from| alpha.push(members(from, from + 250)))
            .collect()
    };
    for page in night() {
        assert_eq!(page["summary"]["created"], 500);
    }
    for page in night() {
        assert_eq!(page["summary"]["unchanged"], 500);
        assert_eq!(page["position"], Value::Null);
    }
    assert_ledger(&server.database).await;
}

async fn statements_do_not_grow_with_rows(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    alpha.push(members(0, 1));
    let mut counted = Vec::new();
    for (from, to) in [(10, 12), (20, 120)] {
        drop(server.statements.take());
        alpha.push(members(from, to));
        counted.push(server.statements.take().len());
    }
    assert_eq!(counted[0], counted[1], "two and a hundred organisations");
}

/// Anything that JSON can be.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|it| json!(it)),
        any::<i64>().prop_map(|it| json!(it)),
        "\\PC{0,12}".prop_map(|it| json!(it)),
        Just(json!("\u{0}")),
        Just(json!("IT00743110157")),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec(("[a-z]{1,6}", inner), 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Rows that are almost right: each field is, or is anything.
fn almost_a_row() -> impl Strategy<Value = Value> {
    let text = || prop_oneof![3 => "[a-c]{0,3}".prop_map(|it| json!(it)), 1 => anything()];
    let reference = || {
        prop_oneof![
            4 => "[a-c]{1,2}".prop_map(|id| json!({ "externalId": id })),
            1 => text().prop_map(|id| json!({ "id": id })),
            1 => text().prop_map(|id| json!({ "identifier": { "scheme": "VAT", "value": id } })),
            1 => anything(),
        ]
    };
    let organisation = (reference(), text(), text(), text(), text()).prop_map(
        |(reference, name, country, website, identifier)| {
            json!({ "organisation": { "ref": reference, "data": { "name": name, "country": country,
                "website": website, "identifiers": [{ "scheme": "VAT", "value": identifier }] } } })
        },
    );
    let membership = (reference(), reference(), text()).prop_map(|(own, of, day)| {
        json!({ "membership": { "ref": own, "data": { "organisation": of, "startsOn": day } } })
    });
    let project = (reference(), text(), text()).prop_map(|(own, title, amount)| {
        json!({ "project": { "ref": own, "data": { "title": title,
            "totalCost": { "amount": amount, "currency": "EUR" } } } })
    });
    let withdraw =
        reference().prop_map(|own| json!({ "withdraw": { "ref": own, "type": "ORGANISATION" } }));
    prop_oneof![6 => organisation, 3 => membership, 2 => project, 2 => withdraw, 1 => anything()]
}

async fn whatever_is_pushed_is_answered(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases: 60,
            failure_persistence: None,
            ..Config::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let rows = prop::collection::vec(almost_a_row(), 0..8);
    let pushed = runner.run(&rows, |rows| {
        let asked = rows.len();
        let input = json!({ "source": "crm", "rows": rows });
        let (_, answer) = alpha.caller.ask(PUSH, json!({ "input": input }));
        let Some(results) = answer["data"]["pushRecords"]["results"].as_array() else {
            // What GraphQL cannot read at all is refused as a whole.
            let code = answer["errors"][0]["extensions"]["code"].as_str();
            let named = ["BAD_REQUEST", "GRAPHQL_VALIDATION_FAILED"];
            prop_assert!(code.is_some_and(|code| named.contains(&code)), "{}", answer);
            return Ok(());
        };
        prop_assert_eq!(results.len(), asked);
        for result in results {
            let has_errors = result["errors"] != json!([]);
            let is_refused = result["outcome"] == "REJECTED";
            prop_assert!(
                has_errors == is_refused || result["outcome"] == "NOT_FOUND",
                "{}",
                result
            );
        }
        Ok(())
    });
    pushed.expect("an answer to each");
    for body in [&b"\xff\xfe"[..], b"{", b"[]", b"null", b"{\"query\":1}"] {
        let token = format!("Bearer {}", alpha.caller.token());
        let headers = [
            ("content-type", "application/json"),
            ("authorization", token.as_str()),
        ];
        let answer = alpha.caller.post_raw(body, &headers).json();
        assert_eq!(
            answer["errors"][0]["extensions"]["code"], "BAD_REQUEST",
            "{answer}"
        );
    }
    assert_ledger(&server.database).await;
}
