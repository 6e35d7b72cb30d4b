//! What the audit says, to whom, and how one pages through it.

use partner_registry::auth::{Permissions, Principal};
use partner_registry::registry::Reference;
use serde_json::{Value, json};
use tests::{Caller, TestServer, archive, on_both};

use super::{ENTRIES, detail, entries};
use crate::given;

on_both!(
    what_is_done_is_told_with_who_did_it_and_from_where,
    a_cluster_reads_its_own_entries_and_no_others,
    pages_of_both_logs_are_one_list,
);

const CREATE: &str = "mutation ($input: CreateClientInput!) { createClient(input: $input) \
    { client { id } userErrors { code } } }";

/// A cluster with its administrator.
async fn cluster(server: &TestServer, name: &str) -> (Principal, Caller) {
    let organisation = server.put(given::organisation(name)).await.id;
    let cluster = server.put(given::tenant(organisation, name)).await.id;
    let principal = Principal::Cluster(cluster);
    (principal, server.acting_for(principal, Permissions::all()))
}

async fn what_is_done_is_told_with_who_did_it_and_from_where(server: TestServer) {
    let (principal, tenant) = cluster(&server, "Arahealth").await;
    let input = json!({ "name": "CRM", "scopes": ["sync", "admin"] });
    let made = tenant.query(CREATE, json!({ "input": input }));
    let client = &made["createClient"]["client"]["id"];
    for (mutation, times) in [("rotateClientSecret", 1), ("revokeClient", 2)] {
        let document = format!(
            "mutation ($id: ID!) {{ {mutation}(input: {{ id: $id }}) {{ userErrors {{ code }} }} }}"
        );
        for _ in 0..times {
            tenant.query(&document, json!({ "id": client }));
        }
    }
    let organisation = server.put(given::organisation("Regione Lazio")).await.id;
    let (registry, actor) = (&server.registry, &server.actor);
    let agency = registry.register_agency(actor, Reference::Id(organisation.into()));
    let agency = Principal::Agency(agency.await.unwrap().id).to_string();
    let grant = server.query(
        "mutation ($agency: ID!) { grantAgency(input: { agency: $agency, granted: { region: \"ITI4\" } }) \
         { grant { id } } }",
        json!({ "agency": agency }),
    );
    let grant = &grant["grantAgency"]["grant"]["id"];
    let revoke = "mutation ($id: ID!) { revokeGrant(input: { id: $id }) { grant { id } } }";
    server.query(revoke, json!({ "id": grant }));
    registry.rotate_signing_key(actor, None).await.unwrap();

    let here = json!("127.0.0.0/24");
    let tenant = json!(principal.to_string());
    let operator = json!("operator");
    let all = entries(
        &server,
        &[
            "CLIENT_CREATED",
            "CLIENT_SECRET_ROTATED",
            "CLIENT_REVOKED",
            "AGENCY_REGISTERED",
            "GRANT_MADE",
            "GRANT_REVOKED",
        ],
    );
    let told: Vec<_> = all
        .iter()
        .map(|entry| ["kind", "principal", "network", "subject"].map(|name| entry[name].clone()))
        .collect();
    assert_eq!(
        told,
        [
            [
                json!("CLIENT_CREATED"),
                tenant.clone(),
                here.clone(),
                client.clone()
            ],
            [
                json!("CLIENT_SECRET_ROTATED"),
                tenant.clone(),
                here.clone(),
                client.clone()
            ],
            [
                json!("CLIENT_REVOKED"),
                tenant.clone(),
                here.clone(),
                client.clone()
            ],
            [
                json!("AGENCY_REGISTERED"),
                operator.clone(),
                Value::Null,
                json!(agency)
            ],
            [
                json!("GRANT_MADE"),
                operator.clone(),
                here.clone(),
                grant.clone()
            ],
            [
                json!("GRANT_REVOKED"),
                operator.clone(),
                here.clone(),
                grant.clone()
            ],
        ],
        "done twice it is told once"
    );
    assert_eq!(detail(&all[0], "scopes"), "sync admin");
    assert_eq!(detail(&all[4], "region"), "ITI4");
    assert_eq!(detail(&all[4], "agency"), &json!(agency));
    let keys = entries(&server, &["SIGNING_KEY_REPLACED"]);
    assert_eq!(keys.len(), 2, "the first key, and the one after it");
}

