//! Clusters and agencies that are registered, once, from organisations that are there.

use chrono::TimeDelta;
use entities::value::IdentifierScheme;
use partner_registry::auth::{Permissions, Principal};
use partner_registry::registry::{NewIdentifier, Patch, Reference};
use serde_json::{Value, json};
use tests::{Caller, TestApp, TestDatabase, TestServer, on_both, start_of_time};
use uuid::Uuid;

use crate::given;
use crate::sight::{Tenant, id, public};

on_both!(
    a_cluster_is_registered_once,
    two_who_register_a_cluster_at_once_make_one,
    an_agency_has_what_it_was_granted,
    a_cluster_stays_the_organisation_that_it_is,
    who_archives_its_own_cluster_is_its_administrator,
    a_client_is_made_for_a_cluster_that_is_registered,
);

const REGISTER_CLUSTER: &str = "mutation ($organisation: RecordRef!) { \
    registerCluster(input: { organisation: $organisation, acronym: \"TLS\" }) \
    { cluster { id name acronym version steward { id } } userErrors { code path } } }";
const REGISTER_AGENCY: &str = "mutation ($organisation: RecordRef!) { \
    registerAgency(input: { organisation: $organisation }) \
    { agency { id organisation { name } } userErrors { code path } } }";
const GRANT: &str = "mutation ($agency: ID!, $granted: GrantedInput!) { \
    grantAgency(input: { agency: $agency, granted: $granted }) \
    { grant { id region { code } programme revokedAt } projects userErrors { code path } } }";

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
    assert_eq!(lazio["projects"], Value::Null);
    let mut project = given::project("Early diagnosis");
    project.patch.programme = Patch::Set("HORIZON.2.1".to_owned());
    server.put(project).await;
    for (programme, projects) in [("HORIZON", 0), ("horizon.2.1", 0), ("HORIZON.2.1", 1)] {
        let granted = grant(json!({ "programme": programme }));
        assert_eq!(granted["grant"]["programme"], programme);
        assert_eq!(granted["projects"], projects, "{programme}");
        if programme != "HORIZON" {
            let revoke = "mutation ($id: ID!) { revokeGrant(input: { id: $id }) { projects } }";
            let revoked = server.query(revoke, json!({ "id": granted["grant"]["id"] }));
            assert_eq!(revoked["revokeGrant"]["projects"], projects);
        }
    }
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
    assert_eq!(own.query(all, Value::Null)["grants"]["totalCount"], 4);
    let revoke = "mutation ($id: ID!) { revokeGrant(input: { id: $id }) { grant { revokedAt } } }";
    let revoked = server.query(revoke, json!({ "id": lazio["grant"]["id"] }));
    assert!(revoked["revokeGrant"]["grant"]["revokedAt"].is_string());
    assert_eq!(
        grant(json!({ "region": "ITI4" }))["userErrors"],
        json!([]),
        "it can be granted again"
    );
}

/// What a cluster is refused, or the operator: the code and the path.
fn refusal(answer: &Value) -> (&str, &str) {
    let error = &answer["userErrors"][0];
    let text = |name: &str| error[name].as_str().unwrap_or_default();
    (text("code"), text("path"))
}

async fn a_cluster_stays_the_organisation_that_it_is(server: TestServer) {
    let tenant = Tenant::new(&server, "Tenant").await;
    let other = server.put(public(given::organisation("Another"))).await.id;
    let document = "mutation ($input: UpdateClusterInput!) { updateCluster(input: $input) \
        { cluster { id } userErrors { code path } } }";
    let update = |caller: &Caller, data: Value| {
        let input = json!({ "id": id("cluster", tenant.cluster), "data": data });
        caller.query(document, json!({ "input": input }))["updateCluster"].clone()
    };
    let to =
        |organisation: Uuid| json!({ "organisation": { "id": id("organisation", organisation) } });
    let own = tenant.caller(&server);
    let refused = update(&own, to(other.into()));
    assert_eq!(refusal(&refused), ("FORBIDDEN", "organisation"));
    let same = json!({ "organisation": to(tenant.organisation.into())["organisation"], "name": "New name" });
    assert_eq!(
        update(&own, same)["userErrors"],
        json!([]),
        "what stays may be said"
    );

    let partnership = server.put(public(given::partnership("P"))).await.id;
    let place = tenant.place(&server, partnership).await;
    tenant.accept(&server, place).await;
    let refused = update(&server, to(other.into()));
    assert_eq!(refusal(&refused), ("INVALID_STATE", "organisation"));
    tenant.leave(&server, place).await;
    assert_eq!(update(&server, to(other.into()))["userErrors"], json!([]));
}

async fn who_archives_its_own_cluster_is_its_administrator(server: TestServer) {
    let tenant = Tenant::new(&server, "Tenant").await;
    let document =
        "mutation ($id: ID!) { archiveCluster(input: { id: $id }) { userErrors { code path } } }";
    let archive = |scope: &str| {
        let caller = server.acting_for(tenant.principal(), scope.parse().unwrap());
        let variables = json!({ "id": id("cluster", tenant.cluster) });
        caller.query(document, variables)["archiveCluster"].clone()
    };
    let refused = archive("registry:read members:write");
    assert_eq!(refusal(&refused), ("FORBIDDEN", "id"));
    let done = archive("registry:read members:write admin");
    assert_eq!(done["userErrors"], json!([]));
}

async fn a_client_is_made_for_a_cluster_that_is_registered(server: TestServer) {
    let organisation = server.put(given::organisation("Arahealth")).await.id;
    let cluster = server.put(given::cluster(organisation, "Arahealth")).await;
    let document = "mutation ($input: CreateClientInput!) { createClient(input: $input) \
        { client { id } userErrors { code path message } } }";
    let create = || {
        let principal = json!({ "cluster": id("cluster", cluster.id) });
        let input = json!({ "name": "CRM", "scopes": ["sync"], "principal": principal });
        server.query(document, json!({ "input": input }))["createClient"].clone()
    };
    let refused = create();
    assert_eq!(refusal(&refused), ("INVALID_STATE", "principal"));
    let words = refused["userErrors"][0]["message"].as_str().unwrap();
    assert!(words.contains("registerCluster"), "{words}");
    let by_id = json!({ "organisation": { "id": id("organisation", organisation) } });
    server.query(REGISTER_CLUSTER, by_id);
    assert_eq!(create()["userErrors"], json!([]));
}
