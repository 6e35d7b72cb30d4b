//! What readers hear of organisations that became one: by `changes`, by `resolveIds`, and by the ids that they
//! kept, through as many steps as there were.

use serde_json::{Value, json};
use tests::{Caller, TestServer, assert_ledger, on_both};

use super::reviews::{named, reviews, settle};
use super::{Pusher, outcomes};
use crate::posted::each;

on_both! {
    an_id_leads_through_two_merges,
    who_reads_between_two_merges_hears_of_both,
    a_merge_is_nobodys_echo,
    who_saw_but_one_of_two_is_told_of_that_one_alone,
}

const CHANGES: &str = "query ($after: Cursor) { changes(after: $after, limit: 1000) { cursor hasMore
    changes { op id replacedBy mergedFrom origin { source } record { ... on Organisation { name } } } } }";

fn changes(caller: &Caller, after: &Value) -> Value {
    let page = caller.query(CHANGES, json!({ "after": after }))["changes"].clone();
    assert_eq!(page["hasMore"], false);
    page
}

fn resolved(caller: &Caller, ids: &[&Value]) -> Value {
    let document = "query ($ids: [ID!]!) { resolveIds(ids: $ids) { state currentId } }";
    caller.query(document, json!({ "ids": ids }))["resolveIds"].clone()
}

/// Three organisations of one VAT number and other names: the first is a partner's.
async fn three(server: &TestServer) -> ([Pusher; 2], [Value; 3]) {
    let [alpha, beta] = Pusher::partners(server).await;
    let first = alpha.organisation("a1", named("Universität Klagenfurt"));
    let own = ["Interdisziplinäres Forschungszentrum", "Alpengärten"];
    let own = [("b1", own[0]), ("b2", own[1])].map(|(external_id, name)| {
        let own = beta.organisation(external_id, named(name));
        assert_eq!(own["outcome"], "PENDING_REVIEW", "{own}");
        own["id"].clone()
    });
    let [second, third] = own;
    ([alpha, beta], [first["id"].clone(), second, third])
}

/// The pusher says that one of its organisations is the same as another.
fn merge(pusher: &Pusher, own: &Value, to: &Value) {
    let reviews = reviews(pusher);
    let mut nodes = reviews["nodes"].as_array().unwrap().iter();
    let review = nodes.find(|review| review["own"]["id"] == *own).unwrap();
    let settled = settle(pusher, json!([{ "review": review["id"], "sameAs": to }]));
    assert_eq!(each(&settled, "/outcome"), ["MERGED"], "{settled}");
}

async fn an_id_leads_through_two_merges(server: TestServer) {
    let ([alpha, beta], [first, second, third]) = three(&server).await;
    let before = [&alpha, &beta].map(|one| changes(&one.caller, &Value::Null)["cursor"].clone());
    merge(&beta, &third, &second);
    merge(&beta, &second, &first);

    let current = json!({ "state": "MERGED", "currentId": first });
    let there = json!({ "state": "CURRENT", "currentId": first });
    for (one, before) in [&alpha, &beta].into_iter().zip(before) {
        let states = resolved(&one.caller, &[&third, &second, &first]);
        assert_eq!(states, json!([current, current, there]));
        let document = "query ($id: ID!) { organisation(id: $id) { id resolvedFrom } }";
        let seen = one.caller.query(document, json!({ "id": third }));
        let expected = json!({ "id": first, "resolvedFrom": third });
        assert_eq!(seen["organisation"], expected);
        let page = changes(&one.caller, &before);
        let told: Vec<_> = page["changes"].as_array().unwrap().iter().collect();
        let led = |change: &&Value| {
            (
                change["op"].clone(),
                change["id"].clone(),
                change["replacedBy"].clone(),
            )
        };
        assert_eq!(
            told.iter().map(led).collect::<Vec<_>>(),
            [
                (json!("MERGED"), third.clone(), first.clone()),
                (json!("UPSERT"), first.clone(), Value::Null),
                (json!("MERGED"), second.clone(), first.clone()),
            ]
        );
        assert_eq!(told[1]["mergedFrom"], json!([third, second]));
    }
    let row =
        json!({ "organisation": { "ref": { "id": third }, "data": { "description": "Said." } } });
    let pushed = beta.push(json!([row]));
    assert_eq!(outcomes(&pushed), ["UPDATED"]);
    let result = &pushed["results"][0];
    assert_eq!((&result["id"], &result["redirectedFrom"]), (&first, &third));
    assert_ledger(&server.database).await;
}

