//! Which fields of a record come from whom, and what sources say of it.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use super::{Pusher, meant, organisation};
use crate::posted::each;

on_both! {
    each_field_names_its_source,
    a_claim_is_shown_to_those_who_may_see_it,
}

const OF: &str = "query One($id: ID!) { organisation(id: $id) {
    externalIds { source externalId }
    provenance { source fields sourceRecordId }
    claims { source cluster { name } fields visibility } } }";

async fn each_field_names_its_source(server: TestServer) {
    let ([alpha, beta], alliance) = Pusher::allies(&server).await;
    let vat = json!([{ "scheme": "VAT", "value": "IT00743110157" }]);
    let row = |id: &str, data| meant("PARTNERS", &[&alliance], organisation(id, data));
    let made = alpha.one(row("a1", json!({ "name": "Esempio", "identifiers": vat })));
    let id = made["id"].clone();
    beta.one(row(
        "b1",
        json!({ "name": "Esempio SRL", "identifiers": vat, "website": "https://esempio.example" }),
    ));
    let by_hand = "mutation M($input: UpdateOrganisationInput!) {
        updateOrganisation(input: $input) { userErrors { code } } }";
    let data = json!({ "name": "Esempio Diagnostica" });
    alpha
        .caller
        .query(by_hand, json!({ "input": { "id": id, "data": data } }));
    let seen = alpha.caller.query(OF, json!({ "id": id }))["organisation"].clone();
    let expected = json!([
        { "source": "crm", "fields": ["identifiers"], "sourceRecordId": "a1" },
        { "source": "crm", "fields": ["website"], "sourceRecordId": null },
    ]);
    assert_eq!(seen["provenance"], expected);
    assert_eq!(
        seen["externalIds"],
        json!([{ "source": "crm", "externalId": "a1" }])
    );
    assert_eq!(each(&seen["claims"], "/cluster/name"), ["Alpha", "Beta"]);
    assert_eq!(seen["claims"][0]["fields"]["name"], "Esempio");
    assert_eq!(seen["claims"][1]["fields"]["name"], "Esempio SRL");
}

async fn a_claim_is_shown_to_those_who_may_see_it(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let shown = |visibility: &str, external_id: &str, description: &str| {
        json!([{ "organisation": { "ref": { "externalId": external_id }, "visibility": visibility,
            "data": { "name": "Esempio", "description": description,
                "identifiers": [{ "scheme": "VAT", "value": "IT00743110157" }] } } }])
    };
    let made = alpha.push(shown("PUBLIC", "a1", "For all."));
    let id = &made["results"][0]["id"];
    beta.push(shown("PARTNERS", "b1", "For partners."));
    let told = |seen: Value| -> Vec<Value> {
        each(&seen["organisation"]["claims"], "/fields/description")
            .into_iter()
            .cloned()
            .collect()
    };
    let all = json!({ "id": id });
    assert_eq!(
        told(alpha.caller.query(OF, all.clone())),
        ["For all.", "For partners."]
    );
    assert_eq!(
        told(server.as_anonymous().query(OF, all.clone())),
        ["For all."]
    );
    beta.push(shown("OWNER", "b1", "For Beta."));
    assert_eq!(told(alpha.caller.query(OF, all.clone())), ["For all."]);
    assert_eq!(
        told(beta.caller.query(OF, all.clone())),
        ["For all.", "For Beta."]
    );
    assert_eq!(told(server.query(OF, all)), ["For all.", "For Beta."]);
}
