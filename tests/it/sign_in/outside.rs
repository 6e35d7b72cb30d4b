//! Tokens of an outside identity provider, whose keys are fetched over HTTP.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jsonwebtoken::Algorithm;
use partner_registry::auth::issuer::Issuers;
use partner_registry::auth::key::{SigningKey, jwk};
use partner_registry::http::Web;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{Subject, TestApp, TestDatabase, TestServer, on_sqlite, start_of_time};

use super::forged::Forged;
use super::viewer;

on_sqlite!(
    an_outside_user_acts_for_whom_a_rule_names,
    a_storm_of_unknown_keys_asks_the_provider_once_a_minute,
    a_person_is_told_of_under_a_name_that_does_not_say_who_it_is,
);

const ISSUER: &str = "https://id.example/realms/regions";

/// A provider with one key, and how often it was asked for it. It ends with the process.
fn provider(key: &SigningKey) -> (String, Arc<AtomicUsize>) {
    let keys = json!({ "keys": [{ "kty": "unknown" }, jwk(key.kid(), &key.public())] }).to_string();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/keys", listener.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]).unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            let head = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json";
            write!(
                stream,
                "{head}\r\ncontent-length: {}\r\n\r\n{keys}",
                keys.len()
            )
            .unwrap();
        }
    });
    (url, asked)
}

async fn server(database: TestDatabase, url: &str) -> TestServer {
    let file = json!({ "issuers": [{
        "issuer": ISSUER, "audience": "partner-registry", "algorithm": "EdDSA",
        "jwks": { "url": url },
        "principals": [{ "claim": "/realm_access/roles", "value": "operators",
            "principal": "operator", "scope": "registry:read" }],
    }] });
    let issuers = Issuers::parse(&file.to_string()).unwrap();
    TestServer::serve(TestApp::over(database).await, issuers, Web::default()).await
}

/// A token as a provider writes it: without what ours have of their own.
async fn token(server: &TestServer, key: &SigningKey) -> Forged {
    let now = start_of_time().timestamp();
    Forged {
        header: json!({ "typ": "JWT", "alg": "EdDSA", "kid": key.kid() }),
        claims: json!({
            "iss": ISSUER, "aud": ["account", "partner-registry"], "exp": now + 300, "sub": "u1",
            "realm_access": { "roles": ["x", "operators"] },
        }),
        key: key.encoding().unwrap(),
        algorithm: Algorithm::EdDSA,
        ..Forged::good(server).await
    }
}

async fn an_outside_user_acts_for_whom_a_rule_names(database: TestDatabase) {
    let key = SigningKey::of([5; 32]);
    let (url, asked) = provider(&key);
    let server = server(database, &url).await;
    let good = token(&server, &key).await.write();
    let said = viewer(&server.with_token(good)).unwrap();
    assert_eq!(
        (&said["principal"], &said["scopes"]),
        (&json!("operator"), &json!(["registry:read"]))
    );
    // What it says of itself beside the rules decides nothing.
    for (claim, value) in [
        ("aud", json!("account")),
        ("iss", json!("https://id.example/realms/other")),
        ("realm_access", json!({ "roles": ["x"] })),
        ("realm_access", Value::Null),
        ("exp", json!(start_of_time().timestamp() - 1)),
    ] {
        let token = token(&server, &key).await.claim(claim, value.clone());
        assert_eq!(
            viewer(&server.with_token(token.write())),
            Err(401),
            "{claim}: {value}"
        );
    }
    let mut ours = Forged::good(&server).await.header("kid", key.kid());
    ours.key = key.encoding().unwrap();
    assert_eq!(
        viewer(&server.with_token(ours.write())),
        Err(401),
        "its key signs none of ours"
    );
    assert_eq!(asked.load(Ordering::SeqCst), 1);
}

async fn a_storm_of_unknown_keys_asks_the_provider_once_a_minute(database: TestDatabase) {
    let key = SigningKey::of([5; 32]);
    let (url, asked) = provider(&key);
    let server = server(database, &url).await;
    for n in 0..50 {
        let token = token(&server, &key)
            .await
            .header("kid", format!("unknown {n}"));
        assert_eq!(viewer(&server.with_token(token.write())), Err(401));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 1);
    let good = token(&server, &key).await.write();
    assert!(
        viewer(&server.with_token(good)).is_ok(),
        "known keys are good all the while"
    );
}

async fn a_person_is_told_of_under_a_name_that_does_not_say_who_it_is(database: TestDatabase) {
    let key = SigningKey::of([5; 32]);
    let (url, _) = provider(&key);
    let server = server(database.clone(), &url).await;
    let subject = "ada.lovelace@example.org";
    let of = async |subject: &str, more: i64| {
        let ends = start_of_time().timestamp() + more;
        let token = token(&server, &key).await;
        let token = token.claim("sub", json!(subject)).claim("exp", json!(ends));
        server.with_token(token.write())
    };
    // A token that comes again is no new sign-in; another token of the same person is.
    for (subject, more) in [
        (subject, 300),
        (subject, 300),
        (subject, 400),
        ("other", 300),
    ] {
        assert!(viewer(&of(subject, more).await).is_ok());
    }
    server.registry.keep_audit(&server.actor).await.unwrap();
    let entries = server.query(
        "{ auditEntries(filter: { kind: { eq: SIGNED_IN } }) { nodes { principal speaker network } } }",
        json!({}),
    );
    let nodes = entries["auditEntries"]["nodes"].as_array().unwrap();
    let names: Vec<_> = nodes
        .iter()
        .map(|node| node["speaker"].as_str().unwrap())
        .collect();
    assert_eq!(names.len(), 3, "{entries}");
    assert!(
        names.iter().all(|name| name.starts_with("person_")),
        "{names:?}"
    );
    assert!(names[1] == names[2] && names[0] != names[1], "{names:?}");
    assert_eq!(nodes[0]["principal"], "operator");
    let rows = entities::audit_event::Entity::find();
    let rows = rows.all(&database.connect().await).await.unwrap();
    assert!(!format!("{rows:?}").contains("ada"), "{rows:?}");
}
