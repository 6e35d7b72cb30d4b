//! Two who change one record: merging by field, and versions.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use super::{Pusher, organisation};

on_both! {
    a_field_that_only_others_changed_stays_theirs,
    a_field_that_both_changed_is_a_conflict,
    what_is_said_in_other_words_is_no_change,
    a_version_that_was_not_seen_is_a_conflict,
}

fn based(data: Value, base: Value) -> Value {
    let mut row = organisation("a1", data);
    row["organisation"]["base"] = base;
    json!([row])
}

/// Someone of the cluster changes the record.
fn change(alpha: &Pusher, id: &Value, data: Value) {
    let document = "mutation M($input: UpdateOrganisationInput!) {
        updateOrganisation(input: $input) { userErrors { code } } }";
    let input = json!({ "input": { "id": id, "data": data } });
    let answer = alpha.caller.query(document, input);
    assert_eq!(answer["updateOrganisation"]["userErrors"], json!([]));
}

async fn a_field_that_only_others_changed_stays_theirs(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let first = json!({ "name": "Biotech", "country": "IT", "description": "Old." });
    let id = alpha.organisation("a1", first.clone())["id"].clone();
    change(&alpha, &id, json!({ "description": "By hand." }));
    let data = json!({ "name": "Biotech Italia", "country": "IT", "description": "Old." });
    let merged = alpha.push(based(data, first));
    assert_eq!(merged["results"][0]["outcome"], "UPDATED");
    let seen = alpha.sees(&id);
    assert_eq!(seen["name"], "Biotech Italia");
    assert_eq!(seen["description"], "By hand.");
}

async fn a_field_that_both_changed_is_a_conflict(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let first = json!({ "name": "Biotech", "country": "IT" });
    let id = alpha.organisation("a1", first.clone())["id"].clone();
    change(&alpha, &id, json!({ "name": "Biotech by hand" }));
    let data = json!({ "name": "Biotech by CRM", "country": "FR" });
    let result = alpha.push(based(data, first))["results"][0].clone();
    assert_eq!(
        (&result["outcome"], &result["id"]),
        (&json!("CONFLICT"), &id)
    );
    let conflict = json!([{ "field": "name", "base": "Biotech", "yours": "Biotech by CRM",
        "current": "Biotech by hand" }]);
    assert_eq!(result["conflicts"], conflict);
    let seen = alpha.sees(&id);
    assert_eq!(
        (&seen["name"], &seen["country"]),
        (&json!("Biotech by hand"), &json!("IT"))
    );
}

async fn what_is_said_in_other_words_is_no_change(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    alpha.organisation("a1", json!({ "name": "Biotech", "country": "GR" }));
    let data = json!({ "name": " Biotech ", "country": "EL" });
    let result = alpha.push(based(data.clone(), data))["results"][0].clone();
    assert_eq!(result["conflicts"], json!([]));
    assert_eq!(result["version"], 1);
}

async fn a_version_that_was_not_seen_is_a_conflict(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let at = |version: i32, name: &str| {
        let mut row = organisation("a1", json!({ "name": name }));
        row["organisation"]["ifVersion"] = json!(version);
        alpha.push(json!([row]))["results"][0].clone()
    };
    assert_eq!(
        at(1, "Biotech")["outcome"],
        "CONFLICT",
        "it is not there yet"
    );
    assert_eq!(at(0, "Biotech")["outcome"], "CREATED");
    let refused = at(0, "Biotech");
    assert_eq!(refused["outcome"], "CONFLICT");
    assert_eq!(refused["errors"][0]["code"], "VERSION_MISMATCH");
    assert_eq!(at(1, "Biotech Italia")["version"], 2);
    assert_eq!(at(1, "Biotech Europa")["outcome"], "CONFLICT");
}
