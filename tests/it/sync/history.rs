//! The history of a record shows each change to those who could see the record as the change left it,
//! and the values before to those who could see it before.

use entities::organisation;
use entities::record::Visibility::{Owner, Partners, Public};
use partner_registry::registry::RowWrite;
use serde_json::{Value, json};
use tests::{Caller, TestServer, archive, change, on_both, restore};
use uuid::Uuid;

use crate::given;
use crate::sight::{Tenant, id, named, public, shown};

on_both! {
    each_change_says_who_did_what,
    a_change_is_shown_to_those_who_could_see_what_it_left,
    what_names_a_hidden_record_is_null,
    histories_of_a_list_take_one_statement,
}

fn history(caller: &Caller, organisation: impl Into<Uuid>) -> Vec<Value> {
    let document = "query ($id: ID!) { organisation(id: $id) { history { nodes {
        op version by { name } fields { field before after } } } } }";
    let variables = json!({ "id": id("organisation", organisation) });
    let answer = caller.query(document, variables);
    let nodes = answer["organisation"]["history"]["nodes"].as_array();
    nodes.cloned().unwrap_or_default()
}

/// The versions that someone sees, each with its names before and after.
fn names(caller: &Caller, organisation: impl Into<Uuid>) -> Vec<(i64, Value, Value)> {
    let told = history(caller, organisation);
    let told = told.iter().map(|entry| {
        let fields = entry["fields"].as_array().unwrap();
        let name = fields
            .iter()
            .find(|field| field["field"] == "name")
            .unwrap();
        let version = entry["version"].as_i64().unwrap();
        (version, name["before"].clone(), name["after"].clone())
    });
    told.collect()
}

async fn each_change_says_who_did_what(server: TestServer) {
    let tenant = Tenant::new(&server, "Biocluster").await;
    let row = public(given::organisation("Charité"));
    let member = tenant.put(&server, row).await.id;
    let row = change(member, given::organisation("Charité – Universitätsmedizin"));
    server.put(row).await;
    server.put(archive::<organisation::Entity>(member)).await;
    server.put(restore::<organisation::Entity>(member)).await;
    let told = history(&server.as_anonymous(), member);
    let ops: Vec<_> = told.iter().map(|entry| &entry["op"]).collect();
    assert_eq!(json!(ops), json!(["UPSERT", "DELETED", "UPSERT", "UPSERT"]));
    assert_eq!(
        told[2],
        json!({
            "op": "UPSERT", "version": 2, "by": { "name": "Partner Registry" },
            "fields": [{ "field": "name", "before": "Charité",
                         "after": "Charité – Universitätsmedizin" }],
        })
    );
    assert_eq!(told[3]["by"]["name"], json!("Biocluster"));
    let document = "query ($id: ID!, $after: String) { organisation(id: $id) {
        history(first: 3, after: $after) { edges { node { version } cursor }
            pageInfo { hasNextPage hasPreviousPage endCursor } } } }";
    let variables = json!({ "id": id("organisation", member) });
    let page = server.query(document, variables)["organisation"]["history"].clone();
    assert_eq!(page["pageInfo"]["hasNextPage"], json!(true));
    let after = &page["pageInfo"]["endCursor"];
    assert_eq!(page["edges"][2]["cursor"], *after);
    let variables = json!({ "id": id("organisation", member), "after": after });
    let page = server.query(document, variables)["organisation"]["history"].clone();
    assert_eq!(page["edges"].as_array().map(Vec::len), Some(1));
    assert_eq!(page["pageInfo"]["hasNextPage"], json!(false));
    let oldest = "query ($id: ID!, $before: String) { organisation(id: $id) {
        history(last: 1, before: $before) { nodes { version }
            pageInfo { hasNextPage hasPreviousPage startCursor } } } }";
    let variables = json!({ "id": id("organisation", member) });
    let page = server.query(oldest, variables)["organisation"]["history"].clone();
    assert_eq!(page["nodes"], json!([{ "version": 1 }]));
    let before = &page["pageInfo"]["startCursor"];
    let variables = json!({ "id": id("organisation", member), "before": before });
    let page = server.query(oldest, variables)["organisation"]["history"].clone();
    assert_eq!(page["nodes"], json!([{ "version": 2 }]));
    let sides = (
        &page["pageInfo"]["hasNextPage"],
        &page["pageInfo"]["hasPreviousPage"],
    );
    assert_eq!(sides, (&json!(true), &json!(true)));
    let variables = json!({ "id": id("organisation", member), "after": "7" });
    let (_, answer) = server.ask(document, variables);
    assert_eq!(
        answer["errors"][0]["extensions"]["code"],
        json!("CURSOR_INVALID")
    );
}