async fn who_reads_between_two_merges_hears_of_both(server: TestServer) {
    let ([alpha, beta], [first, second, third]) = three(&server).await;
    let before = changes(&alpha.caller, &Value::Null)["cursor"].clone();
    merge(&beta, &third, &second);
    let between = changes(&alpha.caller, &before);
    let told = &between["changes"];
    assert_eq!(each(told, "/op"), ["UPSERT", "MERGED"]);
    assert_eq!(each(told, "/id"), [&second, &third]);
    assert_eq!(told[0]["mergedFrom"], json!([third]));
    assert_eq!(told[1]["replacedBy"], second);
    merge(&beta, &second, &first);
    let after = changes(&alpha.caller, &between["cursor"]);
    let told = &after["changes"];
    assert_eq!(each(told, "/op"), ["UPSERT", "MERGED"]);
    assert_eq!(each(told, "/id"), [&first, &second]);
    assert_eq!(told[1]["replacedBy"], first);
    assert_eq!(
        changes(&alpha.caller, &after["cursor"])["changes"],
        json!([])
    );
}

/// What a decision does comes from no source: nobody may take it for an echo of its own push.
async fn a_merge_is_nobodys_echo(server: TestServer) {
    let ([_, beta], [_, second, third]) = three(&server).await;
    let before = changes(&beta.caller, &Value::Null)["cursor"].clone();
    beta.organisation("b1", json!({ "description": "Beta's words." }));
    let echo = changes(&beta.caller, &before);
    assert_eq!(
        each(&echo["changes"], "/origin"),
        [&json!({ "source": "crm" })]
    );
    merge(&beta, &third, &second);
    let page = changes(&beta.caller, &echo["cursor"]);
    assert_eq!(
        each(&page["changes"], "/origin"),
        [&Value::Null, &Value::Null]
    );
}

/// Who could never see the one that goes does not hear of it; who may not see the one that stays hears that
/// the other is gone, and no more.
async fn who_saw_but_one_of_two_is_told_of_that_one_alone(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let shown = |external_id: &str, name: &str, visibility: &str| {
        json!([{ "organisation": { "ref": { "externalId": external_id }, "data": named(name),
            "visibility": visibility } }])
    };
    let push = |pusher: &Pusher, rows: Value| pusher.push(rows)["results"][0]["id"].clone();
    let known = push(&alpha, shown("a1", "Universität Klagenfurt", "PUBLIC"));
    let hidden = push(
        &beta,
        shown("b1", "Interdisziplinäres Forschungszentrum", "PARTNERS"),
    );
    let stays = push(&beta, shown("b2", "Alpengärten", "PARTNERS"));
    let goes = push(&beta, shown("b3", "Bergbahnen", "PUBLIC"));
    let anonymous = server.as_anonymous();
    let before = changes(&anonymous, &Value::Null)["cursor"].clone();
    merge(&beta, &hidden, &known);
    merge(&beta, &goes, &stays);
    let page = changes(&anonymous, &before);
    let told = page["changes"].as_array().unwrap();
    assert_eq!(
        each(&page["changes"], "/op"),
        ["UPSERT", "DELETED"],
        "{page:#}"
    );
    assert_eq!(each(&page["changes"], "/id"), [&known, &goes]);
    assert_eq!(told[0]["mergedFrom"], json!([]));
    assert_eq!(told[1]["replacedBy"], Value::Null);
    let states = resolved(&anonymous, &[&hidden, &goes]);
    assert_eq!(each(&states, "/state"), ["UNKNOWN", "DELETED"]);
    assert_eq!(each(&states, "/currentId"), [&Value::Null, &Value::Null]);
}
