//! Pairs that people look at: what becomes of them when one of the two goes, and how they are listed.

use partner_registry::registry::{Batch, Mode, NewIdentifier, Patch, Target};
use serde_json::{Value, json};
use tests::{Caller, TestServer, assert_ledger, on_both};

use super::{Pusher, organisation};
use crate::given;
use crate::posted::{code, each};
use crate::sight::{Tenant, id, public};

on_both! {
    two_that_become_one_are_one_candidate,
    what_clusters_may_not_know_of_still_waits_when_the_rest_is_settled,
    reviews_come_page_by_page,
    a_former_id_leads_on_for_whoever_could_see_it_once,
    the_registrys_own_record_goes_to_who_has_claimed_it_longest,
}

const VAT: &str = "IT00743110157";

const SETTLE: &str = "mutation Settle($decisions: [MatchDecision!]!) {
    settleMatches(input: { decisions: $decisions }) { results { outcome errors { message } } } }";

const REVIEWS: &str = "query R($first: Int, $last: Int, $after: String, $before: String) {
    matchReviews(first: $first, last: $last, after: $after, before: $before) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        nodes { id own { id } candidates { organisation { id } } } } }";

fn named(name: &str) -> Value {
    json!({ "name": name, "country": "IT", "identifiers": [{ "scheme": "VAT", "value": VAT }] })
}

/// Alpha, Beta and Gamma, who share a partnership.
async fn three(server: &TestServer) -> [Pusher; 3] {
    let [alpha, beta] = Pusher::partners(server).await;
    let gamma = Pusher::new(server, "Gamma").await;
    let partnership = server.put(given::partnership("All three")).await.id;
    for one in [&alpha, &beta, &gamma] {
        let place = one.tenant.place(server, partnership).await;
        one.tenant.accept(server, place).await;
    }
    [alpha, beta, gamma]
}

fn reviews(caller: &Caller, page: Value) -> Value {
    caller.query(REVIEWS, page)["matchReviews"].clone()
}

/// The review of an organisation.
fn review_of(caller: &Caller, own: &Value) -> Value {
    let all = reviews(caller, json!({}));
    let all = all["nodes"].as_array().unwrap();
    let review = all.iter().find(|review| review["own"]["id"] == *own);
    review.unwrap_or(&Value::Null).clone()
}

fn settle(caller: &Caller, decisions: &[(&Value, &Value)]) {
    let decisions: Vec<_> = decisions
        .iter()
        .map(|(own, same)| json!({ "review": review_of(caller, own)["id"], "sameAs": same }))
        .collect();
    let settled = caller.query(SETTLE, json!({ "decisions": decisions }));
    let results = &settled["settleMatches"]["results"];
    for outcome in each(results, "/outcome") {
        assert_eq!(outcome, "MERGED", "{results}");
    }
}

async fn two_that_become_one_are_one_candidate(server: TestServer) {
    let [alpha, beta, gamma] = three(&server).await;
    let known = alpha.organisation("a1", named("Universität Klagenfurt"))["id"].clone();
    let first = beta.organisation("b1", named("Interdisziplinäres Forschungszentrum"));
    let second = beta.organisation("b2", named("Kulturwerkstatt Villach"));
    let waits = gamma.organisation("c1", named("Ospedale Maggiore"));
    assert_eq!(waits["candidates"].as_array().unwrap().len(), 3, "{waits}");
    settle(
        &beta.caller,
        &[(&first["id"], &known), (&second["id"], &known)],
    );
    let review = review_of(&gamma.caller, &waits["id"]);
    assert_eq!(each(&review["candidates"], "/organisation/id"), [&known]);
    assert_ledger(&server.database).await;
}