async fn a_cluster_reads_its_own_entries_and_no_others(server: TestServer) {
    let (own, ours) = cluster(&server, "Arahealth").await;
    let (other, theirs) = cluster(&server, "EUROBIOMED").await;
    let create = "mutation { createOrganisation(input: { data: { name: \"Charité\" } }) \
        { organisation { id } userErrors { code } } }";
    let made = ours.query(create, json!({}))["createOrganisation"]["organisation"]["id"].clone();
    theirs.query(create, json!({}));
    let data = ours.query(ENTRIES, json!({}))["auditEntries"].clone();
    assert_eq!(data["totalCount"], 1, "{data}");
    let entry = &data["nodes"][0];
    assert_eq!(entry["principal"], own.to_string());
    assert_eq!(
        (&entry["kind"], &entry["subject"], &entry["origin"]),
        (&json!("RECORD_CHANGED"), &made, &json!("graphql"))
    );
    assert_eq!(entry["network"], "127.0.0.0/24");
    let fields = entry["fields"].as_array().unwrap();
    assert!(fields.contains(&json!("name")), "{fields:?}");
    for (filter, count) in [
        (json!({ "principal": { "eq": other.to_string() } }), 0),
        (json!({ "principal": { "eq": own.to_string() } }), 1),
        (json!({ "principal": { "ne": own.to_string() } }), 0),
        (json!({ "kind": { "eq": "RECORD_CHANGED" } }), 1),
        (json!({ "kind": { "ne": "RECORD_CHANGED" } }), 0),
        (json!({ "kind": { "notIn": ["SIGNED_IN"] } }), 1),
        (json!({ "at": { "gt": entry["at"] } }), 0),
        (
            json!({ "at": { "gte": entry["at"], "lte": entry["at"] } }),
            1,
        ),
    ] {
        let list = ours.query(ENTRIES, json!({ "filter": filter }));
        let list = &list["auditEntries"];
        let found = list["nodes"].as_array().unwrap().len();
        assert_eq!(
            (&list["totalCount"], found),
            (&json!(count), count),
            "{filter}"
        );
    }
    let reads = Permissions::from_iter([partner_registry::auth::Permission::RegistryRead]);
    for caller in [server.acting_for(own, reads), server.as_anonymous()] {
        let (_, answer) = caller.ask(ENTRIES, json!({}));
        let code = answer["errors"][0]["extensions"]["code"].as_str().unwrap();
        assert!(["FORBIDDEN", "UNAUTHENTICATED"].contains(&code), "{answer}");
    }
}

async fn pages_of_both_logs_are_one_list(server: TestServer) {
    for n in 0..4 {
        let row = given::organisation(&format!("Organisation {n}"));
        let id = server.put(row).await.id;
        let input = json!({ "name": format!("Client {n}"), "scopes": ["sync"] });
        server.query(CREATE, json!({ "input": input }));
        server
            .put(archive::<entities::organisation::Entity>(id))
            .await;
    }
    let ids = |list: &Value| -> Vec<String> {
        let nodes = list["nodes"].as_array().unwrap().iter();
        nodes
            .map(|node| node["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let list = |variables: Value| server.query(ENTRIES, variables)["auditEntries"].clone();
    let whole = list(json!({ "first": 200 }));
    let all = ids(&whole);
    assert_eq!(whole["totalCount"], all.len());
    assert!(
        all[0] == "change-8" && all[1] == "event-5" && all.len() == 13,
        "{all:?}"
    );
    let times: Vec<_> = whole["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["at"].as_str())
        .collect();
    assert!(
        times.is_sorted_by(|newer, older| newer >= older),
        "{times:?}"
    );
    for size in 1..5 {
        let (mut forwards, mut backwards) = (Vec::new(), Vec::new());
        let mut after = Value::Null;
        loop {
            let page = list(json!({ "first": size, "after": after }));
            forwards.extend(ids(&page));
            after = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        let mut before = Value::Null;
        loop {
            let page = list(json!({ "last": size, "before": before }));
            backwards.splice(0..0, ids(&page));
            before = page["pageInfo"]["startCursor"].clone();
            if page["pageInfo"]["hasPreviousPage"] == false {
                break;
            }
        }
        assert_eq!((&forwards, &backwards), (&all, &all), "pages of {size}");
    }
    let cursor = &whole["pageInfo"]["endCursor"];
    let other = json!({ "after": cursor, "filter": { "kind": { "eq": "SIGNED_IN" } } });
    for variables in [other, json!({ "after": "AAAA" })] {
        let (_, answer) = server.ask(ENTRIES, variables);
        let code = &answer["errors"][0]["extensions"]["code"];
        assert_eq!(code, "CURSOR_INVALID", "{answer}");
    }
}
