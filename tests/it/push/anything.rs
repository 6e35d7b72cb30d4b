//! Whatever is sent, each row has an outcome or the whole an error with a name: never an error of ours, and never
//! a row that is done by half.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{PUSH, Pusher, membership, organisation};

on_both! {
    rows_that_are_anything_have_an_outcome_each,
    an_input_that_is_anything_is_answered_with_a_name,
    bytes_that_are_anything_are_answered_with_a_name,
}

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    TestRunner::new_with_rng(config, rng)
}

/// Anything that JSON can be.
fn anything() -> impl Strategy<Value = Value> + Clone {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(|it| json!(it)),
        any::<i64>().prop_map(|it| json!(it)),
        any::<f64>().prop_map(|it| json!(it)),
        "\\PC{0,12}".prop_map(|it| json!(it)),
        Just(json!("\u{0}")),
        Just(json!("IT00743110157")),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let words = "[a-z]{1,6}|source|rows|mode|dryRun|organisation|ref|data";
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            prop::collection::vec((words, inner), 0..3)
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
            1 => Just(json!({ "externalId": "a\u{0}" })),
            1 => Just(json!({ "identifier": { "scheme": "VAT", "value": "\u{0}" } })),
            1 => anything(),
        ]
    };
    let called = prop_oneof![
        4 => Just(Value::Null),
        1 => "\\PC{0,3}".prop_map(|it| json!(it)),
        1 => Just(json!("\u{0}")),
        1 => Just(json!("x".repeat(300))),
    ];
    let organisation = (reference(), text(), text(), text(), text(), called).prop_map(
        |(reference, name, country, website, identifier, called)| {
            json!({ "organisation": { "ref": reference, "data": { "name": name, "country": country,
                "website": website, "identifiers": [{ "scheme": "VAT", "value": identifier }] },
                "clientMutationId": called } })
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

/// Rows that are right but for their values.
fn a_row() -> impl Strategy<Value = Value> {
    let id = || "[a-c]{1,2}";
    let word = || prop_oneof![4 => "[a-z]{1,4}", 1 => Just(String::new()), 1 => "\\PC{1,4}"];
    let country = prop_oneof![3 => Just("IT"), 1 => Just("FR"), 1 => Just("XX")];
    let new = (id(), word(), country);
    prop_oneof![
        5 => new.prop_map(|(id, name, country)| organisation(&id, json!({ "name": name, "country": country }))),
        3 => (id(), id()).prop_map(|(id, of)| membership(&id, &of)),
        2 => (id(), word()).prop_map(|(id, title)| {
            json!({ "project": { "ref": { "externalId": id }, "data": { "title": title } } })
        }),
        1 => id().prop_map(|id| super::withdraw("ORGANISATION", &id)),
        1 => id().prop_map(|id| super::withdraw("PROJECT", &id)),
    ]
}

/// The code of an answer without data, which is none of ours to be ashamed of.
fn check_refusal(answer: &Value) -> Result<(), TestCaseError> {
    let code = answer["errors"][0]["extensions"]["code"].as_str();
    let named = [
        "BAD_REQUEST",
        "GRAPHQL_VALIDATION_FAILED",
        "GRAPHQL_PARSE_FAILED",
        "QUERY_TOO_COMPLEX",
        "IDEMPOTENCY_KEY_REUSED",
    ];
    prop_assert!(code.is_some_and(|code| named.contains(&code)), "{}", answer);
    Ok(())
}

/// What is known of a source's records by the answers to its pushes: types and ids of its own.
type Known = BTreeMap<(&'static str, String), Value>;

const KINDS: [(&str, &str); 3] = [
    ("organisation", "ORGANISATION"),
    ("membership", "MEMBERSHIP"),
    ("project", "PROJECT"),
];

/// The results of an answer, each with an outcome that is right; what they tell is noted.
fn note(rows: &[Value], answer: &Value, known: &mut Known) -> Result<(), TestCaseError> {
    let Some(results) = answer["data"]["pushRecords"]["results"].as_array() else {
        // What GraphQL cannot read at all is refused as a whole.
        return check_refusal(answer);
    };
    prop_assert_eq!(results.len(), rows.len());
    for (row, result) in rows.iter().zip(results) {
        let has_errors = result["errors"] != json!([]);
        // What is not there is taken back without a word.
        let is_nothing = result["outcome"] == "NOT_FOUND";
        let is_refused = result["outcome"] == "REJECTED";
        prop_assert!(is_nothing || has_errors == is_refused, "{}", result);
        let kind = KINDS.iter().find(|(noun, name)| {
            row.get(noun).is_some_and(|it| !it.is_null()) || row["withdraw"]["type"] == *name
        });
        let (Some((_, kind)), Some(own)) = (kind, result["externalId"].as_str()) else {
            continue;
        };
        let key = (*kind, own.to_owned());
        if result["outcome"] == "WITHDRAWN" {
            known.remove(&key);
        } else if !is_refused && !is_nothing {
            known.insert(key, result["id"].clone());
        }
    }
    Ok(())
}

/// What the registry knows under the source's ids is what the answers said, and nothing else.
fn check_known(pusher: &Pusher, known: &Known) {
    let letters = ["a", "b", "c"];
    let two = letters
        .iter()
        .flat_map(|a| letters.map(|b| format!("{a}{b}")));
    let mut ids: Vec<String> = letters.map(str::to_owned).into_iter().chain(two).collect();
    ids.extend(known.keys().map(|(_, id)| id.clone()));
    let document = "query ($id: String!, $type: RecordType!) {
        recordByExternalId(source: \"crm\", externalId: $id, type: $type) { id } }";
    for (_, kind) in KINDS {
        for id in &ids {
            let variables = json!({ "id": id, "type": kind });
            let there =
                pusher.caller.query(document, variables)["recordByExternalId"]["id"].clone();
            let told = known.get(&(kind, id.clone())).cloned().unwrap_or_default();
            assert_eq!(there, told, "{kind} {id}");
        }
    }
}

async fn rows_that_are_anything_have_an_outcome_each(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let known = RefCell::new(Known::new());
    let rows = prop_oneof![
        prop::collection::vec(almost_a_row(), 0..8),
        prop::collection::vec(a_row(), 0..8),
    ];
    // What was refused is kept with the answer.
    let key = prop_oneof![1 => Just(Value::Null), 1 => "k[a-z]{3}".prop_map(|it| json!(it))];
    let pushed = runner(100).run(&(rows, key), |(rows, key)| {
        let (status, answer) = alpha.ask(json!({ "rows": rows, "idempotencyKey": key }));
        prop_assert!(status < 500, "{}", answer);
        note(&rows, &answer, &mut known.borrow_mut())
    });
    pushed.unwrap_or_else(|failure| panic!("{failure}"));
    let known = known.into_inner();
    assert!(known.len() > 10, "{known:?}");
    check_known(&alpha, &known);
    assert_ledger(&server.database).await;
}

async fn an_input_that_is_anything_is_answered_with_a_name(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let sent = runner(100).run(&(anything(), anything()), |(input, more)| {
        for variables in [
            json!({ "input": input }),
            input.clone(),
            json!({ "input": input, "x": more }),
        ] {
            let (status, answer) = alpha.caller.ask(PUSH, variables);
            prop_assert!(status < 500, "{}", answer);
            check_refusal(&answer)?;
        }
        Ok(())
    });
    sent.unwrap_or_else(|failure| panic!("{failure}"));
    assert_ledger(&server.database).await;
}

/// A push whose bytes were changed here and there, or that broke off; or bytes that were never a push.
fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let row = organisation("a1", json!({ "name": "Ärzte", "country": "IT" }));
    let input = json!({ "source": "crm", "rows": [row] });
    let push = json!({ "query": PUSH, "variables": { "input": input } })
        .to_string()
        .into_bytes();
    let length = push.len();
    let change = (any::<Index>(), any::<u8>());
    let changed = (
        prop::collection::vec(change, 1..4),
        any::<Index>(),
        any::<bool>(),
    );
    let changed = changed.prop_map(move |(changes, end, breaks_off)| {
        let mut bytes = push.clone();
        for (at, byte) in changes {
            bytes[at.index(length)] = byte;
        }
        if breaks_off {
            bytes.truncate(end.index(length));
        }
        bytes
    });
    let never = prop::collection::vec(any::<u8>(), 0..200);
    let json = anything().prop_map(|value| value.to_string().into_bytes());
    prop_oneof![4 => changed, 1 => never, 1 => json]
}

async fn bytes_that_are_anything_are_answered_with_a_name(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let headers = [("content-type", "application/json")];
    let sent = runner(300).run(&bytes(), |body| {
        let answer = alpha.caller.post_raw(&body, &headers);
        prop_assert!(answer.status < 500, "{}", answer.text);
        let answer = answer.json();
        if answer["data"]["pushRecords"].is_null() {
            check_refusal(&answer)?;
        }
        Ok(())
    });
    sent.unwrap_or_else(|failure| panic!("{failure}"));
    assert_ledger(&server.database).await;
}
