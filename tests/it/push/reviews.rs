//! What people decide of organisations that may be there already, and that a former id leads on for ever.

use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{Pusher, meant, membership, organisation, outcomes};
use crate::posted::each;

on_both! {
    a_cluster_settles_its_own_matches,
    a_former_id_leads_on_for_ever,
    a_former_id_leads_on_to_the_last,
    what_belongs_to_a_record_goes_along,
    a_rejection_is_remembered,
    the_operator_settles_what_clusters_may_not_know_of,
    a_decision_that_cannot_be_is_refused_alone,
}

const VAT: &str = "IT00743110157";

pub(super) const REVIEWS: &str = "{ matchReviews { totalCount nodes { id own { id name }
    candidates { score reasons organisation { id name } } } } }";

pub(super) const SETTLE: &str = "mutation Settle($decisions: [MatchDecision!]!) {
    settleMatches(input: { decisions: $decisions }) {
        results { index outcome id errors { code path } } } }";

pub(super) fn named(name: &str) -> Value {
    json!({ "name": name, "country": "IT", "identifiers": [{ "scheme": "VAT", "value": VAT }] })
}

pub(super) fn reviews(pusher: &Pusher) -> Value {
    pusher.caller.query(REVIEWS, json!({}))["matchReviews"].clone()
}

pub(super) fn settle(pusher: &Pusher, decisions: Value) -> Value {
    let answer = pusher
        .caller
        .query(SETTLE, json!({ "decisions": decisions }));
    answer["settleMatches"]["results"].clone()
}

/// Two partners, each with an organisation of one VAT number and other names: the second waits.
async fn doubtful(server: &TestServer) -> ([Pusher; 2], Value, Value) {
    let ([alpha, beta], alliance) = Pusher::allies(server).await;
    let row = |id: &str, data| meant("PARTNERS", &[&alliance], organisation(id, data));
    let known = alpha.one(row("a1", named("Universität Klagenfurt")));
    let mut own = named("Interdisziplinäres Forschungszentrum");
    own["description"] = json!("Beta's words.");
    let own = beta.one(row("b1", own));
    assert_eq!(own["outcome"], "PENDING_REVIEW");
    ([alpha, beta], known["id"].clone(), own["id"].clone())
}

async fn a_cluster_settles_its_own_matches(server: TestServer) {
    let ([alpha, beta], known, own) = doubtful(&server).await;
    let waiting = reviews(&beta);
    assert_eq!(waiting["totalCount"], 1);
    let review = &waiting["nodes"][0];
    assert_eq!(review["own"]["id"], own);
    assert_eq!(review["candidates"][0]["organisation"]["id"], known);
    assert_eq!(reviews(&alpha)["totalCount"], 0, "it is Beta's to decide");
    let settled = settle(&beta, json!([{ "review": review["id"], "sameAs": known }]));
    let merged = json!([{ "index": 0, "outcome": "MERGED", "id": known, "errors": [] }]);
    assert_eq!(settled, merged);
    assert_eq!(reviews(&beta)["totalCount"], 0);
    let seen = beta.sees(&known);
    assert_eq!(
        seen["name"], "Universität Klagenfurt",
        "the steward counts most"
    );
    assert_eq!(
        seen["description"], "Beta's words.",
        "and what it does not say, others may"
    );
    let again = beta.organisation("b1", json!({ "website": "https://beta.example" }));
    assert_eq!(
        (&again["outcome"], &again["id"]),
        (&json!("UPDATED"), &known)
    );
    assert_ledger(&server.database).await;
}

async fn a_former_id_leads_on_for_ever(server: TestServer) {
    let ([alpha, beta], known, own) = doubtful(&server).await;
    let review = reviews(&beta)["nodes"][0]["id"].clone();
    settle(&beta, json!([{ "review": review, "sameAs": known }]));
    let document = "query One($id: ID!) { organisation(id: $id) { id resolvedFrom }
        node(id: $id) { id ... on Organisation { resolvedFrom } } }";
    let expected = json!({ "id": known, "resolvedFrom": own });
    for one in [&alpha, &beta] {
        let seen = one.caller.query(document, json!({ "id": own }));
        assert_eq!(
            (&seen["organisation"], &seen["node"]),
            (&expected, &expected)
        );
        let seen = one.caller.query(document, json!({ "id": known }));
        assert_eq!(
            seen["organisation"],
            json!({ "id": known, "resolvedFrom": null })
        );
    }
    let anonymous = server.as_anonymous().query(document, json!({ "id": own }));
    assert_eq!(
        anonymous["organisation"],
        Value::Null,
        "who saw neither sees nothing"
    );
    let row = json!({ "organisation": { "ref": { "id": own }, "data": { "website": "https://b.example" } } });
    let pushed = beta.push(json!([row, { "membership": { "ref": { "externalId": "m1" },
        "data": { "organisation": { "id": own } } } }]));
    assert_eq!(outcomes(&pushed), ["UPDATED", "CREATED"]);
    assert_eq!(pushed["results"][0]["id"], known);
    assert_eq!(pushed["results"][0]["redirectedFrom"], own);
    let restore = "mutation M($id: ID!) { restoreOrganisation(input: { id: $id }) {
        userErrors { code path } } }";
    let restored = beta.caller.query(restore, json!({ "id": own }));
    let errors = &restored["restoreOrganisation"]["userErrors"];
    assert_eq!(errors[0]["code"], "INVALID_STATE");
}