async fn what_clusters_may_not_know_of_still_waits_when_the_rest_is_settled(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let known = alpha.organisation("a1", named("Universität Klagenfurt"))["id"].clone();
    let hiding = Pusher::new(&server, "Hiding").await;
    let mut row = organisation("h1", named("Geheime Anstalt"));
    row["organisation"]["visibility"] = json!("OWNER");
    let hidden = hiding.push(json!([row]))["results"][0]["id"].clone();
    let own = beta.organisation("b1", named("Interdisziplinäres Forschungszentrum"))["id"].clone();
    settle(&beta.caller, &[(&own, &known)]);
    let candidates = |own: &Value| {
        let review = review_of(&server, own);
        let candidates = review["candidates"].as_array().cloned();
        let ids = candidates.unwrap_or_default().into_iter();
        ids.map(|one| one["organisation"]["id"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(candidates(&known), [hidden]);
    assert_eq!(review_of(&beta.caller, &known), Value::Null);
}

async fn reviews_come_page_by_page(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    alpha.organisation("a1", named("Universität Klagenfurt"));
    for (id, name) in [
        ("b1", "Ospedale Maggiore"),
        ("b2", "Kulturwerkstatt"),
        ("b3", "Regione Lazio"),
    ] {
        assert_eq!(
            beta.organisation(id, named(name))["outcome"],
            "PENDING_REVIEW"
        );
    }
    let all = reviews(&beta.caller, json!({}));
    let all = each(&all["nodes"], "/id").into_iter().cloned();
    let all: Vec<Value> = all.collect();
    let page = |asked: Value| {
        let page = reviews(&beta.caller, asked);
        let ids: Vec<Value> = each(&page["nodes"], "/id").into_iter().cloned().collect();
        (ids, page)
    };
    let (ids, first) = page(json!({ "first": 2 }));
    assert_eq!(
        (&ids[..], &first["totalCount"]),
        (&all[..2], &Value::from(3))
    );
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let (ids, _) = page(json!({ "first": 2, "after": first["pageInfo"]["endCursor"] }));
    assert_eq!(ids, all[2..]);
    let (ids, last) = page(json!({ "last": 1 }));
    assert_eq!(
        (&ids[..], &last["pageInfo"]["hasPreviousPage"]),
        (&all[2..], &json!(true))
    );
    let (ids, _) = page(json!({ "last": 5, "before": last["pageInfo"]["startCursor"] }));
    assert_eq!(ids, all[..2]);
    let (_, damaged) = beta.caller.ask(REVIEWS, json!({ "after": "nonsense" }));
    assert_eq!(code(&damaged), "CURSOR_INVALID");
}

async fn a_former_id_leads_on_for_whoever_could_see_it_once(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let mut row = organisation("a1", named("Universität Klagenfurt"));
    row["organisation"]["visibility"] = json!("PUBLIC");
    let known = alpha.push(json!([row]))["results"][0]["id"].clone();
    let own = beta.organisation("b1", named("Interdisziplinäres Forschungszentrum"))["id"].clone();
    let stranger = Tenant::new(&server, "Stranger").await.caller(&server);
    assert_ne!(alpha.sees(&own), Value::Null);
    let mut row = organisation("b1", json!({}));
    row["organisation"]["visibility"] = json!("OWNER");
    beta.push(json!([row]));
    assert_eq!(alpha.sees(&own), Value::Null);
    settle(&beta.caller, &[(&own, &known)]);
    let document = "query One($id: ID!) { organisation(id: $id) { id }
        resolveIds(ids: [$id]) { state currentId } }";
    let led = alpha.caller.query(document, json!({ "id": own }));
    assert_eq!(led["organisation"]["id"], known);
    assert_eq!(led["resolveIds"][0]["currentId"], known);
    let led = stranger.query(document, json!({ "id": own }));
    assert_eq!(led["organisation"], Value::Null);
    assert_eq!(led["resolveIds"][0]["state"], "UNKNOWN");
}

async fn the_registrys_own_record_goes_to_who_has_claimed_it_longest(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let source = server.registry.ensure_source(
        &server.actor,
        "CORDIS",
        "CC BY 4.0",
        "https://cordis.europa.eu",
    );
    let mut row = public(given::organisation("Universität Klagenfurt"));
    row.target = Target::External("998436424".to_owned());
    row.patch.identifiers = Patch::Set(vec![NewIdentifier {
        scheme: entities::value::IdentifierScheme::Vat,
        value: VAT.to_owned(),
        country: None,
    }]);
    let batch = Batch {
        rows: vec![row],
        source: Some(source.await.unwrap()),
        mode: Mode::Lenient,
        origin: "import:CORDIS".to_owned(),
    };
    let (written, _) = server.registry.write(&server.actor, batch).await.unwrap();
    let known = id("organisation", written[0].id.unwrap());
    // Alpha's id is the smaller one, and Beta was first.
    let first =
        beta.organisation("b1", named("Interdisziplinäres Forschungszentrum"))["id"].clone();
    server
        .registry
        .clock()
        .advance(chrono::TimeDelta::minutes(1));
    let second = alpha.organisation("a1", named("Ospedale Maggiore"))["id"].clone();
    settle(&server, &[(&first, &known), (&second, &known)]);
    assert_eq!(alpha.sees(&known)["steward"]["name"], "Beta");
    assert_ledger(&server.database).await;
}
