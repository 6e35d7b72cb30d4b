//! Clusters and agencies that are registered, once, from organisations that are there.

use chrono::TimeDelta;
use entities::value::IdentifierScheme;
use partner_registry::auth::{Permissions, Principal};
use partner_registry::registry::{NewIdentifier, Patch, Reference};
use serde_json::{Value, json};
use tests::{TestApp, TestDatabase, TestServer, on_both, start_of_time};

use crate::given;

on_both!(
    a_cluster_is_registered_once,
    two_who_register_a_cluster_at_once_make_one,
    an_agency_has_what_it_was_granted,
);

const REGISTER_CLUSTER: &str = "mutation ($organisation: RecordRef!) { \
    registerCluster(input: { organisation: $organisation, acronym: \"TLS\" }) \
    { cluster { id name acronym version steward { id } } userErrors { code path } } }";
const REGISTER_AGENCY: &str = "mutation ($organisation: RecordRef!) { \
    registerAgency(input: { organisation: $organisation }) \
    { agency { id organisation { name } } userErrors { code path } } }";
const GRANT: &str = "mutation ($agency: ID!, $granted: GrantedInput!) { \
    grantAgency(input: { agency: $agency, granted: $granted }) \
    { grant { id region { code } programme revokedAt } userErrors { code path } } }";

/// An organisation with a PIC.
async fn organisation(server: &TestServer) {
    let mut row = given::organisation("Toscana Life Sciences");
    row.patch.identifiers = Patch::Set(vec![NewIdentifier {
        scheme: IdentifierScheme::EuPic,
        value: "998436424".to_owned(),
        country: None,
    }]);
    server.put(row).await;
}

async fn a_cluster_is_registered_once(server: TestServer) {
    organisation(&server).await;
    let by_pic = json!({ "identifier": { "scheme": "EU_PIC", "value": "998 436 424" } });
    let register = |organisation: &Value| {
        let data = server.query(REGISTER_CLUSTER, json!({ "organisation": organisation }));
        data["registerCluster"].clone()
    };
    let first = register(&by_pic);
    assert_eq!(first["userErrors"], json!([]), "{first}");
    assert_eq!(first["cluster"]["name"], "Toscana Life Sciences");
    assert_eq!(
        first["cluster"]["steward"]["id"], first["cluster"]["id"],
        "its own steward"
    );
    assert_eq!(
        register(&by_pic),
        first,
        "done twice it is the same, and no new version"
    );

    let other = server.put(given::organisation("Charité")).await.id;
    let there = server.put(given::cluster(other, "HealthCapital")).await;
    let by_id = json!({ "id": server.query("{ organisations(search: \"charite\") { nodes { id } } }", Value::Null)
        ["organisations"]["nodes"][0]["id"] });
    let registered = register(&by_id);
    assert_eq!(
        registered["cluster"]["name"], "HealthCapital",
        "the cluster that is there"
    );
    assert_eq!(
        registered["cluster"]["steward"]["id"],
        registered["cluster"]["id"]
    );

    let tenant = server.acting_for(Principal::Cluster(there.id), Permissions::all());
    let viewer = tenant.query("{ viewer { clusters { name } } }", Value::Null);
    assert_eq!(
        viewer["viewer"]["clusters"],
        json!([{ "name": "HealthCapital" }])
    );

    let nowhere = json!({ "identifier": { "scheme": "VAT", "value": "IT00000000000" } });
    let refused = register(&nowhere);
    assert_eq!(
        refused["userErrors"],
        json!([{ "code": "NOT_FOUND", "path": "organisation" }])
    );
}

async fn two_who_register_a_cluster_at_once_make_one(database: TestDatabase) {
    let start = start_of_time();
    let here = TestApp::at(database.clone(), start).await.unwrap();
    let later = start + TimeDelta::days(1);
    let there = TestApp::at(database, later).await.unwrap();
    let organisation = here.put(given::organisation("Arahealth")).await.id;
    let register = |app: &TestApp| {
        let (registry, actor) = (app.registry.clone(), app.actor.clone());
        let organisation = Reference::Id(organisation.into());
        async move {
            let registered = registry.register_cluster(&actor, organisation, None, "test");
            registered.await.unwrap()
        }
    };
    let all = [&here, &there, &here, &there].map(|app| tokio::spawn(register(app)));
    let mut ids = Vec::new();
    for one in all {
        ids.push(one.await.unwrap().id);
    }
    ids.dedup();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert_eq!(here.count::<entities::cluster::Entity>(None).await, 1);
}

async fn an_agency_has_what_it_was_granted(server: TestServer) {
    organisation(&server).await;
    let by_pic = json!({ "identifier": { "scheme": "EU_PIC", "value": "998436424" } });
    let register = || {
        let data = server.query(REGISTER_AGENCY, json!({ "organisation": by_pic }));
        data["registerAgency"]["agency"].clone()
    };
    let agency = register();
    assert_eq!(agency["organisation"]["name"], "Toscana Life Sciences");
    assert_eq!(register(), agency, "done twice it is the same");
    let grant = |granted: Value| {
        let variables = json!({ "agency": agency["id"], "granted": granted });
        server.query(GRANT, variables)["grantAgency"].clone()
    };
    let lazio = grant(json!({ "region": "ITI4" }));
    assert_eq!(lazio["grant"]["region"]["code"], "ITI4");
    assert_eq!(
        grant(json!({ "programme": "HORIZON" }))["grant"]["programme"],
        "HORIZON"
    );
    for (granted, code) in [
        (json!({ "region": "ITI4" }), "DUPLICATE"),
        (json!({ "region": "XX99" }), "UNKNOWN_CODE"),
        (json!({ "programme": " " }), "REQUIRED"),
    ] {
        let refused = grant(granted.clone());
        assert_eq!(refused["userErrors"][0]["code"], code, "{granted}");
    }
    let id = agency["id"].as_str().unwrap().parse().unwrap();
    let own = server.acting_for(id, "registry:read".parse().unwrap());
    let all = "{ grants { totalCount nodes { programme revokedAt agency { id } } } }";
    assert_eq!(own.query(all, Value::Null)["grants"]["totalCount"], 2);
    let revoke = "mutation ($id: ID!) { revokeGrant(input: { id: $id }) { grant { revokedAt } } }";
    let revoked = server.query(revoke, json!({ "id": lazio["grant"]["id"] }));
    assert!(revoked["revokeGrant"]["grant"]["revokedAt"].is_string());
    assert_eq!(
        grant(json!({ "region": "ITI4" }))["userErrors"],
        json!([]),
        "it can be granted again"
    );
}