async fn a_former_id_leads_on_to_the_last(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let twin = || json!({ "name": "Twin", "country": "IT" });
    let ids = [
        alpha.organisation("a1", twin())["id"].clone(),
        beta.organisation("b1", twin())["id"].clone(),
        beta.organisation("b2", twin())["id"].clone(),
        beta.organisation("b3", twin())["id"].clone(),
    ];
    let [known, ..] = &ids;
    // Each becomes part of the one before it, the last one first.
    for pair in ids.windows(2).rev() {
        let reviews = reviews(&beta)["nodes"].clone();
        let mut reviews = reviews.as_array().unwrap().iter();
        let review = reviews.find(|review| review["own"]["id"] == pair[1]);
        let decision = json!({ "review": review.unwrap()["id"], "sameAs": pair[0] });
        let settled = settle(&beta, json!([decision]));
        assert_eq!(settled[0]["outcome"], "MERGED", "{settled}");
    }
    let document = "query All($ids: [ID!]!) { resolveIds(ids: $ids) { state currentId } }";
    let resolved = beta.caller.query(document, json!({ "ids": ids }));
    let merged = json!({ "state": "MERGED", "currentId": known });
    let current = json!({ "state": "CURRENT", "currentId": known });
    let expected = [&current, &merged, &merged, &merged];
    assert_eq!(each(&resolved["resolveIds"], ""), expected);
    let pushed = beta.push(json!([
        { "organisation": { "ref": { "id": ids[3] }, "data": { "website": "https://b.example" } } },
        { "membership": { "ref": { "externalId": "m1" },
            "data": { "organisation": { "id": ids[3] } } } },
    ]));
    assert_eq!(outcomes(&pushed), ["UPDATED", "CREATED"]);
    assert_eq!(pushed["results"][0]["id"], *known);
    let one = "query One($id: ID!) { organisation(id: $id) { id resolvedFrom } }";
    for former in &ids[1..] {
        let seen = beta.caller.query(one, json!({ "id": former }));
        let expected = json!({ "id": known, "resolvedFrom": former });
        assert_eq!(seen["organisation"], expected);
    }
    assert_ledger(&server.database).await;
}

async fn what_belongs_to_a_record_goes_along(server: TestServer) {
    let ([alpha, beta], known, own) = doubtful(&server).await;
    let brought = beta.push(json!([
        membership("m1", "b1"),
        { "membership": { "ref": { "externalId": "m2" },
            "data": { "organisation": { "id": known } } } },
        { "project": { "ref": { "externalId": "p1" }, "data": { "title": "Early diagnosis" } } },
        { "participation": { "ref": { "externalId": "t1" }, "data": {
            "project": { "externalId": "p1" }, "organisation": { "externalId": "b1" } } } },
    ]));
    assert_eq!(outcomes(&brought), ["CREATED"; 4]);
    let before = position(&beta);
    let review = reviews(&beta)["nodes"][0]["id"].clone();
    settle(&beta, json!([{ "review": review, "sameAs": known }]));
    let document = "query One($id: ID!) { organisation(id: $id) {
        memberships { nodes { id } } participations { nodes { id } } } }";
    let seen = beta.caller.query(document, json!({ "id": known }));
    let seen = &seen["organisation"];
    assert_eq!(
        each(&seen["memberships"]["nodes"], "/id"),
        [&brought["results"][1]["id"]]
    );
    assert_eq!(
        each(&seen["participations"]["nodes"], "/id"),
        [&brought["results"][3]["id"]]
    );
    // The winner, the edges, the losers: one after the other, without a hole.
    let changes = "query C($after: Cursor) { changes(after: $after) { changes {
        op id replacedBy mergedFrom position } } }";
    let told = beta.caller.query(changes, json!({ "after": before }));
    let told = told["changes"]["changes"].as_array().unwrap().clone();
    let ops: Vec<_> = told.iter().map(|one| (&one["op"], &one["id"])).collect();
    let (upsert, merged) = (&json!("UPSERT"), &json!("MERGED"));
    assert_eq!(
        ops,
        [
            (upsert, &known),
            (upsert, &brought["results"][1]["id"]),
            (merged, &brought["results"][0]["id"]),
            (upsert, &brought["results"][3]["id"]),
            (merged, &own),
        ]
    );
    assert_eq!(told[0]["mergedFrom"], json!([own]));
    assert_eq!(told[4]["replacedBy"], known);
    let again = beta.push(json!([membership("m1", "b1")]));
    assert_eq!(outcomes(&again), ["UNCHANGED"]);
    assert_eq!(again["results"][0]["id"], brought["results"][1]["id"]);
    assert_ne!(alpha.sees(&known), Value::Null);
    assert_ledger(&server.database).await;
}

