//! Whom claims are for: nobody reads on a record what it may not read as a claim.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use super::reviews::{REVIEWS, SETTLE};
use super::{Pusher, alliance, meant, organisation};

on_both! {
    partners_of_the_steward_do_not_read_what_is_for_the_claimants_partners,
    what_is_for_a_named_partnership_completes_its_record,
    what_is_for_one_partnership_is_not_told_to_another,
    a_steward_does_not_read_what_is_for_the_claimant_alone,
    a_claimant_from_elsewhere_ends_what_is_for_a_partnership,
    a_record_that_people_show_to_more_tells_them_no_more,
}

const VAT: &str = "IT00743110157";

fn data(more: Value) -> Value {
    let mut data = json!({ "name": "Esempio Diagnostica", "country": "IT",
        "identifiers": [{ "scheme": "VAT", "value": VAT }] });
    data.as_object_mut()
        .unwrap()
        .append(&mut more.as_object().unwrap().clone());
    data
}

/// What a cluster reads of the description on the record, and in claims.
fn reads(pusher: &Pusher, id: &Value) -> (Value, Vec<Value>) {
    let document = "query One($id: ID!) { organisation(id: $id) {
        description claims { fields } } }";
    let seen = pusher.caller.query(document, json!({ "id": id }))["organisation"].clone();
    let claims = seen["claims"].as_array().cloned().unwrap_or_default();
    let said = claims
        .iter()
        .map(|claim| claim["fields"]["description"].clone());
    let said = said.filter(|said| !said.is_null()).collect();
    (seen["description"].clone(), said)
}

/// Beta shares a partnership with Alpha and another one with Gamma.
async fn three(server: &TestServer) -> ([Pusher; 3], [Value; 2]) {
    let ([alpha, beta], first) = Pusher::allies(server).await;
    let gamma = Pusher::new(server, "Gamma").await;
    let second = alliance(server, &[&beta, &gamma]).await;
    ([alpha, beta, gamma], [first, second])
}

async fn partners_of_the_steward_do_not_read_what_is_for_the_claimants_partners(
    server: TestServer,
) {
    let ([alpha, beta, gamma], _) = three(&server).await;
    let id = beta.organisation("b1", data(json!({})))["id"].clone();
    let said = data(json!({ "description": "For Alpha's partners." }));
    let linked = alpha.organisation("a1", said);
    assert_eq!((&linked["outcome"], &linked["id"]), (&json!("LINKED"), &id));
    let told = vec![json!("For Alpha's partners.")];
    assert_eq!(reads(&alpha, &id), (Value::Null, told.clone()));
    assert_eq!(reads(&beta, &id), (Value::Null, told));
    assert_eq!(reads(&gamma, &id), (Value::Null, Vec::new()));
    // Nor do those that become the steward's partners later.
    let delta = Pusher::new(&server, "Delta").await;
    alliance(&server, &[&beta, &delta]).await;
    assert_eq!(reads(&delta, &id), (Value::Null, Vec::new()));
    assert_eq!(delta.sees(&id)["name"], "Esempio Diagnostica");
}

async fn what_is_for_a_named_partnership_completes_its_record(server: TestServer) {
    let ([alpha, beta, gamma], [first, _]) = three(&server).await;
    let row = |id: &str, more| meant("PARTNERS", &[&first], organisation(id, data(more)));
    let id = beta.one(row("b1", json!({})))["id"].clone();
    alpha.one(row("a1", json!({ "description": "For the alliance." })));
    let told = vec![json!("For the alliance.")];
    assert_eq!(reads(&beta, &id), (told[0].clone(), told.clone()));
    assert_eq!(gamma.sees(&id), Value::Null);
    // Once the record is for others, too, it is as if it had not been said.
    let wider = meant("PARTNERS", &[], organisation("b1", data(json!({}))));
    assert_eq!(beta.one(wider)["outcome"], "UPDATED");
    assert_eq!(reads(&beta, &id), (Value::Null, told));
    assert_eq!(reads(&gamma, &id), (Value::Null, Vec::new()));
}

