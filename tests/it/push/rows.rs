//! What becomes of a row of a push.

use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{Pusher, membership, organisation, outcomes, withdraw};
use crate::posted::{code, each};
use crate::sight::Tenant;

on_both! {
    a_row_is_created_changed_and_left_alone,
    each_row_stands_or_falls_alone,
    what_is_wrong_with_a_row_is_told_with_its_path,
    an_equal_push_takes_no_version_and_no_position,
    what_is_older_than_what_was_said_is_stale,
    one_record_twice_in_a_push_is_written_in_order,
    too_many_rows_are_refused_as_a_whole,
    a_source_is_named_and_is_ones_own,
    a_push_needs_the_scope_of_its_rows,
    what_is_withdrawn_is_gone_and_can_come_back,
    a_row_may_name_its_record_by_id_or_identifier,
    the_audience_is_who_will_see_it,
}

fn data(name: &str) -> Value {
    json!({ "name": name, "country": "IT", "kind": "COMPANY" })
}

async fn a_row_is_created_changed_and_left_alone(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let created = alpha.organisation("a1", data("Biotech"));
    assert_eq!(
        (&created["outcome"], &created["version"]),
        (&json!("CREATED"), &json!(1))
    );
    let seen = alpha.sees(&created["id"]);
    assert_eq!(seen["name"], "Biotech");
    assert_eq!(seen["visibility"], "PARTNERS");
    assert_eq!(seen["steward"]["name"], "Alpha");

    let updated = alpha.organisation("a1", json!({ "website": "https://biotech.example" }));
    assert_eq!(
        (&updated["outcome"], &updated["version"]),
        (&json!("UPDATED"), &json!(2))
    );
    assert_eq!(updated["id"], created["id"]);
    let seen = alpha.sees(&created["id"]);
    assert_eq!(seen["name"], "Biotech", "what a row does not say stays");
    assert_eq!(seen["website"], "https://biotech.example");

    let cleared = alpha.organisation("a1", json!({ "website": null }));
    assert_eq!(cleared["outcome"], "UPDATED");
    assert_eq!(alpha.sees(&created["id"])["website"], Value::Null);
    let same = alpha.organisation("a1", json!({ "website": null }));
    assert_eq!(
        (&same["outcome"], &same["version"]),
        (&json!("UNCHANGED"), &json!(3))
    );
    assert_ledger(&server.database).await;
}

async fn each_row_stands_or_falls_alone(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let payload = alpha.push(json!([
        organisation("a1", data("Biotech")),
        organisation("a2", data("")),
        organisation("a3", data("Imaging")),
        withdraw("ORGANISATION", "a9"),
        membership("m1", "a1"),
    ]));
    assert_eq!(
        outcomes(&payload),
        ["CREATED", "REJECTED", "CREATED", "NOT_FOUND", "CREATED"]
    );
    assert_eq!(each(&payload["results"], "/index"), [0, 1, 2, 3, 4]);
    let summary = json!({ "total": 5, "created": 3, "rejected": 1, "notFound": 1, "updated": 0,
        "unchanged": 0, "linked": 0, "pendingReview": 0, "stale": 0, "conflict": 0, "withdrawn": 0,
        "rolledBack": 0 });
    assert_eq!(payload["summary"], summary);
    assert_ledger(&server.database).await;
}

