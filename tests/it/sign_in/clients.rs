//! Who keeps clients, their secrets, and the keys that sign.

use chrono::TimeDelta;
use entities::signing_key;
use partner_registry::auth::issuer::Issuers;
use partner_registry::auth::{Permissions, Principal};
use partner_registry::http::Web;
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};
use serde_json::{Value, json};
use tests::{Caller, TestApp, TestDatabase, TestServer, on_both, on_postgres, start_of_time};

use super::{client, sign_in, token, viewer};
use crate::given;

on_both!(
    a_client_has_two_secrets_while_it_changes_them,
    a_cluster_keeps_its_own_clients,
    revoking_is_noticed_by_other_processes_within_a_minute,
    a_rotated_key_verifies_until_its_tokens_are_gone,
);

on_postgres!(a_database_that_hangs_lets_nobody_in_by_what_was_known_long_ago);

const ROTATE: &str = "mutation ($id: ID!) { rotateClientSecret(input: { id: $id }) \
    { client { id } secret userErrors { code path } } }";
const REVOKE: &str = "mutation ($id: ID!) { revokeClient(input: { id: $id }) \
    { client { revokedAt } userErrors { code path } } }";
const CREATE: &str = "mutation ($input: CreateClientInput!) { createClient(input: $input) \
    { client { id name principal scopes } secret userErrors { code path } } }";

