//! The documents that clients send as they stand.

use partner_registry::delivery::demo;
use serde_json::{Value, json};
use tests::{TestServer, on_both};

use super::Pusher;
use crate::contract::sync::operation;
use crate::posted::each;

on_both!(
    the_contracts_push_runs_as_it_stands_against_the_demo,
    the_contracts_matches_are_shown_and_settled,
);

const VARIABLES: &str = include_str!("../../data/contract/push-variables.json");

async fn the_contracts_push_runs_as_it_stands_against_the_demo(server: TestServer) {
    demo::load_if_empty(&server.registry, &server.actor)
        .await
        .expect("the demo loads");
    let demo = Pusher::new(&server, "Demo cluster").await;
    super::register(&server, demo.tenant, "demo-crm").await;
    let variables: Value = serde_json::from_str(VARIABLES).expect("the variables");
    let first = demo.caller.query(operation("Push"), variables.clone());
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
    let again = demo.caller.query(operation("Push"), variables);
    assert_eq!(again["pushRecords"]["replayed"], true);
    assert_eq!(again["pushRecords"]["results"], first["results"]);
}

async fn the_contracts_matches_are_shown_and_settled(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let twin = json!({ "name": "Twin", "country": "IT", "address": { "city": "Firenze" } });
    let known = alpha.organisation("a1", twin.clone())["id"].clone();
    let own = beta.organisation("b1", twin)["id"].clone();
    let status = beta.caller.query(operation("Status"), json!({}));
    assert_eq!(status["syncStatus"]["sources"][0]["pendingReviews"], 1);
    let reviews = beta
        .caller
        .query(operation("Reviews"), json!({ "first": 10 }));
    let review = &reviews["matchReviews"]["nodes"][0];
    let expected = json!({ "id": own, "name": "Twin", "country": "IT", "city": "Firenze" });
    assert_eq!(review["own"], expected);
    let candidate = &review["candidates"][0];
    assert_eq!(candidate["reasons"], json!(["NAME", "CITY"]));
    assert_eq!(candidate["organisation"]["id"], known);
    let decisions = json!({ "decisions": [{ "review": review["id"], "sameAs": known }] });
    let settled = beta.caller.query(operation("Settle"), decisions);
    let result = &settled["settleMatches"]["results"][0];
    assert_eq!(
        (&result["outcome"], &result["id"]),
        (&json!("MERGED"), &known)
    );
    let mine = json!({ "source": "crm", "externalId": "b1" });
    let mine = beta.caller.query(operation("MyRecord"), mine);
    assert_eq!(mine["recordByExternalId"]["id"], known);
}
