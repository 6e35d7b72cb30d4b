//! Tokens of an outside identity provider, whose keys are fetched over HTTP.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::TimeDelta;
use jsonwebtoken::Algorithm;
use partner_registry::auth::Principal;
use partner_registry::auth::issuer::Issuers;
use partner_registry::auth::key::{SigningKey, jwk};
use partner_registry::http::Web;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{Subject, TestApp, TestDatabase, TestServer, archive, on_sqlite, start_of_time};

use super::forged::Forged;
use super::viewer;
use crate::audit::{detail, entries};
use crate::given;

on_sqlite!(
    an_outside_user_acts_for_whom_a_rule_names,
    a_storm_of_unknown_keys_asks_the_provider_once_a_minute,
    a_person_is_told_of_under_a_name_that_does_not_say_who_it_is,
    a_person_who_may_not_come_in_is_told_of_once,
    nobody_signs_in_for_an_archived_cluster,
    a_token_that_says_who_someone_is_opens_nothing,
    keys_are_read_from_a_file,
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
    let app = TestApp::over(database).await;
    serve(app, json!({ "jwks": { "url": url } })).await
}

/// A server with this issuer, which says something else than usual.
async fn serve(app: TestApp, says: Value) -> TestServer {
    let mut issuer = json!({
        "issuer": ISSUER, "audience": "partner-registry", "algorithm": "EdDSA", "type": "JWT",
        "principals": [{ "claim": "/realm_access/roles", "value": "operators",
            "principal": "operator", "scope": "registry:read" }],
    });
    for (name, value) in says.as_object().unwrap() {
        issuer[name] = value.clone();
    }
    let file = json!({ "issuers": [issuer] });
    let issuers = Issuers::parse(&file.to_string()).unwrap();
    TestServer::serve(app, issuers, Web::default()).await
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

/// The failures that were told of, with how many they are and who failed.
async fn failures(server: &TestServer) -> Vec<(String, Value, bool)> {
    server.registry.clock().advance(TimeDelta::minutes(1));
    server.registry.keep_audit(&server.actor).await.unwrap();
    let failed = entries(server, &["SIGN_IN_FAILED"]);
    let told = failed.iter().map(|entry| {
        let reason = detail(entry, "reason").as_str().unwrap().to_owned();
        let speaker = entry["speaker"].as_str().unwrap_or_default();
        let is_person = speaker.starts_with("person_");
        (reason, detail(entry, "attempts").clone(), is_person)
    });
    told.collect()
}

async fn a_person_who_may_not_come_in_is_told_of_once(database: TestDatabase) {
    let key = SigningKey::of([5; 32]);
    let (url, _) = provider(&key);
    let server = server(database, &url).await;
    let forged = async |claim: &str, value: Value| {
        let token = token(&server, &key).await.claim(claim, value);
        server.with_token(token.write())
    };
    let nobody = forged("realm_access", Value::Null).await;
    let expired = forged("exp", json!(start_of_time().timestamp() - 1)).await;
    let elsewhere = forged("iss", json!("https://id.example/realms/other")).await;
    for caller in [&nobody, &nobody, &expired, &expired, &elsewhere] {
        assert_eq!(viewer(caller), Err(401));
    }
    assert_eq!(
        failures(&server).await,
        [
            ("NO_RULE".to_owned(), Value::Null, true),
            ("TOKEN_REFUSED".to_owned(), json!("2"), false),
        ]
    );
}

async fn nobody_signs_in_for_an_archived_cluster(database: TestDatabase) {
    let key = SigningKey::of([5; 32]);
    let (url, _) = provider(&key);
    let app = TestApp::over(database).await;
    let organisation = app.put(given::organisation("Arahealth")).await.id;
    let cluster = app.put(given::tenant(organisation, "Arahealth")).await.id;
    app.put(archive::<entities::cluster::Entity>(cluster)).await;
    let rule = json!({ "claim": "/realm_access/roles", "value": "operators",
        "principal": Principal::Cluster(cluster).to_string(), "scope": "registry:read" });
    let says = json!({ "jwks": { "url": url }, "principals": [rule] });
    let server = serve(app, says).await;
    let bearer = server.with_token(token(&server, &key).await.write());
    assert_eq!(viewer(&bearer), Err(401));
    let told = failures(&server).await;
    assert_eq!(told, [("CLUSTER_ARCHIVED".to_owned(), Value::Null, true)]);
    assert!(entries(&server, &["SIGNED_IN"]).is_empty());
}

async fn a_token_that_says_who_someone_is_opens_nothing(database: TestDatabase) {
    let key = SigningKey::of([5; 32]);
    let (url, _) = provider(&key);
    let strict = json!({ "jwks": { "url": url }, "type": "at+jwt" });
    let strict = serve(TestApp::over(database.clone()).await, strict).await;
    let good = token(&strict, &key).await;
    assert_eq!(viewer(&strict.with_token(good.write())), Err(401), "a JWT");
    let good = good.header("typ", "at+jwt").write();
    assert!(viewer(&strict.with_token(good)).is_ok());
    let later = start_of_time() + TimeDelta::seconds(5);
    let lenient = TestApp::at(database, later).await.unwrap();
    let lenient = serve(lenient, json!({ "jwks": { "url": url } })).await;
    assert!(viewer(&lenient.with_token(token(&lenient, &key).await.write())).is_ok());
    for claim in ["nonce", "at_hash", "c_hash"] {
        let token = token(&lenient, &key).await.claim(claim, "x");
        assert_eq!(
            viewer(&lenient.with_token(token.write())),
            Err(401),
            "{claim}"
        );
    }
}

async fn keys_are_read_from_a_file(database: TestDatabase) {
    let key = SigningKey::of([5; 32]);
    let file = database.directory().join("keys.json");
    let keys = json!({ "keys": [jwk(key.kid(), &key.public())] });
    std::fs::write(&file, keys.to_string()).unwrap();
    let app = TestApp::over(database).await;
    let server = serve(app, json!({ "jwks": { "file": file } })).await;
    let good = token(&server, &key).await.write();
    assert!(viewer(&server.with_token(good)).is_ok());
}
