//! Pushing all that a CRM has: what it no longer has ends or is taken back, and never by accident.

use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{Pusher, membership, organisation, outcomes};
use crate::posted::{code, each};

on_both! {
    a_membership_that_a_snapshot_no_longer_has_ends,
    a_membership_that_a_snapshot_has_again_goes_on,
    what_was_never_true_is_withdrawn,
    more_than_a_part_is_refused_with_the_list,
    a_snapshot_is_one_sources_and_committed_once,
    a_page_may_have_a_record_twice,
}

/// Twenty organisations that are members.
fn all(without: &[u32]) -> Value {
    let there = (0..20).filter(|n| !without.contains(n));
    let rows = there.flat_map(|n| {
        let data = json!({ "name": format!("Organisation {n}"), "country": "IT" });
        [
            organisation(&format!("a{n}"), data),
            membership(&format!("m{n}"), &format!("a{n}")),
        ]
    });
    rows.collect()
}

fn start(pusher: &Pusher) -> Value {
    let document =
        "mutation S($input: StartSnapshotPushInput!) { startSnapshotPush(input: $input) {
        snapshot { id startedAt } userErrors { code path } } }";
    let input = json!({ "source": "crm", "types": ["ORGANISATION", "MEMBERSHIP"] });
    let begun = pusher.caller.query(document, json!({ "input": input }));
    begun["startSnapshotPush"]["snapshot"]["id"].clone()
}

fn commit(pusher: &Pusher, snapshot: &Value, more: &Value) -> Value {
    let document =
        "mutation C($input: CommitSnapshotPushInput!) { commitSnapshotPush(input: $input) {
        total dryRun results { outcome externalId } userErrors { code path } } }";
    let mut input = json!({ "source": "crm", "snapshot": snapshot });
    for (field, value) in more.as_object().unwrap() {
        input[field] = value.clone();
    }
    pusher.caller.query(document, json!({ "input": input }))["commitSnapshotPush"].clone()
}

/// A cluster that pushed all, and then a snapshot without some.
async fn snapshot(server: &TestServer, without: &[u32]) -> (Pusher, Value) {
    let alpha = Pusher::new(server, "Alpha").await;
    assert_eq!(alpha.push(all(&[]))["summary"]["created"], 40);
    let id = start(&alpha);
    let page = alpha.push_as(json!({ "rows": all(without), "snapshot": id }));
    assert_eq!(page["summary"]["unchanged"], page["summary"]["total"]);
    (alpha, id)
}

async fn a_membership_that_a_snapshot_no_longer_has_ends(server: TestServer) {
    let (alpha, id) = snapshot(&server, &[7]).await;
    let tried = commit(&alpha, &id, &json!({ "dryRun": true }));
    let done = commit(&alpha, &id, &json!({}));
    let expected = json!([{ "outcome": "UPDATED", "externalId": "m7" }]);
    for answer in [&tried, &done] {
        assert_eq!(
            (&answer["total"], &answer["userErrors"]),
            (&json!(40), &json!([]))
        );
        assert_eq!(answer["results"], expected);
    }
    let ended = "{ memberships(filter: { endsOn: { isNull: false } }) { nodes { endsOn
        organisation { name } } } }";
    let ended = alpha.caller.query(ended, json!({}));
    let expected =
        json!([{ "endsOn": "2026-11-22", "organisation": { "name": "Organisation 7" } }]);
    assert_eq!(ended["memberships"]["nodes"], expected);
    let next = start(&alpha);
    alpha.push_as(json!({ "rows": all(&[7]), "snapshot": next }));
    assert_eq!(
        commit(&alpha, &next, &json!({}))["results"],
        json!([]),
        "it has ended already"
    );
    assert_ledger(&server.database).await;
}

