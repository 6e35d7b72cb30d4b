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
    what_is_refused_is_not_done_first,
    a_row_that_was_refused_is_there_all_the_same,
    a_source_has_one_snapshot_at_a_time,
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
        total missing dryRun userErrors { code path }
        results { index outcome externalId id version } } }";
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
    for (answer, version) in [(&tried, Value::Null), (&done, json!(2))] {
        assert_eq!(answer["userErrors"], json!([]));
        let counted = (&answer["total"], &answer["missing"]);
        assert_eq!(counted, (&json!(20), &json!(1)), "memberships that go on");
        let result = &answer["results"][0];
        let told = (&result["outcome"], &result["externalId"]);
        assert_eq!(told, (&json!("UPDATED"), &json!("m7")));
        assert_eq!(result["version"], version, "what was tried has none");
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
    assert_eq!(each(&refused["results"], "/outcome"), ["UNCHANGED"; 3]);
    assert_eq!(each(&refused["results"], "/version"), [1, 1, 1]);
    assert_eq!(
        (&refused["total"], &refused["missing"]),
        (&json!(20), &json!(3))
    );
    let done = commit(&alpha, &id, &json!({ "maxMissingFraction": 0.15 }));
    assert_eq!(done["userErrors"], json!([]));
    assert_eq!(done["results"].as_array().unwrap().len(), 3);
}

async fn what_is_refused_is_not_done_first(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let some = |from: usize, to: usize| -> Value {
        let rows = from..to;
        rows.map(|n| organisation(&format!("a{n}"), json!({ "name": format!("Ente {n}") })))
            .collect()
    };
    for (from, to) in [(0, 500), (500, 510)] {
        alpha.push(some(from, to));
    }
    let id = start(&alpha);
    drop(server.statements.take());
    let refused = commit(&alpha, &id, &json!({ "missing": "WITHDRAW" }));
    assert_eq!(refused["missing"], 510);
    assert_eq!(refused["results"].as_array().unwrap().len(), 500);
    let wrote = |sql: &String| sql.contains("INSERT") || sql.contains("DELETE");
    let written: Vec<_> = server.statements.take().into_iter().filter(wrote).collect();
    assert!(written.is_empty(), "{written:?}");
}

async fn a_row_that_was_refused_is_there_all_the_same(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let with = |name: &str, scheme: &str, value: &str| json!({ "name": name, "identifiers": [{ "scheme": scheme, "value": value }] });
    let made = alpha.push(json!([
        organisation("a1", with("Esempio", "VAT", "IT00743110157")),
        organisation("a2", with("Tutt'altro ente", "VAT", "IT00743110157")),
        organisation("a3", json!({ "name": "Archived" })),
        organisation("a4", json!({ "name": "Named" })),
    ]));
    let archived = &made["results"][2]["id"];
    let archive = "mutation A($id: ID!) { archiveOrganisation(input: { id: $id }) {
        userErrors { code } } }";
    alpha.caller.query(archive, json!({ "id": archived }));
    let id = start(&alpha);
    let vat = json!({ "identifier": { "scheme": "VAT", "value": "IT00743110157" } });
    let mut named = organisation("a4", json!({ "name": "Named" }));
    named["organisation"]["clientMutationId"] = json!("x".repeat(201));
    let page = alpha.push_as(json!({ "snapshot": id, "rows": [
        { "organisation": { "ref": vat, "data": {} } },
        { "organisation": { "ref": { "id": archived }, "data": {} } },
        named,
    ] }));
    assert_eq!(
        each(&page["results"], "/outcome"),
        ["REJECTED", "NOT_FOUND", "REJECTED"]
    );
    let done = commit(&alpha, &id, &json!({ "missing": "WITHDRAW" }));
    assert_eq!(done["results"], json!([]));
    assert_eq!(done["total"], 4);
}

async fn a_source_has_one_snapshot_at_a_time(server: TestServer) {
    use sea_orm::{EntityTrait, PaginatorTrait};
    let (alpha, first) = snapshot(&server, &[]).await;
    let second = start(&alpha);
    let (_, answer) = alpha.ask(json!({ "rows": all(&[]), "snapshot": first }));
    assert_eq!(code(&answer), "BAD_REQUEST");
    let ended = commit(&alpha, &first, &json!({}));
    assert_eq!(ended["userErrors"][0]["code"], "NOT_FOUND");
    let db = server.database.connect().await;
    let noted = entities::push_snapshot_row::Entity::find().count(&db).await;
    assert_eq!(noted, Ok(0), "what the first one had is forgotten");
    alpha.push_as(json!({ "rows": all(&[]), "snapshot": second }));
    assert_eq!(commit(&alpha, &second, &json!({}))["missing"], 0);
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
