//! A strong identifier that an organisation gets later and that another one holds: the two are looked at
//! by whoever may know of both.

use entities::record::Visibility::Owner;
use partner_registry::registry::{NewIdentifier, Patch, RowWrite};
use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, change, create, on_both};

use super::{Pusher, organisation};
use crate::sight::{id, public, shown};

on_both! {
    a_source_that_adds_an_identifier_of_another_is_told,
    people_who_add_an_identifier_of_another_are_asked,
    an_answer_does_not_tell_whether_a_hidden_record_holds_a_later_identifier,
    of_two_the_one_that_sees_both_decides,
    where_nobody_sees_both_the_operator_decides,
    what_was_decided_is_not_asked_again_from_the_other_side,
    identifiers_that_contradict_each_other_wait,
}

const VAT: (&str, &str) = ("VAT", "IT00743110157");

const REVIEWS: &str =
    "{ matchReviews { nodes { own { id } candidates { reasons organisation { id } } } }
    syncStatus { sources { pendingReviews } } }";

const SETTLE: &str = "mutation Settle($decisions: [MatchDecision!]!) {
    settleMatches(input: { decisions: $decisions }) { results { outcome id } } }";

fn with(name: &str, identifiers: &[(&str, &str)]) -> Value {
    let identifiers = identifiers
        .iter()
        .map(|(scheme, value)| json!({ "scheme": scheme, "value": value }));
    json!({ "name": name, "country": "IT", "identifiers": identifiers.collect::<Value>() })
}

/// The organisations that wait for someone, each with those that it may be the same as.
fn waiting(caller: &tests::Caller) -> Vec<(Value, Vec<Value>)> {
    let answer = caller.query(REVIEWS, json!({}));
    let reviews = answer["matchReviews"]["nodes"].as_array().unwrap();
    let candidates = |review: &Value| {
        let candidates = review["candidates"].as_array().unwrap().iter();
        candidates
            .map(|one| one["organisation"]["id"].clone())
            .collect()
    };
    let reviews = reviews.iter();
    reviews
        .map(|review| (review["own"]["id"].clone(), candidates(review)))
        .collect()
}

/// What people say who add the VAT number.
fn typed() -> RowWrite<entities::organisation::Entity> {
    let mut row = create::<entities::organisation::Entity>();
    row.patch.identifiers = Patch::Set(vec![NewIdentifier {
        scheme: entities::value::IdentifierScheme::Vat,
        value: VAT.1.to_owned(),
        country: None,
    }]);
    row
}

async fn a_source_that_adds_an_identifier_of_another_is_told(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let known = alpha.organisation("a1", with("Esempio", &[VAT]))["id"].clone();
    let own = beta.organisation("b1", with("Laboratorio", &[]))["id"].clone();
    let updated = beta.organisation("b1", with("Laboratorio", &[VAT]));
    assert_eq!(updated["outcome"], "UPDATED");
    assert_eq!(updated["id"], own);
    assert_eq!(updated["candidates"][0]["record"]["id"], known);
    let reasons = json!(["IDENTIFIER", "OTHER_NAME"]);
    assert_eq!(updated["candidates"][0]["reasons"], reasons);
    assert_eq!(waiting(&beta.caller), [(own, vec![known])]);
    assert_eq!(waiting(&alpha.caller), [], "it is Beta's to decide");
    let status = beta.caller.query(REVIEWS, json!({}));
    assert_eq!(status["syncStatus"]["sources"][0]["pendingReviews"], 1);
    assert_ledger(&server.database).await;
}

async fn people_who_add_an_identifier_of_another_are_asked(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let known = alpha.organisation("a1", with("Esempio", &[VAT]))["id"].clone();
    let row = crate::given::organisation("Laboratorio");
    let own = beta.tenant.put(&server, row).await.id;
    beta.tenant.put(&server, change(own, typed())).await;
    let own = id("organisation", own);
    assert_eq!(waiting(&beta.caller), [(own, vec![known])]);
    let status = beta.caller.query(REVIEWS, json!({}));
    let pending = &status["syncStatus"]["sources"][0]["pendingReviews"];
    assert_eq!(*pending, 0, "no source brought it");
    assert_ledger(&server.database).await;
}

