//! What a shared record is made of: who counts most, field by field, and what remains when someone goes.

use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{Pusher, meant, organisation, outcomes, withdraw};

on_both! {
    no_cluster_overwrites_another,
    what_the_steward_does_not_say_another_may,
    what_people_wrote_stays_until_their_own_source_says_something_new,
    a_claim_that_is_narrower_takes_no_part,
    who_withdraws_hands_the_record_to_the_oldest_that_remains,
    the_last_who_withdraws_takes_the_record_along,
    a_claimant_sees_the_record_however_narrow_it_is,
    a_steward_cannot_narrow_a_record_below_its_claimants,
}

const VAT: &str = "IT00743110157";

fn data(more: Value) -> Value {
    let mut data = json!({ "name": "Esempio Diagnostica", "country": "IT",
        "identifiers": [{ "scheme": "VAT", "value": VAT }] });
    for (field, value) in more.as_object().unwrap() {
        data[field] = value.clone();
    }
    data
}

/// Two partners that both speak of one organisation; the first is its steward.
async fn two(server: &TestServer, first: Value, second: Value) -> ([Pusher; 2], Value) {
    let ([alpha, beta], alliance) = Pusher::allies(server).await;
    let row = |id: &str, said| meant("PARTNERS", &[&alliance], organisation(id, data(said)));
    let made = alpha.one(row("a1", first));
    assert_eq!(made["outcome"], "CREATED");
    let linked = beta.one(row("b1", second));
    assert_eq!(linked["outcome"], "LINKED", "{linked}");
    assert_eq!(
        (&linked["id"], &linked["matchedBy"]),
        (&made["id"], &json!("VAT"))
    );
    ([alpha, beta], made["id"].clone())
}

async fn no_cluster_overwrites_another(server: TestServer) {
    let first = json!({ "description": "Alpha's words." });
    let second = json!({ "name": "Esempio Diagnostica Srl", "description": "Beta's words." });
    let ([alpha, beta], id) = two(&server, first, second).await;
    for one in [&alpha, &beta] {
        let seen = one.sees(&id);
        assert_eq!(seen["name"], "Esempio Diagnostica");
        assert_eq!(seen["description"], "Alpha's words.");
        assert_eq!(seen["steward"]["name"], "Alpha");
    }
    let said = beta.organisation("b1", json!({ "description": "Beta's newer words." }));
    assert_eq!(said["outcome"], "UPDATED");
    assert_eq!(alpha.sees(&id)["description"], "Alpha's words.");
    assert_ledger(&server.database).await;
}

async fn what_the_steward_does_not_say_another_may(server: TestServer) {
    let second = json!({ "website": "https://esempio.example" });
    let ([alpha, beta], id) = two(&server, json!({}), second).await;
    assert_eq!(alpha.sees(&id)["website"], "https://esempio.example");
    beta.organisation("b1", json!({ "website": "https://www.esempio.example" }));
    assert_eq!(alpha.sees(&id)["website"], "https://www.esempio.example");
    alpha.organisation("a1", json!({ "website": "https://alpha.example" }));
    assert_eq!(beta.sees(&id)["website"], "https://alpha.example");
    beta.organisation("b1", json!({ "website": "https://beta.example" }));
    assert_eq!(
        beta.sees(&id)["website"],
        "https://alpha.example",
        "the steward counts most"
    );
    alpha.organisation("a1", json!({ "website": null }));
    assert_eq!(
        beta.sees(&id)["website"],
        Value::Null,
        "also where it says that there is none"
    );
}

async fn what_people_wrote_stays_until_their_own_source_says_something_new(server: TestServer) {
    let ([alpha, beta], id) = two(
        &server,
        json!({ "website": "https://a.example" }),
        json!({}),
    )
    .await;
    let document = "mutation M($input: UpdateOrganisationInput!) {
        updateOrganisation(input: $input) { userErrors { code } } }";
    let by_hand = json!({ "website": "https://hand.example", "description": "By hand." });
    let input = json!({ "input": { "id": id, "data": by_hand } });
    alpha.caller.query(document, input);
    beta.organisation(
        "b1",
        json!({ "website": "https://b.example", "description": "Beta's." }),
    );
    alpha.organisation(
        "a1",
        json!({ "website": "https://a.example", "country": "IT" }),
    );
    let seen = beta.sees(&id);
    assert_eq!(
        seen["website"], "https://hand.example",
        "the CRM says nothing new of it"
    );
    assert_eq!(seen["description"], "By hand.");
    alpha.organisation("a1", json!({ "website": "https://new.example" }));
    let seen = beta.sees(&id);
    assert_eq!(seen["website"], "https://new.example");
    assert_eq!(seen["description"], "By hand.");
}

