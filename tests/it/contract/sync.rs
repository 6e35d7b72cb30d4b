//! `sync.graphql`: pulling changes, sources, and records by the ids of one's own.

use entities::organisation;
use partner_registry::registry::{Batch, Mode, RowWrite, Target};
use serde_json::{Value, json};
use tests::{Caller, TestServer, archive, change, on_both};

use crate::given;
use crate::sight::{Tenant, public};

pub(super) const DOCUMENT: &str = include_str!("../../data/contract/sync.graphql");

on_both!(
    a_first_sync_brings_everything_and_then_only_what_changed,
    a_thousand_changes_are_asked_for_at_once,
    a_source_is_registered_once_and_knows_records_by_its_ids,
    what_is_wrong_with_a_page_is_said,
);

/// One operation of the document, as it stands there.
pub(crate) fn operation(name: &str) -> &'static str {
    let from = DOCUMENT.find(&format!(" {name}")).expect("an operation");
    let from = DOCUMENT[..from].rfind('\n').map_or(0, |at| at + 1);
    let length = DOCUMENT[from..].find("\n}\n").expect("its end") + 3;
    &DOCUMENT[from..from + length]
}

fn pull(caller: &Caller, variables: Value) -> Value {
    caller.query(operation("Pull"), variables)["changes"].clone()
}

async fn a_first_sync_brings_everything_and_then_only_what_changed(server: TestServer) {
    let tenant = Tenant::new(&server, "Biocluster").await;
    let mut row = given::organisation("Charité");
    row.patch.country = partner_registry::registry::Patch::Set("DE".to_owned());
    let member = tenant.put(&server, public(row)).await.id;
    let anonymous = server.as_anonymous();
    let first = pull(&anonymous, json!({ "limit": 2 }));
    assert_eq!(
        (&first["hasMore"], &first["rebase"], &first["position"]),
        (&json!(true), &Value::Null, &json!("00000000000000000002"))
    );
    let second = pull(&anonymous, json!({ "limit": 2, "after": first["cursor"] }));
    assert_eq!(second["hasMore"], json!(false));
    let change = &second["changes"][0];
    assert_eq!(
        change["record"],
        json!({ "__typename": "Organisation", "name": "Charité", "kind": "OTHER",
                "country": "DE", "website": null })
    );
    let told = [
        "op",
        "type",
        "version",
        "position",
        "changedFields",
        "replacedBy",
        "origin",
    ];
    let told: Vec<&Value> = told.iter().map(|field| &change[field]).collect();
    assert_eq!(
        json!(told),
        json!([
            "UPSERT",
            "ORGANISATION",
            1,
            "00000000000000000003",
            null,
            null,
            null
        ])
    );

    let row = given::organisation("Charité – Universitätsmedizin");
    tenant.put(&server, self::change(member, row)).await;
    let third = pull(&anonymous, json!({ "after": second["cursor"] }));
    assert_eq!(third["changes"][0]["changedFields"], json!(["name"]));
    assert_eq!(third["changes"][0]["version"], json!(2));
    let row = archive::<organisation::Entity>(member);
    tenant.put(&server, row).await;
    let fourth = pull(
        &anonymous,
        json!({ "after": third["cursor"], "types": null }),
    );
    let gone = &fourth["changes"][0];
    assert_eq!(
        (&gone["op"], &gone["record"]),
        (&json!("DELETED"), &Value::Null)
    );
    assert_eq!(gone["id"], change["id"]);
    let fifth = pull(&anonymous, json!({ "after": fourth["cursor"] }));
    assert_eq!(fifth["changes"], json!([]));
}

async fn a_thousand_changes_are_asked_for_at_once(server: TestServer) {
    let rows = (0..1001).map(|n| given::organisation(&format!("Organisation {n}")));
    server.write(rows.collect()).await.unwrap();
    let page = pull(
        &server,
        json!({ "limit": 1000, "types": ["ORGANISATION", "PROJECT"] }),
    );
    assert_eq!(page["changes"].as_array().map(Vec::len), Some(1000));
    assert_eq!(page["hasMore"], json!(true));
}