async fn what_is_wrong_with_a_row_is_told_with_its_path(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let long = "x".repeat(201);
    let rows = [
        (
            organisation("a1", json!({ "name": "" })),
            "REQUIRED",
            "name",
        ),
        (
            organisation("a2", json!({ "name": "A", "country": "XX" })),
            "UNKNOWN_CODE",
            "country",
        ),
        (
            organisation("a3", json!({ "name": "A", "region": "XX99" })),
            "UNKNOWN_CODE",
            "region",
        ),
        (
            organisation("a4", json!({ "name": "A", "website": "no page" })),
            "INVALID",
            "website",
        ),
        (
            organisation("a5", json!({ "name": "A\u{0}" })),
            "INVALID",
            "name",
        ),
        (
            organisation(" ", json!({ "name": "A" })),
            "REQUIRED",
            "ref.externalId",
        ),
        (
            organisation(&long, json!({ "name": "A" })),
            "TOO_LONG",
            "ref.externalId",
        ),
        (membership("m1", "nobody"), "NOT_FOUND", "organisation"),
    ];
    let payload = alpha.push(rows.iter().map(|(row, ..)| row.clone()).collect());
    for ((row, code, path), result) in rows.iter().zip(payload["results"].as_array().unwrap()) {
        assert_eq!(result["outcome"], "REJECTED", "{row}");
        assert_eq!(result["id"], Value::Null);
        let error = &result["errors"][0];
        assert_eq!(
            (&error["code"], &error["path"]),
            (&json!(code), &json!(path)),
            "{row}"
        );
        assert!(!error["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(payload["position"], Value::Null, "nothing was written");
}

async fn an_equal_push_takes_no_version_and_no_position(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let rows: Value = (0..50)
        .flat_map(|n| {
            let id = format!("a{n}");
            [
                organisation(&id, data(&format!("Organisation {n}"))),
                membership(&format!("m{n}"), &id),
            ]
        })
        .collect();
    let first = alpha.push(rows.clone());
    assert_eq!(first["summary"]["created"], 100);
    let position = first["position"].as_str().unwrap().to_owned();
    assert_eq!(position.len(), 20);
    for _ in 0..2 {
        let again = alpha.push(rows.clone());
        assert_eq!(again["summary"]["unchanged"], 100);
        assert_eq!(again["position"], Value::Null);
        let ids = |payload: &Value| -> Vec<Value> {
            each(&payload["results"], "/id")
                .into_iter()
                .cloned()
                .collect()
        };
        assert_eq!(ids(&again), ids(&first));
        assert_eq!(each(&again["results"], "/version"), vec![1; 100]);
    }
    let next = alpha.organisation("next", data("Next"));
    assert_eq!(next["outcome"], "CREATED");
    assert_ledger(&server.database).await;
}

async fn what_is_older_than_what_was_said_is_stale(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let at = |name: &str, day: &str| {
        let mut row = organisation("a1", data(name));
        row["organisation"]["sourceUpdatedAt"] = json!(format!("2026-11-{day}T08:00:00Z"));
        alpha.push(json!([row]))["results"][0]["outcome"].clone()
    };
    assert_eq!(at("Biotech", "20"), "CREATED");
    assert_eq!(at("Old Biotech", "19"), "STALE");
    assert_eq!(at("Biotech", "21"), "UNCHANGED");
    assert_eq!(
        at("Not so old Biotech", "20"),
        "STALE",
        "what is equal moves on, too"
    );
    assert_eq!(at("New Biotech", "21"), "UPDATED");
}

async fn one_record_twice_in_a_push_is_written_in_order(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let payload = alpha.push(json!([
        organisation("a1", data("Biotech")),
        organisation("a1", data("Biotech Italia")),
        withdraw("ORGANISATION", "a1"),
        organisation("a1", data("Biotech Europa")),
        organisation("a1", data("Biotech Europa")),
    ]));
    assert_eq!(
        outcomes(&payload),
        ["CREATED", "UPDATED", "WITHDRAWN", "LINKED", "UNCHANGED"]
    );
    let id = &payload["results"][0]["id"];
    assert_eq!(alpha.sees(id)["name"], "Biotech Europa");
    assert_ledger(&server.database).await;
}

async fn too_many_rows_are_refused_as_a_whole(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let rows: Value = (0..501)
        .map(|n| organisation(&format!("a{n}"), data("A")))
        .collect();
    let (_, answer) = alpha.ask(json!({ "rows": rows }));
    assert_eq!(code(&answer), "BAD_REQUEST");
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("500") && message.contains("501"),
        "{message}"
    );
    let nothing = alpha.push(json!([]));
    assert_eq!(
        (&nothing["results"], &nothing["audience"]),
        (&json!([]), &json!([]))
    );
}

async fn a_source_is_named_and_is_ones_own(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let other = Tenant::new(&server, "Other").await;
    super::register(&server, other, "theirs").await;
    for name in ["theirs", "", "nothing"] {
        let input = json!({ "source": name, "rows": [] });
        let (_, answer) = alpha.caller.ask(super::PUSH, json!({ "input": input }));
        assert_eq!(code(&answer), "BAD_REQUEST", "{name}");
    }
}

async fn a_push_needs_the_scope_of_its_rows(server: TestServer) {
    use partner_registry::auth::Permission::{MembersWrite, RegistryRead, Sync};
    let alpha = Pusher::new(&server, "Alpha").await;
    let project =
        json!([{ "project": { "ref": { "externalId": "p1" }, "data": { "title": "P" } } }]);
    let member = json!([organisation("a1", data("Biotech"))]);
    let with = |permissions: &[partner_registry::auth::Permission], rows: &Value| {
        let caller = server.acting_for(
            alpha.tenant.principal(),
            permissions.iter().copied().collect(),
        );
        let input = json!({ "source": "crm", "rows": rows });
        caller.ask(super::PUSH, json!({ "input": input })).1
    };
    assert_eq!(
        code(&with(&[RegistryRead, MembersWrite], &member)),
        "FORBIDDEN"
    );
    assert_eq!(code(&with(&[RegistryRead, Sync], &member)), "FORBIDDEN");
    assert_eq!(
        code(&with(&[RegistryRead, Sync, MembersWrite], &project)),
        "FORBIDDEN"
    );
    let done = with(&[RegistryRead, Sync, MembersWrite], &member);
    assert_eq!(
        done["data"]["pushRecords"]["summary"]["created"], 1,
        "{done}"
    );
    let (_, anonymous) = server.as_anonymous().ask(
        super::PUSH,
        json!({ "input": { "source": "crm", "rows": [] } }),
    );
    assert_eq!(code(&anonymous), "UNAUTHENTICATED");
}

async fn what_is_withdrawn_is_gone_and_can_come_back(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let id = alpha.organisation("a1", data("Biotech"))["id"].clone();
    let gone = alpha.push(json!([withdraw("ORGANISATION", "a1")]));
    assert_eq!(outcomes(&gone), ["WITHDRAWN"]);
    assert_eq!(alpha.sees(&id), Value::Null);
    let again = alpha.push(json!([withdraw("ORGANISATION", "a1")]));
    assert_eq!(outcomes(&again), ["NOT_FOUND"]);
    let back = alpha.organisation("a1", data("Biotech"));
    assert_eq!(
        (&back["outcome"], &back["id"]),
        (&json!("LINKED"), &id),
        "under the same id"
    );
    assert_eq!(alpha.sees(&id)["name"], "Biotech");
    assert_ledger(&server.database).await;
}

async fn a_row_may_name_its_record_by_id_or_identifier(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let id = alpha.organisation("a1", data("Biotech"))["id"].clone();
    let by = |reference: Value, data: Value| {
        let row = json!({ "organisation": { "ref": reference, "data": data } });
        alpha.push(json!([row]))["results"][0].clone()
    };
    let updated = by(
        json!({ "id": id }),
        json!({ "website": "https://biotech.example" }),
    );
    assert_eq!(
        (&updated["outcome"], &updated["externalId"]),
        (&json!("UPDATED"), &json!("a1"))
    );
    let vat = json!({ "identifier": { "scheme": "VAT", "value": "IT 00743110157" } });
    let made = by(vat.clone(), data("Esempio"));
    assert_eq!(made["outcome"], "CREATED");
    let identifiers = &alpha.sees(&made["id"])["identifiers"];
    assert_eq!(
        *identifiers,
        json!([{ "scheme": "VAT", "value": "IT00743110157" }])
    );
    let again = by(vat, json!({ "description": "An example." }));
    assert_eq!(
        (&again["outcome"], &again["id"]),
        (&json!("UPDATED"), &made["id"])
    );
    let nobody = crate::posted::nobody("organisation");
    let none = by(json!({ "id": nobody }), data("Nobody"));
    assert_eq!(
        (&none["outcome"], &none["errors"][0]["path"]),
        (&json!("NOT_FOUND"), &json!("ref.id"))
    );
}

async fn the_audience_is_who_will_see_it(server: TestServer) {
    let [alpha, _] = Pusher::partners(&server).await;
    let shown = |id: &str, name: &str, visibility: &str| {
        let mut row = organisation(id, data(name));
        row["organisation"]["visibility"] = json!(visibility);
        row
    };
    let rows = json!([
        shown("a1", "Secret", "OWNER"),
        shown("a2", "Shared", "PARTNERS"),
        shown("a3", "Known", "PUBLIC"),
        shown("a4", "Shared as well", "PARTNERS"),
    ]);
    let expected = json!([
        { "visibility": "PUBLIC", "clusters": [], "records": 1 },
        { "visibility": "PARTNERS", "clusters": [{ "name": "Beta" }], "records": 2 },
        { "visibility": "OWNER", "clusters": [], "records": 1 },
    ]);
    let tried = alpha.push_as(json!({ "rows": rows, "dryRun": true }));
    assert_eq!(tried["audience"], expected);
    assert_eq!(alpha.push(rows)["audience"], expected);
}