async fn a_claim_that_is_narrower_takes_no_part(server: TestServer) {
    let ([alpha, beta], alliance) = Pusher::allies(&server).await;
    let row =
        |id: &str, visibility, said| meant(visibility, &[&alliance], organisation(id, data(said)));
    let id = alpha.one(row("a1", "PARTNERS", json!({})))["id"].clone();
    let said = json!({ "description": "For Beta alone." });
    let linked = beta.one(row("b1", "OWNER", said.clone()));
    assert_eq!(linked["outcome"], "LINKED");
    for one in [&alpha, &beta] {
        assert_eq!(one.sees(&id)["description"], Value::Null);
    }
    beta.one(row("b1", "PARTNERS", said));
    assert_eq!(alpha.sees(&id)["description"], "For Beta alone.");
}

async fn who_withdraws_hands_the_record_to_the_oldest_that_remains(server: TestServer) {
    let first = json!({ "description": "Alpha's.", "website": "https://a.example" });
    let second = json!({ "name": "Esempio Diagnostica SRL", "description": "Beta's." });
    let ([alpha, beta], id) = two(&server, first, second).await;
    let gone = alpha.push(json!([withdraw("ORGANISATION", "a1")]));
    assert_eq!(outcomes(&gone), ["WITHDRAWN"]);
    let seen = beta.sees(&id);
    assert_eq!(seen["steward"]["name"], "Beta");
    assert_eq!(seen["name"], "Esempio Diagnostica SRL");
    assert_eq!(seen["description"], "Beta's.");
    assert_eq!(
        seen["website"],
        Value::Null,
        "what only Alpha said goes with it"
    );
    let last = beta.push(json!([withdraw("ORGANISATION", "b1")]));
    assert_eq!(outcomes(&last), ["WITHDRAWN"]);
    assert_eq!(beta.sees(&id), Value::Null);
    assert_ledger(&server.database).await;
}

async fn the_last_who_withdraws_takes_the_record_along(server: TestServer) {
    let ([alpha, beta], id) = two(&server, json!({}), json!({ "description": "Beta's." })).await;
    beta.push(json!([withdraw("ORGANISATION", "b1")]));
    let seen = alpha.sees(&id);
    assert_eq!(seen["steward"]["name"], "Alpha");
    assert_eq!(seen["description"], Value::Null);
    alpha.push(json!([withdraw("ORGANISATION", "a1")]));
    assert_eq!(
        server.query(
            "query One($id: ID!) { organisation(id: $id) { id } }",
            json!({ "id": id })
        ),
        json!({ "organisation": null })
    );
}

async fn a_claimant_sees_the_record_however_narrow_it_is(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let id = alpha.organisation("a1", data(json!({})))["id"].clone();
    let mut row = super::organisation("b1", data(json!({})));
    row["organisation"]["visibility"] = json!("OWNER");
    beta.push(json!([row]));
    let mut row = super::organisation("a1", data(json!({})));
    row["organisation"]["visibility"] = json!("OWNER");
    assert_eq!(outcomes(&alpha.push(json!([row]))), ["UPDATED"]);
    assert_eq!(alpha.sees(&id)["visibility"], "OWNER");
    assert_eq!(
        beta.sees(&id)["visibility"],
        "OWNER",
        "it speaks of it, and so sees it"
    );
    beta.push(json!([withdraw("ORGANISATION", "b1")]));
    assert_eq!(beta.sees(&id), Value::Null);
    let again = beta.organisation("b1", data(json!({})));
    assert_eq!(
        again["outcome"], "CREATED",
        "what it may not see is not there: {again}"
    );
    assert_ne!(again["id"], id);
}

async fn a_steward_cannot_narrow_a_record_below_its_claimants(server: TestServer) {
    let ([alpha, _], id) = two(&server, json!({}), json!({})).await;
    let document = "mutation M($input: UpdateOrganisationInput!) {
        updateOrganisation(input: $input) { userErrors { code path } } }";
    let input = json!({ "input": { "id": id, "data": {}, "visibility": "OWNER" } });
    let answer = alpha.caller.query(document, input);
    let errors = &answer["updateOrganisation"]["userErrors"];
    assert_eq!(
        *errors,
        json!([{ "code": "INVALID_STATE", "path": "visibility" }])
    );
    let row = organisation("a1", data(json!({ "description": "For Alpha alone." })));
    let pushed = alpha.one(meant("OWNER", &[], row));
    assert_eq!(pushed["outcome"], "REJECTED");
    assert_eq!(pushed["errors"][0]["code"], "INVALID_STATE");
    assert_eq!(pushed["errors"][0]["path"], "visibility");
    assert_eq!(alpha.sees(&id)["description"], Value::Null);
}