async fn a_membership_that_a_snapshot_has_again_goes_on(server: TestServer) {
    let (alpha, id) = snapshot(&server, &[7, 8]).await;
    let at_most = json!({ "maxMissingFraction": 0.1 });
    assert_eq!(commit(&alpha, &id, &at_most)["userErrors"], json!([]));
    let mut gone = membership("m8", "a8");
    gone["membership"]["data"]["endsOn"] = json!("2026-11-20");
    assert_eq!(alpha.one(gone)["outcome"], "UPDATED");
    let next = start(&alpha);
    let page = alpha.push_as(json!({ "rows": all(&[]), "snapshot": next }));
    assert_eq!(
        (&page["summary"]["updated"], &page["summary"]["unchanged"]),
        (&json!(1), &json!(39))
    );
    assert_eq!(commit(&alpha, &next, &json!({}))["results"], json!([]));
    let ended = "{ memberships(filter: { endsOn: { isNull: false } }) { nodes { endsOn
        organisation { name } } } }";
    let expected =
        json!([{ "endsOn": "2026-11-20", "organisation": { "name": "Organisation 8" } }]);
    let ended = alpha.caller.query(ended, json!({}));
    assert_eq!(ended["memberships"]["nodes"], expected, "it said so itself");
    let again = alpha.push(all(&[]));
    assert_eq!(again["summary"]["unchanged"], 40);
    assert_ledger(&server.database).await;
}

async fn what_was_never_true_is_withdrawn(server: TestServer) {
    let (alpha, id) = snapshot(&server, &[7]).await;
    let done = commit(&alpha, &id, &json!({ "missing": "WITHDRAW" }));
    assert_eq!(each(&done["results"], "/externalId"), ["m7", "a7"]);
    assert_eq!(
        each(&done["results"], "/outcome"),
        ["WITHDRAWN", "WITHDRAWN"]
    );
    let count = "{ memberships { totalCount } }";
    assert_eq!(
        alpha.caller.query(count, json!({}))["memberships"]["totalCount"],
        19
    );
    assert_ledger(&server.database).await;
}

async fn more_than_a_part_is_refused_with_the_list(server: TestServer) {
    let (alpha, id) = snapshot(&server, &[1, 2, 3]).await;
    let refused = commit(&alpha, &id, &json!({}));
    let errors = json!([{ "code": "INVALID_STATE", "path": "maxMissingFraction" }]);
    assert_eq!(refused["userErrors"], errors);
    assert_eq!(each(&refused["results"], "/externalId"), ["m1", "m2", "m3"]);
    let done = commit(&alpha, &id, &json!({ "maxMissingFraction": 0.1 }));
    assert_eq!(done["userErrors"], json!([]));
    assert_eq!(done["results"].as_array().unwrap().len(), 3);
}

async fn a_snapshot_is_one_sources_and_committed_once(server: TestServer) {
    let (alpha, id) = snapshot(&server, &[]).await;
    let beta = Pusher::new(&server, "Beta").await;
    let foreign = commit(&beta, &id, &json!({}));
    assert_eq!(foreign["userErrors"][0]["code"], "NOT_FOUND");
    let (_, answer) = beta.ask(json!({ "rows": [], "snapshot": id }));
    assert_eq!(code(&answer), "BAD_REQUEST");
    let wrong = commit(&alpha, &id, &json!({ "maxMissingFraction": 1.5 }));
    assert_eq!(wrong["userErrors"][0]["code"], "INVALID");
    assert_eq!(commit(&alpha, &id, &json!({}))["userErrors"], json!([]));
    let twice = commit(&alpha, &id, &json!({}));
    assert_eq!(twice["userErrors"][0]["code"], "INVALID_STATE");
    let (_, answer) = alpha.ask(json!({ "rows": [], "snapshot": id }));
    assert_eq!(code(&answer), "BAD_REQUEST");
}

async fn a_page_may_have_a_record_twice(server: TestServer) {
    let (alpha, id) = snapshot(&server, &[7]).await;
    let rows = ["Organisation 7", "Organisation seven"]
        .map(|name| organisation("a7", json!({ "name": name, "country": "IT" })));
    let page = alpha.push_as(json!({ "rows": rows, "snapshot": id }));
    assert_eq!(outcomes(&page), ["UNCHANGED", "UPDATED"]);
    let done = commit(&alpha, &id, &json!({ "missing": "WITHDRAW" }));
    assert_eq!(each(&done["results"], "/externalId"), ["m7"]);
}
