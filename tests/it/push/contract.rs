//! The documents that clients send as they stand.

use partner_registry::delivery::demo;
use serde_json::{Value, json};
use tests::{TestServer, on_both};

use super::Pusher;
use crate::posted::each;

on_both!(the_contracts_push_runs_as_it_stands_against_the_demo);

const DOCUMENT: &str = include_str!("../../data/contract/sync.graphql");
const VARIABLES: &str = include_str!("../../data/contract/push-variables.json");

/// The operation of the contract with this name, and what it uses.
fn operation(name: &str) -> String {
    let begin = DOCUMENT
        .find(&format!("mutation {name}("))
        .expect("the operation");
    let rest = &DOCUMENT[begin..];
    rest[..rest.find("\n}\n").expect("its end") + 3].to_owned()
}

async fn the_contracts_push_runs_as_it_stands_against_the_demo(server: TestServer) {
    demo::load_if_empty(&server.registry, &server.actor)
        .await
        .expect("the demo loads");
    let demo = Pusher::new(&server, "Demo cluster").await;
    super::register(&server, demo.tenant, "demo-crm").await;
    let variables: Value = serde_json::from_str(VARIABLES).expect("the variables");
    let first = demo.caller.query(&operation("Push"), variables.clone());
    let first = &first["pushRecords"];
    assert_eq!(
        each(&first["results"], "/outcome"),
        [
            &json!("CREATED"),
            &json!("CREATED"),
            &json!("REJECTED"),
            &json!("NOT_FOUND")
        ],
        "{first:#}"
    );
    let wrong = each(&first["results"][2]["errors"], "/path");
    assert_eq!(wrong, [&json!("country"), &json!("name")]);
    assert_eq!(
        first["audience"],
        json!([{ "visibility": "PARTNERS", "clusters": [], "records": 2 }])
    );
    let again = demo.caller.query(&operation("Push"), variables);
    assert_eq!(again["pushRecords"]["replayed"], true);
    assert_eq!(again["pushRecords"]["results"], first["results"]);
}