async fn a_source_is_registered_once_and_knows_records_by_its_ids(server: TestServer) {
    let (tenant, other) = (
        Tenant::new(&server, "Biocluster").await,
        Tenant::new(&server, "Other").await,
    );
    let (caller, stranger) = (tenant.caller(&server), other.caller(&server));
    let register =
        |caller: &Caller| caller.query(operation("RegisterSource"), json!({ "name": "demo-crm" }));
    for caller in [&caller, &caller, &stranger] {
        assert_eq!(
            register(caller)["registerSource"],
            json!({ "source": { "name": "demo-crm", "defaultVisibility": "PARTNERS" },
                    "userErrors": [] })
        );
    }
    let sources = server.registry.own_sources(&tenant.actor()).await.unwrap();
    assert_eq!(sources.len(), 1);
    let batch = Batch {
        rows: vec![RowWrite {
            target: Target::External("HS-7".to_owned()),
            ..public(given::organisation("Charité"))
        }],
        source: sources.first().cloned(),
        mode: Mode::Strict,
        origin: "test".to_owned(),
    };
    server.registry.write(&tenant.actor(), batch).await.unwrap();
    let mine = |caller: &Caller| {
        let variables = json!({ "source": "demo-crm", "externalId": "HS-7" });
        caller.query(operation("MyRecord"), variables)["recordByExternalId"].clone()
    };
    assert_eq!(mine(&caller)["name"], json!("Charité"));
    for stranger in [&stranger, &*server, &server.as_anonymous()] {
        assert_eq!(mine(stranger), Value::Null, "the id is another's");
    }
    let page = pull(&caller, json!({ "types": ["ORGANISATION"] }));
    let last = page["changes"]
        .as_array()
        .and_then(|all| all.last())
        .unwrap();
    assert_eq!(
        last["externalIds"],
        json!([{ "source": "demo-crm", "externalId": "HS-7" }])
    );
    let sources = |caller: &Caller| {
        let document = "{ organisations(search: \"Charité\") { nodes {
            externalIds { source } provenance { source } } } }";
        caller.query(document, json!({}))["organisations"]["nodes"][0].clone()
    };
    let named = json!([{ "source": "demo-crm" }]);
    for (caller, expected) in [
        (&caller, &named),
        (&*server, &named),
        (&stranger, &json!([])),
        (&server.as_anonymous(), &json!([])),
    ] {
        let expected = json!({ "externalIds": expected, "provenance": named });
        assert_eq!(
            sources(caller),
            expected,
            "the ids of a cluster's systems are its own business, not where a field comes from"
        );
    }
    let status =
        "{ syncStatus { historyRetentionDays sources { name lastPushAt defaultVisibility } } }";
    assert_eq!(
        caller.query(status, json!({}))["syncStatus"],
        json!({ "historyRetentionDays": null, "sources":
            [{ "name": "demo-crm", "lastPushAt": null, "defaultVisibility": "PARTNERS" }] })
    );
}

async fn what_is_wrong_with_a_page_is_said(server: TestServer) {
    let code = |variables: Value| {
        let answer = server.ask(operation("Pull"), variables).1;
        answer["errors"][0]["extensions"]["code"].clone()
    };
    for (variables, expected) in [
        (json!({ "limit": 1001 }), "PAGE_SIZE_TOO_LARGE"),
        (json!({ "limit": 0 }), "BAD_REQUEST"),
        (json!({ "waitMs": 30001 }), "BAD_REQUEST"),
        (json!({ "waitMs": -1 }), "BAD_REQUEST"),
        (json!({ "after": "" }), "CURSOR_INVALID"),
        (json!({ "after": "AQEB" }), "CURSOR_INVALID"),
        (json!({ "types": ["NOTHING"] }), "GRAPHQL_VALIDATION_FAILED"),
    ] {
        assert_eq!(code(variables.clone()), json!(expected), "{variables}");
    }
    let page = pull(&server, json!({ "types": ["ORGANISATION", "PROJECT"] }));
    let same = json!({ "after": page["cursor"], "types": ["PROJECT", "ORGANISATION"] });
    assert_eq!(pull(&server, same)["changes"], json!([]));
    let other = json!({ "after": page["cursor"], "types": ["PROJECT"] });
    assert_eq!(code(other), json!("CURSOR_FILTER_MISMATCH"));
    let from_now = server.query("{ syncStatus { cursor position } }", json!({}));
    let from_now = json!({ "after": from_now["syncStatus"]["cursor"], "types": ["PROJECT"] });
    assert_eq!(pull(&server, from_now)["changes"], json!([]));
}
