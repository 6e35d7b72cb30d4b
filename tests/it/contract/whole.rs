//! `sync.graphql` as a file: clients send all of it and name the operation that they mean.

use std::io::{BufRead, BufReader};

use serde_json::{Value, json};
use tests::{Caller, TestServer, on_both};

use super::sync::DOCUMENT;
use crate::push::{Pusher, membership, organisation, withdraw};

on_both!(each_operation_of_the_whole_file_runs);

fn run(caller: &Caller, name: &str, variables: Value) -> Value {
    caller.operation(DOCUMENT, name, variables)
}

async fn each_operation_of_the_whole_file_runs(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let twin = json!({ "name": "Twin", "country": "IT", "address": { "city": "Firenze" } });
    let known = alpha.organisation("a1", twin.clone())["id"].clone();
    let caller = &beta.caller;
    let from_now = run(caller, "Status", json!({}))["syncStatus"]["cursor"].clone();
    assert_eq!(
        run(caller, "RegisterSource", json!({ "name": "crm" }))["registerSource"],
        json!({ "source": { "name": "crm", "defaultVisibility": "PARTNERS" }, "userErrors": [] })
    );

    let mut named = organisation("b1", twin);
    named["organisation"]["clientMutationId"] = json!("row-1");
    let project = json!({ "project": { "ref": { "externalId": "p1" },
        "data": { "title": "Early diagnosis", "acronym": "EARLY" } } });
    let rows = json!([
        named,
        membership("m1", "b1"),
        project,
        withdraw("PROJECT", "p9")
    ]);
    let input = json!({ "source": "crm", "rows": rows });
    let pushed = run(caller, "Push", json!({ "input": input }))["pushRecords"].clone();
    let results = &pushed["results"];
    let own = results[0]["id"].clone();
    assert_eq!(pushed["summary"]["total"], 4);
    assert_eq!(pushed["summary"]["pendingReview"], 1);
    assert_eq!(pushed["summary"]["notFound"], 1);
    assert_eq!(
        pushed["audience"][0]["clusters"],
        json!([{ "name": "Alpha" }])
    );
    assert_eq!(results[0]["candidates"][0]["record"]["id"], known);
    assert_eq!(results[0]["version"], 1);

    let pulled = pull(caller, &from_now);
    assert_eq!(pulled["position"], pushed["position"]);
    look_at_status(caller, &pushed["position"]);
    settle(caller, &own, &known);
    let told = run(caller, "Pull", json!({ "after": pulled["cursor"] }));
    let told = told["changes"]["changes"].as_array().unwrap().clone();
    assert_eq!(told[0]["mergedFrom"], json!([own]));
    let last = told.last().unwrap();
    assert_eq!(
        (&last["op"], &last["replacedBy"]),
        (&json!("MERGED"), &known)
    );

    let live = first_event(
        caller,
        "Live",
        &json!({ "after": from_now, "types": ["PROJECT"] }),
    );
    let live = &live["data"]["changes"];
    let position = &live["changes"][0]["position"];
    let expected = json!([{ "op": "UPSERT", "type": "PROJECT", "id": results[2]["id"], "version": 1,
        "position": position, "record": {} }]);
    assert_eq!(live["changes"], expected, "a project has no name here");
    assert_eq!(live["hasMore"], false);
}

/// Each record that was pushed, with the fields of its type.
fn pull(caller: &Caller, after: &Value) -> Value {
    let pulled = run(caller, "Pull", json!({ "after": after, "types": null }));
    let changes = &pulled["changes"]["changes"];
    let records: Vec<_> = changes
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["record"])
        .collect();
    assert_eq!(
        records,
        [
            &json!({ "__typename": "Organisation", "name": "Twin", "kind": "OTHER", "country": "IT",
                "website": null }),
            &json!({ "__typename": "Project", "acronym": "EARLY", "title": "Early diagnosis",
                "status": null }),
            &json!({ "__typename": "Membership", "category": null, "startsOn": null, "endsOn": null }),
        ],
        "each type with its own fields"
    );
    assert_eq!(
        changes[0]["origin"],
        json!({ "source": "crm", "clientMutationId": "row-1" })
    );
    assert_eq!(
        changes[0]["externalIds"],
        json!([{ "source": "crm", "externalId": "b1" }])
    );
    pulled["changes"].clone()
}

fn look_at_status(caller: &Caller, position: &Value) {
    let status = run(caller, "Status", json!({}))["syncStatus"].clone();
    assert_eq!(status["position"], *position);
    assert_eq!(status["historyRetentionDays"], Value::Null);
    let source = &status["sources"][0];
    assert_eq!(
        (&source["name"], &source["pendingReviews"]),
        (&json!("crm"), &json!(1))
    );
    assert!(source["lastPushAt"].is_string());
}

/// Says that the organisation that waits is the one that was there.
fn settle(caller: &Caller, own: &Value, known: &Value) {
    let reviews = run(caller, "Reviews", json!({ "first": 1 }))["matchReviews"].clone();
    assert_eq!(reviews["totalCount"], 1);
    let end = reviews["pageInfo"]["endCursor"].clone();
    assert_eq!(reviews["pageInfo"]["hasNextPage"], false);
    let next = run(caller, "Reviews", json!({ "first": 1, "after": end }));
    assert_eq!(next["matchReviews"]["nodes"], json!([]));
    let review = &reviews["nodes"][0];
    assert_eq!(review["own"]["id"], *own);
    assert_eq!(review["candidates"][0]["organisation"]["city"], "Firenze");
    assert_eq!(
        review["candidates"][0]["organisation"]["identifiers"],
        json!([])
    );
    let decisions = json!({ "decisions": [{ "review": review["id"], "sameAs": known }] });
    let settled = run(caller, "Settle", decisions)["settleMatches"]["results"].clone();
    let expected = json!([{ "index": 0, "outcome": "MERGED", "id": known, "errors": [] }]);
    assert_eq!(settled, expected);
    let mine = json!({ "source": "crm", "externalId": "b1" });
    let mine = run(caller, "MyRecord", mine)["recordByExternalId"].clone();
    assert_eq!((&mine["id"], &mine["name"]), (known, &json!("Twin")));
}

/// The first page of a subscription of the file.
fn first_event(caller: &Caller, name: &str, variables: &Value) -> Value {
    let body = json!({ "query": DOCUMENT, "operationName": name, "variables": variables });
    let headers = [
        ("content-type", "application/json"),
        ("accept", "text/event-stream"),
    ];
    let (status, _, stream) = caller.stream(body.to_string().as_bytes(), &headers);
    assert_eq!(status, 200);
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    let data = lines.filter_map(|line| line.strip_prefix("data:").map(str::to_owned));
    let mut data = data.filter(|data| !data.trim().is_empty());
    let first = data.next().expect("an event");
    serde_json::from_str(&first).expect("a page")
}