async fn an_answer_does_not_tell_whether_a_hidden_record_holds_a_later_identifier(
    server: TestServer,
) {
    let (hiding, alpha, beta) = (
        Pusher::new(&server, "Hiding").await,
        Pusher::new(&server, "Alpha").await,
        Pusher::new(&server, "Beta").await,
    );
    let answer = |pusher: &Pusher| {
        pusher.organisation("x1", with("Esempio", &[]));
        let rows = json!([organisation("x1", with("Esempio", &[VAT]))]);
        let (status, mut answer) = pusher.ask(json!({ "rows": rows }));
        answer["data"]["pushRecords"]["position"] = Value::Null;
        answer["data"]["pushRecords"]["results"][0]["id"] = Value::Null;
        (status, answer.to_string())
    };
    let without = answer(&alpha);
    assert!(without.1.contains("UPDATED"), "{}", without.1);
    alpha.push(json!([super::withdraw("ORGANISATION", "x1")]));
    hiding.push(json!([{ "organisation": { "ref": { "externalId": "h1" },
        "data": with("Tutt'altro", &[VAT]), "visibility": "OWNER" } }]));
    assert_eq!(answer(&beta), without);
    assert_eq!(waiting(&beta.caller), []);
    assert_eq!(waiting(&hiding.caller), [], "it does not see Beta's");
    assert_eq!(waiting(&server).len(), 1, "it waits for the operator");
}

async fn of_two_the_one_that_sees_both_decides(server: TestServer) {
    let (alpha, beta) = (
        Pusher::new(&server, "Alpha").await,
        Pusher::new(&server, "Beta").await,
    );
    let hidden = beta.tenant.put(&server, shown(Owner, named("Laboratorio")));
    let hidden = hidden.await.id;
    let open = alpha
        .tenant
        .put(&server, public(crate::given::organisation("Esempio")));
    let open = open.await.id;
    alpha.tenant.put(&server, change(open, typed())).await;
    assert_eq!(waiting(&alpha.caller), []);
    let (hidden, open) = (id("organisation", hidden), id("organisation", open));
    assert_eq!(waiting(&beta.caller), [(hidden, vec![open.clone()])]);
    let review = "{ matchReviews { nodes { id } } }";
    let review = beta.caller.query(review, json!({}))["matchReviews"]["nodes"][0]["id"].take();
    let decisions = json!({ "decisions": [{ "review": review, "sameAs": open }] });
    let settled = beta.caller.query(SETTLE, decisions);
    let expected = json!([{ "outcome": "MERGED", "id": open }]);
    assert_eq!(settled["settleMatches"]["results"], expected);
    assert_ledger(&server.database).await;
}

/// An organisation that is written with the VAT number at once.
fn named(name: &str) -> RowWrite<entities::organisation::Entity> {
    let mut row = typed();
    row.patch.name = Patch::Set(name.to_owned());
    row
}

async fn where_nobody_sees_both_the_operator_decides(server: TestServer) {
    let (alpha, beta) = (
        Pusher::new(&server, "Alpha").await,
        Pusher::new(&server, "Beta").await,
    );
    let known = alpha.organisation("a1", with("Esempio", &[VAT]))["id"].clone();
    beta.organisation("b1", with("Laboratorio", &[]));
    let own = beta.organisation("b1", with("Laboratorio", &[VAT]))["id"].clone();
    for one in [&alpha, &beta] {
        assert_eq!(waiting(&one.caller), []);
    }
    assert_eq!(waiting(&server), [(own, vec![known])]);
}

async fn what_was_decided_is_not_asked_again_from_the_other_side(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    alpha.organisation("a1", with("Esempio", &[VAT]));
    let own = beta.organisation("b1", with("Laboratorio", &[VAT]));
    assert_eq!(own["outcome"], "PENDING_REVIEW");
    let review = "{ matchReviews { nodes { id } } }";
    let review = beta.caller.query(review, json!({}))["matchReviews"]["nodes"][0]["id"].take();
    let decisions = json!({ "decisions": [{ "review": review, "sameAs": null }] });
    beta.caller.query(SETTLE, decisions);
    alpha.organisation("a1", with("Esempio", &[]));
    let again = alpha.organisation("a1", with("Esempio", &[VAT]));
    assert_eq!(again["outcome"], "UPDATED");
    for one in [&alpha, &beta] {
        assert_eq!(waiting(&one.caller), []);
    }
}

async fn identifiers_that_contradict_each_other_wait(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let pic = ("EU_PIC", "998436424");
    alpha.organisation("a1", with("Esempio", &[VAT, pic]));
    let other = ("EU_PIC", "999853303");
    beta.organisation("b1", with("Laboratorio", &[other]));
    let updated = beta.organisation("b1", with("Laboratorio", &[VAT, other]));
    let reasons = json!(["IDENTIFIER", "OTHER_IDENTIFIER", "OTHER_NAME"]);
    assert_eq!(updated["candidates"][0]["reasons"], reasons);
}