async fn a_change_is_shown_to_those_who_could_see_what_it_left(server: TestServer) {
    let steward = Tenant::new(&server, "Steward").await;
    let (partner, other) = (
        Tenant::new(&server, "Partner").await,
        Tenant::new(&server, "Other").await,
    );
    let mut partnerships = Vec::new();
    for fellow in [partner, other] {
        let partnership = server.put(public(given::partnership("P"))).await.id;
        for one in [steward, fellow] {
            let place = one.place(&server, partnership).await;
            one.accept(&server, place).await;
        }
        partnerships.push(partnership);
    }
    let row = |n: usize| given::organisation(&format!("Name {n}"));
    let member = steward.put(&server, shown(Owner, row(1))).await.id;
    let next = |n: usize| change(member, row(n));
    for row in [
        named(&partnerships[..1], shown(Partners, next(2))),
        next(3),
        named(&partnerships[1..], next(4)),
        named(&[], next(5)),
        shown(Public, next(6)),
        next(7),
    ] {
        steward.put(&server, row).await;
    }
    let name = |n: i64| json!(format!("Name {n}"));
    let told = |version: i64, before: Option<i64>| {
        (version, before.map_or(Value::Null, name), name(version))
    };
    assert_eq!(
        names(&steward.caller(&server), member),
        [
            told(7, Some(6)),
            told(6, Some(5)),
            told(5, Some(4)),
            told(4, Some(3)),
            told(3, Some(2)),
            told(2, Some(1)),
            told(1, None),
        ]
    );
    assert_eq!(
        names(&partner.caller(&server), member),
        [
            told(7, Some(6)),
            told(6, Some(5)),
            told(5, None),
            told(3, Some(2)),
            told(2, None),
        ]
    );
    assert_eq!(
        names(&other.caller(&server), member),
        [
            told(7, Some(6)),
            told(6, Some(5)),
            told(5, Some(4)),
            told(4, None)
        ]
    );
    assert_eq!(
        names(&server.as_anonymous(), member),
        [told(7, Some(6)), told(6, None)]
    );
    assert_eq!(names(&server, member).len(), 7, "the operator sees all");
}

async fn what_names_a_hidden_record_is_null(server: TestServer) {
    let steward = Tenant::new(&server, "Steward").await;
    let hidden = shown(Owner, given::organisation("Hidden"));
    let hidden = steward.put(&server, hidden).await.id;
    let row = public(given::membership(steward.cluster, hidden));
    let membership = steward.put(&server, row).await.id;
    let document = "query ($id: ID!) { membership(id: $id) { history { nodes {
        fields { field after } } } } }";
    let seen = |caller: &Caller| {
        let variables = json!({ "id": id("membership", membership) });
        let answer = caller.query(document, variables);
        let fields = &answer["membership"]["history"]["nodes"][0]["fields"];
        let fields = fields.as_array().unwrap().iter();
        let after = |name: &str| {
            let mut fields = fields.clone();
            fields.find(|field| field["field"] == name).unwrap()["after"].clone()
        };
        (after("organisation"), after("cluster"))
    };
    let cluster = id("cluster", steward.cluster);
    let own = (id("organisation", hidden), cluster.clone());
    assert_eq!(seen(&steward.caller(&server)), own);
    assert_eq!(seen(&server.as_anonymous()), (Value::Null, cluster));
}

async fn histories_of_a_list_take_one_statement(server: TestServer) {
    let rows = (0..20).map(|n| given::organisation(&format!("Organisation {n}")));
    let rows: Vec<RowWrite<organisation::Entity>> = rows.map(public).collect();
    server.write(rows).await.unwrap();
    let mut taken = Vec::new();
    for first in [2, 20] {
        let document = "query ($first: Int) { organisations(first: $first) { nodes {
            history { nodes { version } } } } }";
        let _ = server.statements.take();
        let answer = server.query(document, json!({ "first": first }));
        let nodes = answer["organisations"]["nodes"].as_array().unwrap();
        assert!(
            nodes
                .iter()
                .all(|node| node["history"]["nodes"][0]["version"] == 1)
        );
        taken.push(server.statements.take().len());
    }
    assert!(taken[0] == taken[1] && taken[1] <= 3, "{taken:?}");
}
