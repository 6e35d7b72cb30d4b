//! Rows that name other records, earlier rows of the same push among them.

use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{Pusher, membership, organisation, outcomes};

on_both! {
    a_row_may_name_what_an_earlier_row_brings,
    a_row_whose_reference_was_refused_says_which,
    what_a_later_row_brings_is_not_there_yet,
    every_type_can_be_pushed,
    a_membership_is_in_the_pushers_cluster_unless_it_says_else,
    an_archived_record_is_not_found_by_its_external_id,
    a_text_that_cannot_be_kept_is_refused_where_it_stands,
}

fn data(name: &str) -> Value {
    json!({ "name": name, "country": "IT" })
}

async fn a_row_may_name_what_an_earlier_row_brings(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let vat =
        json!({ "name": "B", "identifiers": [{ "scheme": "VAT", "value": "IT00743110157" }] });
    let by_vat = json!({ "identifier": { "scheme": "VAT", "value": "IT00743110157" } });
    let payload = alpha.push(json!([
        organisation("a1", data("Biotech")),
        membership("m1", "a1"),
        organisation("a2", vat),
        { "membership": { "ref": { "externalId": "m2" }, "data": { "organisation": by_vat } } },
    ]));
    assert_eq!(outcomes(&payload), ["CREATED"; 4]);
    assert_ledger(&server.database).await;
}

async fn a_row_whose_reference_was_refused_says_which(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let payload = alpha.push(json!([
        organisation("a1", data("Biotech")),
        organisation("a2", data("")),
        membership("m1", "a2"),
    ]));
    assert_eq!(outcomes(&payload), ["CREATED", "REJECTED", "REJECTED"]);
    let error = &payload["results"][2]["errors"][0];
    assert_eq!(error["code"], "REFERENCE_REJECTED");
    assert_eq!(error["path"], "organisation");
    assert!(
        error["message"].as_str().unwrap().contains("row 1"),
        "{error}"
    );
}

async fn what_a_later_row_brings_is_not_there_yet(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let payload = alpha.push(json!([
        membership("m1", "a1"),
        organisation("a1", data("Biotech"))
    ]));
    assert_eq!(outcomes(&payload), ["REJECTED", "CREATED"]);
    assert_eq!(payload["results"][0]["errors"][0]["code"], "NOT_FOUND");
}

async fn every_type_can_be_pushed(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let partnership = server
        .put(crate::sight::public(crate::given::partnership("Alliance")))
        .await;
    let partnership = partner_registry::auth::type_id::write("partnership", partnership.id);
    let rows = json!([
        { "participation": { "ref": { "externalId": "t1" }, "data": {
            "project": { "externalId": "p1" }, "organisation": { "externalId": "a1" }, "order": 1 } } },
        organisation("a1", data("Biotech")),
        { "project": { "ref": { "externalId": "p1" }, "data": { "title": "Early diagnosis",
            "totalCost": { "amount": "1000.50", "currency": "EUR" } } } },
        { "participation": { "ref": { "externalId": "t2" }, "data": {
            "project": { "externalId": "p1" }, "organisation": { "externalId": "a1" },
            "role": "COORDINATOR", "order": 1 } } },
        { "partnershipMember": { "ref": { "externalId": "l1" }, "data": {
            "partnership": { "id": partnership }, "organisation": { "externalId": "a1" } } } },
        membership("m1", "a1"),
    ]);
    let payload = alpha.push(rows.clone());
    assert_eq!(
        outcomes(&payload),
        [
            "REJECTED", "CREATED", "CREATED", "CREATED", "CREATED", "CREATED"
        ],
        "{payload:#}"
    );
    let again = alpha.push(rows);
    assert_eq!(
        outcomes(&again),
        [
            "CREATED",
            "UNCHANGED",
            "UNCHANGED",
            "UNCHANGED",
            "UNCHANGED",
            "UNCHANGED"
        ]
    );
    assert_ledger(&server.database).await;
}

async fn a_membership_is_in_the_pushers_cluster_unless_it_says_else(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let payload = alpha.push(json!([
        organisation("a1", data("Biotech")),
        membership("m1", "a1")
    ]));
    let id = &payload["results"][1]["id"];
    let document = "query One($id: ID!) { membership(id: $id) { cluster { name } } }";
    let seen = alpha.caller.query(document, json!({ "id": id }));
    assert_eq!(seen["membership"]["cluster"]["name"], "Alpha");
}

async fn an_archived_record_is_not_found_by_its_external_id(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let made = alpha.organisation("a1", data("Biotech"));
    let archive = "mutation A($id: ID!) { archiveOrganisation(input: { id: $id }) {
        userErrors { code } } }";
    alpha.caller.query(archive, json!({ "id": made["id"] }));
    let told = alpha.push(json!([membership("m1", "a1")]));
    assert_eq!(outcomes(&told), ["REJECTED"]);
    let error = &told["results"][0]["errors"][0];
    assert_eq!(
        (&error["code"], &error["path"]),
        (&json!("NOT_FOUND"), &json!("organisation"))
    );
}

async fn a_text_that_cannot_be_kept_is_refused_where_it_stands(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let called = |name: &str| {
        let mut row = organisation("a1", data("Biotech"));
        row["organisation"]["clientMutationId"] = json!(name);
        row
    };
    let by_identifier = json!({ "organisation": { "data": data("Biotech"),
        "ref": { "identifier": { "scheme": "VAT", "value": "\u{0}" } } } });
    let rows = [
        (called("\u{0}"), "INVALID", "clientMutationId"),
        (called(&"x".repeat(201)), "TOO_LONG", "clientMutationId"),
        (
            organisation("\u{0}", data("B")),
            "INVALID",
            "ref.externalId",
        ),
        (by_identifier, "INVALID", "ref.identifier"),
        (membership("m1", "a\u{0}"), "NOT_FOUND", "organisation"),
        (
            super::withdraw("ORGANISATION", "\u{0}"),
            "INVALID",
            "ref.externalId",
        ),
    ];
    let pushed: Value = rows.iter().map(|(row, ..)| row.clone()).collect();
    let input = json!({ "rows": pushed, "idempotencyKey": "night-1" });
    let mut told = alpha.push_as(input.clone());
    for ((row, code, path), result) in rows.iter().zip(told["results"].as_array().unwrap()) {
        assert_eq!(result["outcome"], "REJECTED", "{row}");
        let error = &result["errors"][0];
        assert_eq!(
            (&error["code"], &error["path"]),
            (&json!(code), &json!(path)),
            "{row}"
        );
    }
    told["replayed"] = json!(true);
    assert_eq!(alpha.push_as(input), told, "kept and given again as it was");
}
