//! The token endpoint and what is published beside it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use partner_registry::auth::Principal;
use serde_json::{Value, json};
use tests::{TestServer, on_both, on_sqlite};
use ureq::SendBody;
use ureq::http::Method;

use super::{client, form, sign_in, token, viewer};

on_both!(a_client_gets_a_token_and_no_more_than_it_has);

on_sqlite!(
    what_is_refused_is_refused_as_the_rfc_says,
    who_fails_too_often_waits,
    keys_and_metadata_are_published,
);

const GRANT: &str = "grant_type=client_credentials";

async fn a_client_gets_a_token_and_no_more_than_it_has(server: TestServer) {
    let (id, secret) = client(&server, Principal::Operator, "registry:read sync").await;
    let basic = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let header = ("authorization", basic.as_str());
    let in_body = format!("{GRANT}&client_id={id}&client_secret={secret}");
    for (body, headers, scopes) in [
        (GRANT.to_owned(), &[header][..], "registry:read sync"),
        (in_body.clone(), &[], "registry:read sync"),
        (format!("{GRANT}&scope=sync"), &[header], "sync"),
        (
            format!("{in_body}&scope=sync+registry%3Aread"),
            &[],
            "registry:read sync",
        ),
    ] {
        let answer = form(&server, &body, headers);
        assert_eq!(answer.header("cache-control"), "no-store");
        let token = token(&answer);
        let mut said = answer.json();
        said["access_token"] = Value::Null;
        assert_eq!(
            said,
            json!({
                "access_token": null, "token_type": "Bearer", "expires_in": 900, "scope": scopes,
            })
        );
        let viewer = viewer(&server.with_token(token)).unwrap();
        let actual: Vec<_> = viewer["scopes"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(Value::as_str)
            .collect();
        assert_eq!(
            (actual.join(" "), &viewer["client"]),
            (scopes.to_owned(), &json!(id))
        );
    }
}

async fn what_is_refused_is_refused_as_the_rfc_says(server: TestServer) {
    let (id, secret) = client(&server, Principal::Operator, "registry:read").await;
    let basic =
        |id: &str, secret: &str| format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
    let (good, bad) = (basic(&id, &secret), basic(&id, "wrong"));
    let unknown = basic("client_00000000000000000000000000", &secret);
    for (body, header, status, error) in [
        (GRANT, Some(&bad), 401, "invalid_client"),
        (GRANT, Some(&unknown), 401, "invalid_client"),
        (GRANT, None, 401, "invalid_client"),
        (
            "grant_type=password",
            Some(&good),
            400,
            "unsupported_grant_type",
        ),
        ("", Some(&good), 400, "invalid_request"),
        (
            "grant_type=client_credentials&client_secret=x",
            Some(&good),
            400,
            "invalid_request",
        ),
        (
            "grant_type=client_credentials&scope=admin",
            Some(&good),
            400,
            "invalid_scope",
        ),
        (
            "grant_type=client_credentials&scope=everything",
            Some(&good),
            400,
            "invalid_scope",
        ),
    ] {
        let headers: Vec<_> = header
            .iter()
            .map(|it| ("authorization", it.as_str()))
            .collect();
        let answer = form(&server, body, &headers);
        let said = (answer.status, answer.json()["error"].clone());
        assert_eq!(said, (status, json!(error)), "{body} {}", answer.text);
        assert_eq!(answer.header("cache-control"), "no-store");
        let challenge = answer.header("www-authenticate");
        assert_eq!(
            challenge.starts_with("Basic "),
            status == 401 && header.is_some(),
            "{body}"
        );
        assert!(!answer.text.contains(&secret));
    }
    let as_json = [
        ("content-type", "application/json"),
        ("content-length", "2"),
    ];
    let nobody = server.as_anonymous();
    let mut body = "{}".as_bytes();
    let body = SendBody::from_reader(&mut body);
    let answer = nobody.request(Method::POST, "/oauth/token", &as_json, body);
    assert_eq!(answer.status, 415, "only forms");
    let large = format!("{GRANT}&x={}", "x".repeat(9_000));
    assert_eq!(
        form(&server, &large, &[("authorization", &good)]).status,
        413
    );
    let read = nobody.get("/oauth/token", &[]);
    assert_eq!((read.status, read.header("allow")), (405, "POST"));
}

async fn who_fails_too_often_waits(server: TestServer) {
    let (id, secret) = client(&server, Principal::Operator, "registry:read").await;
    let (other, others) = client(&server, Principal::Operator, "sync").await;
    for _ in 0..5 {
        assert_eq!(sign_in(&server, (&id, "wrong")).status, 401);
    }
    let held = sign_in(&server, (&id, &secret));
    assert_eq!(held.status, 429, "the right secret waits, too");
    let seconds: i64 = held.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&seconds), "{seconds}");
    token(&sign_in(&server, (&other, &others)));
    server
        .registry
        .clock()
        .advance(chrono::TimeDelta::seconds(seconds));
    token(&sign_in(&server, (&id, &secret)));
}

async fn keys_and_metadata_are_published(server: TestServer) {
    let nobody = server.as_anonymous();
    let issuer = server.issuer();
    let keys = nobody.get("/.well-known/jwks.json", &[]).json();
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1), "{keys}");
    assert_eq!(keys["keys"][0]["crv"], "Ed25519");
    assert_eq!(keys["keys"][0]["d"], Value::Null, "the public half alone");
    let metadata = nobody
        .get("/.well-known/oauth-authorization-server", &[])
        .json();
    for (name, expected) in [
        ("issuer", json!(issuer)),
        ("token_endpoint", json!(format!("{issuer}/oauth/token"))),
        ("jwks_uri", json!(format!("{issuer}/.well-known/jwks.json"))),
        ("grant_types_supported", json!(["client_credentials"])),
    ] {
        assert_eq!(metadata[name], expected);
    }
}