async fn what_is_for_one_partnership_is_not_told_to_another(server: TestServer) {
    let ([alpha, beta, gamma], [first, second]) = three(&server).await;
    let row = organisation("b1", data(json!({})));
    let id = beta.one(meant("PARTNERS", &[&first, &second], row))["id"].clone();
    let row = organisation("a1", data(json!({ "description": "For the first." })));
    alpha.one(meant("PARTNERS", &[&first], row));
    assert_eq!(reads(&gamma, &id), (Value::Null, Vec::new()));
    assert_eq!(reads(&beta, &id).1, ["For the first."]);
}

async fn a_steward_does_not_read_what_is_for_the_claimant_alone(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let id = alpha.organisation("a1", data(json!({})))["id"].clone();
    let row = |more| meant("OWNER", &[], organisation("b1", data(more)));
    beta.one(row(json!({})));
    let narrow = meant("OWNER", &[], organisation("a1", data(json!({}))));
    assert_eq!(alpha.one(narrow)["outcome"], "UPDATED");
    beta.one(row(json!({ "description": "For Beta alone." })));
    assert_eq!(reads(&alpha, &id), (Value::Null, Vec::new()));
    assert_eq!(
        reads(&beta, &id),
        (Value::Null, vec![json!("For Beta alone.")])
    );
}

async fn a_claimant_from_elsewhere_ends_what_is_for_a_partnership(server: TestServer) {
    let ([alpha, beta, gamma], [first, _]) = three(&server).await;
    let row = |id: &str, more| meant("PARTNERS", &[&first], organisation(id, data(more)));
    let id = beta.one(row("b1", json!({})))["id"].clone();
    alpha.one(row("a1", json!({ "description": "For the alliance." })));
    // Neither sees the other's, so that the operator decides.
    let own = gamma.one(meant("OWNER", &[], organisation("g1", data(json!({})))));
    assert_eq!(own["outcome"], "CREATED", "it sees no other");
    let review = server.query(REVIEWS, json!({}))["matchReviews"]["nodes"][0]["id"].clone();
    let decisions = json!({ "decisions": [{ "review": review, "sameAs": id }] });
    let settled = server.query(SETTLE, decisions);
    let result = &settled["settleMatches"]["results"][0];
    assert_eq!(result["outcome"], "MERGED", "{result}");
    assert_eq!(gamma.sees(&id)["id"], id, "it speaks of it, and so sees it");
    assert_eq!(reads(&gamma, &id), (Value::Null, Vec::new()));
    assert_eq!(reads(&beta, &id).1, ["For the alliance."]);
}

async fn a_record_that_people_show_to_more_tells_them_no_more(server: TestServer) {
    let ([alpha, beta, _], [first, _]) = three(&server).await;
    let row = |id: &str, more| meant("PARTNERS", &[&first], organisation(id, data(more)));
    let id = beta.one(row("b1", json!({})))["id"].clone();
    alpha.one(row("a1", json!({ "description": "For the alliance." })));
    let document = "mutation M($input: UpdateOrganisationInput!) {
        updateOrganisation(input: $input) { userErrors { code } } }";
    let show = |visibility: &str, partnerships: &[&Value]| {
        let input = json!({ "id": id, "data": { "website": "https://esempio.example" },
            "visibility": visibility, "partnerships": partnerships });
        let answer = beta.caller.query(document, json!({ "input": input }));
        assert_eq!(answer["updateOrganisation"]["userErrors"], json!([]));
    };
    let told = vec![json!("For the alliance.")];
    show("PUBLIC", &[]);
    let public = server.as_anonymous().query(
        "query One($id: ID!) { organisation(id: $id) { description website } }",
        json!({ "id": id }),
    );
    let expected = json!({ "description": null, "website": "https://esempio.example" });
    assert_eq!(public["organisation"], expected);
    assert_eq!(reads(&beta, &id), (Value::Null, told.clone()));
    show("PARTNERS", &[&first]);
    assert_eq!(reads(&beta, &id), (told[0].clone(), told));
}
