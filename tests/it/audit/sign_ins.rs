//! Who signed in, and who could not: one entry each, which keeps nothing that is secret.

use entities::audit_event;
use partner_registry::auth::{Principal, type_id};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{TestServer, archive, on_both, restore};

use super::{detail, entries};
use crate::given;
use crate::sign_in::{client, form, sign_in, token, viewer};

on_both!(
    each_sign_in_is_told_once_with_its_reason,
    what_is_held_back_shares_an_entry_that_says_how_much_it_was,
    clients_of_an_archived_cluster_wait_until_it_is_restored,
);

/// All that the database keeps of events, as text.
async fn kept(server: &TestServer) -> String {
    let rows = audit_event::Entity::find();
    let rows = rows.all(&server.database.connect().await).await.unwrap();
    format!("{rows:?}")
}

async fn each_sign_in_is_told_once_with_its_reason(server: TestServer) {
    let organisation = server.put(given::organisation("Arahealth")).await.id;
    let cluster = server.put(given::tenant(organisation, "Arahealth")).await;
    let principal = Principal::Cluster(cluster.id);
    let (id, secret) = client(&server, principal, "registry:read sync").await;
    let (revoked, old) = client(&server, Principal::Operator, "sync").await;
    let revoked_id = type_id::read(type_id::CLIENT, &revoked).unwrap();
    let revoke = server.registry.revoke_client(&server.actor, revoked_id);
    revoke.await.unwrap();
    let typed = "my-password-by-mistake";
    for ((id, secret), status) in [
        ((id.as_str(), secret.as_str()), 200),
        ((&id, "prs_wrong"), 401),
        ((typed, "x"), 401),
        (("client_00000000000000000000000001", "x"), 401),
        ((&revoked, &old), 401),
    ] {
        assert_eq!(sign_in(&server, (id, secret)).status, status, "{id}");
    }
    let body =
        format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope=admin");
    assert_eq!(form(&server, &body, &[]).status, 400);
    server.registry.keep_audit(&server.actor).await.unwrap();
    let told: Vec<_> = entries(&server, &["SIGNED_IN", "SIGN_IN_FAILED"])
        .iter()
        .map(|entry| {
            assert_eq!(entry["network"], "127.0.0.0/24");
            let kind = entry["kind"].as_str().unwrap().to_owned();
            let who = (entry["principal"].clone(), entry["subject"].clone());
            (
                kind,
                who,
                detail(entry, "reason").clone(),
                detail(entry, "scopes").clone(),
            )
        })
        .collect();
    let (own, nobody) = (json!(principal.to_string()), json!("anonymous"));
    let failed = |who: &Value, client: Value, why: &str| {
        let kind = "SIGN_IN_FAILED".to_owned();
        (kind, (who.clone(), client), json!(why), Value::Null)
    };
    let signed_in = (
        "SIGNED_IN".to_owned(),
        (own.clone(), json!(id)),
        Value::Null,
        json!("registry:read sync"),
    );
    assert_eq!(
        told,
        [
            signed_in,
            failed(&own, json!(id), "WRONG_SECRET"),
            failed(&nobody, Value::Null, "UNKNOWN_CLIENT"),
            failed(&nobody, Value::Null, "UNKNOWN_CLIENT"),
            failed(&json!("operator"), json!(revoked), "CLIENT_REVOKED"),
            failed(&own, json!(id), "SCOPE_REFUSED"),
        ]
    );
    let kept = kept(&server).await;
    for secret in [&secret, "prs_", typed, "000001", "argon2", "127.0.0.1"] {
        assert!(!kept.contains(secret), "{secret}: {kept}");
    }
}

async fn what_is_held_back_shares_an_entry_that_says_how_much_it_was(server: TestServer) {
    let (id, _) = client(&server, Principal::Operator, "sync").await;
    let statuses: Vec<_> = (0..8)
        .map(|_| sign_in(&server, (&id, "x")).status)
        .collect();
    assert_eq!(statuses, [401, 401, 401, 401, 401, 429, 429, 429]);
    server.registry.keep_audit(&server.actor).await.unwrap();
    assert_eq!(entries(&server, &["SIGN_IN_FAILED"]).len(), 5);
    let later = chrono::TimeDelta::minutes(1);
    server.registry.clock().advance(later);
    server.registry.keep_audit(&server.actor).await.unwrap();
    let told = entries(&server, &["SIGN_IN_FAILED"]);
    assert_eq!(told.len(), 6, "{told:?}");
    let last = told.last().unwrap();
    assert_eq!(detail(last, "reason"), "HELD_BACK");
    assert_eq!(detail(last, "attempts"), "3");
}

async fn clients_of_an_archived_cluster_wait_until_it_is_restored(server: TestServer) {
    let organisation = server.put(given::organisation("Arahealth")).await.id;
    let cluster = server.put(given::tenant(organisation, "Arahealth")).await;
    let (id, secret) = client(&server, Principal::Cluster(cluster.id), "registry:read").await;
    let bearer = server.with_token(token(&sign_in(&server, (&id, &secret))));
    assert!(viewer(&bearer).is_ok());
    server
        .put(archive::<entities::cluster::Entity>(cluster.id))
        .await;
    assert_eq!(sign_in(&server, (&id, &secret)).status, 401);
    let later = chrono::TimeDelta::seconds(16);
    server.registry.clock().advance(later);
    assert_eq!(viewer(&bearer), Err(401), "its tokens end, too");
    server.registry.keep_audit(&server.actor).await.unwrap();
    let failed = entries(&server, &["SIGN_IN_FAILED"]);
    assert_eq!(detail(&failed[0], "reason"), "CLUSTER_ARCHIVED");

    server
        .put(restore::<entities::cluster::Entity>(cluster.id))
        .await;
    let again = server.with_token(token(&sign_in(&server, (&id, &secret))));
    server.registry.clock().advance(later);
    for bearer in [bearer, again] {
        assert!(viewer(&bearer).is_ok(), "as if it had never been archived");
    }
}