async fn a_client_has_two_secrets_while_it_changes_them(server: TestServer) {
    let (id, first) = client(&server, Principal::Operator, "registry:read").await;
    let rotate = || {
        let data = server.query(ROTATE, json!({ "id": id }));
        data["rotateClientSecret"]["secret"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let second = rotate();
    for secret in [&first, &second] {
        token(&sign_in(&server, (&id, secret)));
    }
    let third = rotate();
    for (secret, status) in [(&first, 401), (&second, 200), (&third, 200)] {
        assert_eq!(sign_in(&server, (&id, secret)).status, status);
    }
    server.query(REVOKE, json!({ "id": id }));
    assert_eq!(sign_in(&server, (&id, &third)).status, 401);
    let refused = server.query(ROTATE, json!({ "id": id }));
    let error = &refused["rotateClientSecret"]["userErrors"][0];
    assert_eq!(*error, json!({ "code": "INVALID_STATE", "path": "id" }));
}

async fn a_cluster_keeps_its_own_clients(server: TestServer) {
    let all = Permissions::all();
    let mut administrators = Vec::new();
    for name in ["Arahealth", "EUROBIOMED"] {
        let organisation = server.put(given::organisation(name)).await.id;
        let cluster = server.put(given::tenant(organisation, name)).await.id;
        administrators.push((cluster, server.acting_for(Principal::Cluster(cluster), all)));
    }
    let [(own, ours), (other, theirs)] = &administrators[..] else {
        panic!("two clusters");
    };
    let names = |principal: &Principal| principal.to_string();
    let create = |caller: &Caller, name: &str, principal: Value| {
        let input = json!({ "name": name, "scopes": ["sync", "admin"], "principal": principal });
        caller.query(CREATE, json!({ "input": input }))["createClient"].clone()
    };
    let made = create(ours, " CRM ", Value::Null);
    assert_eq!(made["client"]["name"], "CRM");
    assert_eq!(
        made["client"]["principal"],
        names(&Principal::Cluster(*own))
    );
    assert!(made["secret"].as_str().unwrap().starts_with("prs_"));
    let of = |cluster: &entities::id::ClusterId| json!({ "cluster": names(&Principal::Cluster(*cluster)) });
    for (name, principal, code) in [
        ("CRM", Value::Null, "DUPLICATE"),
        ("CRM 2", of(other), "NOT_FOUND"),
        ("CRM 2", json!({ "operator": true }), "FORBIDDEN"),
        ("CRM 2", json!({ "cluster": "cluster_0" }), "NOT_FOUND"),
        ("  ", Value::Null, "REQUIRED"),
        ("a\nb", Value::Null, "INVALID"),
    ] {
        let refused = create(ours, name, principal.clone());
        assert_eq!(
            refused["userErrors"][0]["code"], code,
            "{name:?} {principal}: {refused}"
        );
        assert_eq!(
            (&refused["client"], &refused["secret"]),
            (&Value::Null, &Value::Null)
        );
    }
    let list = "{ clients { totalCount nodes { id } } }";
    let id = made["client"]["id"].clone();
    for (caller, count) in [(ours, 1), (theirs, 0), (&*server, 1)] {
        assert_eq!(
            caller.query(list, Value::Null)["clients"]["totalCount"],
            count
        );
    }
    for document in [ROTATE, REVOKE] {
        let refused = theirs.query(document, json!({ "id": id }));
        let field = refused.as_object().unwrap().values().next().unwrap();
        assert_eq!(field["userErrors"][0]["code"], "NOT_FOUND", "{refused}");
    }
    let revoked = ours.query(REVOKE, json!({ "id": id }));
    assert!(revoked["revokeClient"]["client"]["revokedAt"].is_string());
    assert_eq!(
        create(ours, "CRM", Value::Null)["userErrors"],
        json!([]),
        "the name is free"
    );
}

async fn revoking_is_noticed_by_other_processes_within_a_minute(database: TestDatabase) {
    let here = TestApp::at(database.clone(), start_of_time())
        .await
        .unwrap();
    let server = TestServer::serve(here, Issuers::default(), Web::default()).await;
    let (id, secret) = client(&server, Principal::Operator, "registry:read").await;
    let bearer = server.with_token(token(&sign_in(&server, (&id, &secret))));
    assert!(viewer(&bearer).is_ok());
    let there = TestApp::at(database, start_of_time() + TimeDelta::seconds(5))
        .await
        .unwrap();
    let id = partner_registry::auth::type_id::read("client", &id).unwrap();
    there
        .registry
        .revoke_client(&there.actor, id)
        .await
        .unwrap();
    server.registry.clock().advance(TimeDelta::seconds(59));
    assert_eq!(viewer(&bearer), Err(401));
}

async fn a_rotated_key_verifies_until_its_tokens_are_gone(database: TestDatabase) {
    let here = TestApp::at(database.clone(), start_of_time())
        .await
        .unwrap();
    let server = TestServer::serve(here, Issuers::default(), Web::default()).await;
    let there = TestApp::at(database.clone(), start_of_time() + TimeDelta::seconds(5))
        .await
        .unwrap();
    there
        .registry
        .rotate_signing_key(&there.actor, None)
        .await
        .unwrap();
    server.registry.clock().advance(TimeDelta::seconds(30));
    assert!(viewer(&server).is_ok(), "the old key's token is good");
    let new = server.acting_for(Principal::Operator, Permissions::all());
    assert!(viewer(&new).is_ok());
    let keys = || {
        let keys = server
            .as_anonymous()
            .get("/.well-known/jwks.json", &[])
            .json();
        keys["keys"].as_array().unwrap().len()
    };
    assert_eq!(keys(), 2);
    let rows = signing_key::Entity::find()
        .all(&database.connect().await)
        .await
        .unwrap();
    let private = rows.iter().filter(|row| row.private_key.is_some());
    assert_eq!(
        private.count(),
        1,
        "the old key's private half is forgotten"
    );
    server.registry.clock().advance(TimeDelta::minutes(62));
    assert_eq!(keys(), 1, "its tokens are gone");
}

/// One reads, and gets no answer; the other finds it reading.
async fn a_database_that_hangs_lets_nobody_in_by_what_was_known_long_ago(server: TestServer) {
    assert!(viewer(&server).is_ok());
    let db = server.database.connect().await;
    let held = db.begin().await.unwrap();
    held.execute_unprepared("LOCK TABLE signing_key IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    server.registry.clock().advance(TimeDelta::seconds(56));
    let ask = || server.ask(super::VIEWER, Value::Null).0;
    let statuses = tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            [scope.spawn(ask), scope.spawn(ask)].map(|one| one.join().unwrap())
        })
    });
    assert_eq!(statuses, [503, 503]);
    held.rollback().await.unwrap();
    assert!(viewer(&server).is_ok(), "the same token, when it answers");
}