/// A cursor that begins now.
fn position(pusher: &Pusher) -> Value {
    let all = "query C($after: Cursor) { changes(after: $after, limit: 1000) { cursor hasMore } }";
    let mut cursor = Value::Null;
    loop {
        let page = pusher.caller.query(all, json!({ "after": cursor }))["changes"].clone();
        cursor = page["cursor"].clone();
        if page["hasMore"] == false {
            return cursor;
        }
    }
}

async fn a_rejection_is_remembered(server: TestServer) {
    let ([_, beta], known, own) = doubtful(&server).await;
    let review = reviews(&beta)["nodes"][0]["id"].clone();
    let settled = settle(&beta, json!([{ "review": review, "sameAs": null }]));
    assert_eq!(
        (&settled[0]["outcome"], &settled[0]["id"]),
        (&json!("KEPT_APART"), &own)
    );
    assert_eq!(reviews(&beta)["totalCount"], 0);
    let mut data = named("Interdisziplinäres Forschungszentrum");
    data["description"] = json!("Newer words.");
    assert_eq!(beta.organisation("b1", data)["outcome"], "UPDATED");
    assert_eq!(reviews(&beta)["totalCount"], 0);
    assert_ne!(beta.sees(&own), beta.sees(&known));
    let late = settle(&beta, json!([{ "review": review, "sameAs": known }]));
    assert_eq!(late[0]["errors"][0]["code"], "NOT_FOUND");
}

async fn the_operator_settles_what_clusters_may_not_know_of(server: TestServer) {
    let (alpha, beta) = (
        Pusher::new(&server, "Alpha").await,
        Pusher::new(&server, "Beta").await,
    );
    let known = alpha.organisation("a1", named("Esempio"))["id"].clone();
    let own = beta.organisation("b1", named("Esempio"));
    assert_eq!(own["outcome"], "CREATED", "they share nothing");
    assert_eq!(reviews(&beta)["totalCount"], 0);
    let waiting = server.query(REVIEWS, json!({}))["matchReviews"].clone();
    assert_eq!(waiting["nodes"][0]["own"]["id"], own["id"]);
    let review = &waiting["nodes"][0]["id"];
    let forbidden = settle(&beta, json!([{ "review": review, "sameAs": known }]));
    assert_eq!(forbidden[0]["errors"][0]["code"], "NOT_FOUND");
    let decisions = json!({ "decisions": [{ "review": review, "sameAs": known }] });
    let settled = server.query(SETTLE, decisions);
    assert_eq!(settled["settleMatches"]["results"][0]["outcome"], "MERGED");
    assert_eq!(
        beta.sees(&own["id"])["id"],
        known,
        "it speaks of it, and so sees it"
    );
    assert_ledger(&server.database).await;
}

async fn a_decision_that_cannot_be_is_refused_alone(server: TestServer) {
    let ([_, beta], known, own) = doubtful(&server).await;
    beta.push(json!([organisation("b2", json!({ "name": "Another" }))]));
    let review = reviews(&beta)["nodes"][0]["id"].clone();
    let settled = settle(
        &beta,
        json!([
            { "review": "match_review_01h455vb4pex5vsknk084sn02q", "sameAs": known },
            { "review": "nonsense" },
            { "review": review, "sameAs": own },
            { "review": review, "sameAs": known },
        ]),
    );
    let outcomes = each(&settled, "/outcome");
    assert_eq!(
        outcomes,
        ["REJECTED"; 4]
            .map(|one| json!(one))
            .iter()
            .collect::<Vec<_>>()
    );
    assert_eq!(settled[2]["errors"][0]["path"], "sameAs");
    assert_eq!(
        settled[3]["errors"][0]["path"], "review",
        "it was decided of above"
    );
    let settled = settle(&beta, json!([{ "review": review, "sameAs": known }]));
    assert_eq!(settled[0]["outcome"], "MERGED");
}
