//! Tokens that are refused, one attack a test. Who tried is answered 401, never served as nobody.

use jsonwebtoken::{Algorithm, EncodingKey};
use partner_registry::auth::Principal;
use partner_registry::auth::key::SigningKey;
use partner_registry::auth::type_id;
use serde_json::{Value, json};
use tests::{TestServer, on_both, on_sqlite};

use super::forged::{Forged, own_key};
use super::{VIEWER, client, sign_in, token, viewer};

on_both!(a_good_token_is_taken, a_revoked_client_is_refused);

on_sqlite!(
    a_token_without_signature,
    a_token_signed_with_the_public_key_as_a_secret,
    a_token_of_another_issuers_key,
    an_unknown_key,
    a_key_that_is_a_path_or_sql,
    an_expired_token,
    a_token_that_is_not_valid_yet,
    another_audience,
    another_issuer,
    missing_claims,
    an_end_that_is_a_text,
    claims_that_are_said_twice,
    a_token_of_another_type,
    a_token_with_a_critical_extension,
    a_changed_token,
    a_token_of_64_kb,
    two_authorization_headers,
    an_authorization_header_of_another_form,
    a_token_in_the_query_string,
);

/// Refused, with the challenge that says why.
fn assert_refused(server: &TestServer, token: &str) {
    let caller = server.with_token(token);
    assert_eq!(viewer(&caller), Err(401), "{token}");
    let headers = [
        ("content-type", "application/json"),
        ("accept", "application/json"),
    ];
    let body = json!({ "query": VIEWER }).to_string();
    let answer = caller.post_raw(body.as_bytes(), &headers);
    assert_eq!(answer.status, 401, "in every media type: {}", answer.text);
    let challenge = answer.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer ") && challenge.contains("invalid_token"),
        "{challenge}"
    );
}

async fn a_good_token_is_taken(server: TestServer) {
    let forged = Forged::good(&server).await;
    for token in [
        forged.write(),
        forged.header("typ", "application/AT+JWT").write(),
    ] {
        let expected = json!({
            "principal": "operator", "scopes": ["registry:read", "admin"], "client": null, "clusters": [],
        });
        assert_eq!(viewer(&server.with_token(token)), Ok(expected));
    }
    let nobody = json!({ "principal": "anonymous", "scopes": [], "client": null, "clusters": [] });
    assert_eq!(viewer(&server.as_anonymous()), Ok(nobody));
}

async fn a_revoked_client_is_refused(server: TestServer) {
    let (id, secret) = client(&server, Principal::Operator, "registry:read").await;
    let bearer = server.with_token(token(&sign_in(&server, (&id, &secret))));
    assert_eq!(
        viewer(&bearer).map(|viewer| viewer["client"].clone()),
        Ok(json!(id))
    );
    let id = type_id::read(type_id::CLIENT, &id).unwrap();
    server
        .registry
        .revoke_client(&server.actor, id)
        .await
        .unwrap();
    assert_refused(&server, bearer.token());
}

async fn a_token_without_signature(server: TestServer) {
    let forged = Forged::good(&server).await;
    for algorithm in ["none", "None", "NONE", ""] {
        let unsigned = Forged::good(&server).await.header("alg", algorithm);
        assert_refused(&server, &format!("{}.", unsigned.message()));
    }
    assert_refused(&server, &format!("{}.", forged.message()));
    assert_refused(&server, &forged.message());
}

async fn a_token_signed_with_the_public_key_as_a_secret(server: TestServer) {
    let public = own_key(&server).await.public();
    let mut forged = Forged::good(&server).await.header("alg", "HS256");
    forged.algorithm = Algorithm::HS256;
    for key in [
        EncodingKey::from_secret(public.as_bytes()),
        EncodingKey::from_base64_secret(&public.replace('-', "+").replace('_', "/"))
            .unwrap_or_else(|_| EncodingKey::from_secret(public.as_bytes())),
    ] {
        forged.key = key;
        assert_refused(&server, &forged.write());
    }
}

async fn a_token_of_another_issuers_key(server: TestServer) {
    let mut forged = Forged::good(&server).await;
    let other = SigningKey::of([9; 32]);
    forged.key = other.encoding().unwrap();
    assert_refused(&server, &forged.write());
    assert_refused(&server, &forged.header("kid", other.kid()).write());
}

async fn an_unknown_key(server: TestServer) {
    let forged = Forged::good(&server).await;
    assert_refused(&server, &forged.header("kid", "unknown").write());
    let forged = Forged::good(&server).await;
    assert_refused(&server, &forged.header("kid", Value::Null).write());
}

async fn a_key_that_is_a_path_or_sql(server: TestServer) {
    for kid in [
        "../../../../dev/null",
        "/etc/passwd",
        "file:///dev/null",
        "' OR '1'='1",
        "'; DROP TABLE signing_key; --",
        "\u{0}",
    ] {
        let forged = Forged::good(&server).await;
        assert_refused(&server, &forged.header("kid", kid).write());
    }
    assert!(viewer(&server).is_ok(), "the key is still there");
}

async fn an_expired_token(server: TestServer) {
    let token = Forged::good(&server).await.write();
    assert!(viewer(&server.with_token(&token)).is_ok());
    server
        .registry
        .clock()
        .advance(chrono::TimeDelta::minutes(15));
    assert_refused(&server, &token);
}

async fn a_token_that_is_not_valid_yet(server: TestServer) {
    let later = tests::start_of_time().timestamp() + 60;
    for claim in ["nbf", "iat"] {
        let forged = Forged::good(&server).await;
        assert_refused(&server, &forged.claim(claim, later).write());
    }
}

async fn another_audience(server: TestServer) {
    for audience in [
        json!("https://other.example"),
        json!([]),
        json!(["a", "b"]),
        json!(null),
    ] {
        let forged = Forged::good(&server).await;
        assert_refused(&server, &forged.claim("aud", audience).write());
    }
}

async fn another_issuer(server: TestServer) {
    let own = server.issuer();
    for issuer in [
        json!("https://other.example"),
        json!([own, "x"]),
        json!(format!("{own}/")),
    ] {
        let forged = Forged::good(&server).await;
        assert_refused(&server, &forged.claim("iss", issuer).write());
    }
}

async fn missing_claims(server: TestServer) {
    for claim in [
        "iss",
        "aud",
        "exp",
        "iat",
        "jti",
        "sub",
        "client_id",
        "scope",
        "principal",
    ] {
        let mut forged = Forged::good(&server).await;
        forged.claims.as_object_mut().unwrap().remove(claim);
        assert_refused(&server, &forged.write());
        let forged = Forged::good(&server).await;
        assert_refused(&server, &forged.claim(claim, Value::Null).write());
    }
    for (claim, value) in [
        ("principal", "anonymous"),
        ("principal", "organisation_0"),
        ("scope", "everything"),
        ("client_id", "x"),
    ] {
        let forged = Forged::good(&server).await;
        assert_refused(&server, &forged.claim(claim, value).write());
    }
}

async fn an_end_that_is_a_text(server: TestServer) {
    for end in [
        json!("99999999999"),
        json!(true),
        json!([99_999_999_999_i64]),
        json!(1e300),
    ] {
        let forged = Forged::good(&server).await;
        assert_refused(&server, &forged.claim("exp", end).write());
    }
}

async fn claims_that_are_said_twice(server: TestServer) {
    for claim in [
        r#""principal":"cluster_0""#,
        r#""exp":99999999999"#,
        r#""x":1,"x":1"#,
    ] {
        let mut forged = Forged::good(&server).await;
        let good = forged.claims.to_string();
        forged.text = Some(format!("{{{claim},{}", good.trim_start_matches('{')));
        assert_refused(&server, &forged.write());
    }
}

async fn a_token_of_another_type(server: TestServer) {
    for typ in [json!("JWT"), json!("id+jwt"), json!(""), Value::Null] {
        let forged = Forged::good(&server).await;
        assert_refused(&server, &forged.header("typ", typ).write());
    }
}

async fn a_token_with_a_critical_extension(server: TestServer) {
    let forged = Forged::good(&server).await;
    assert_refused(&server, &forged.header("crit", json!(["exp"])).write());
}

async fn a_changed_token(server: TestServer) {
    let forged = Forged::good(&server).await;
    let good = forged.write();
    let signature = good.rsplit('.').next().unwrap().to_owned();
    let changed = forged.claim("scope", "members:write").message();
    assert_refused(&server, &format!("{changed}.{signature}"));
    for broken in [
        "x",
        "a.b",
        "a.b.c",
        "..",
        &good[..good.len() - 4],
        &format!("{good}.x"),
    ] {
        assert_refused(&server, broken);
    }
}

async fn a_token_of_64_kb(server: TestServer) {
    // The server takes no header of that length; a token that fits is too long all the same.
    let forged = Forged::good(&server).await.claim("x", "x".repeat(9 * 1024));
    assert_refused(&server, &forged.write());
    let forged = Forged::good(&server)
        .await
        .claim("x", "x".repeat(64 * 1024));
    let body = json!({ "query": VIEWER }).to_string();
    let answer = server.with_token(forged.write());
    let answer = answer.post_raw(body.as_bytes(), &[("content-type", "application/json")]);
    assert!(
        (400..=431).contains(&answer.status) && !answer.text.contains("viewer"),
        "{answer:?}"
    );
}

async fn two_authorization_headers(server: TestServer) {
    let bearer = format!("Bearer {}", server.token());
    let body = json!({ "query": VIEWER }).to_string();
    for second in [bearer.as_str(), "Bearer x", "Basic eDp4"] {
        let headers = [
            ("content-type", "application/json"),
            ("authorization", bearer.as_str()),
            ("authorization", second),
        ];
        let answer = server.post_raw(body.as_bytes(), &headers);
        assert_eq!(answer.status, 401, "{}", answer.text);
        let challenge = answer.header("www-authenticate");
        assert!(challenge.contains("invalid_request"), "{challenge}");
    }
}

async fn an_authorization_header_of_another_form(server: TestServer) {
    let body = json!({ "query": VIEWER }).to_string();
    for header in ["", "Bearer", "Basic eDp4", server.token()] {
        let headers = [
            ("content-type", "application/json"),
            ("authorization", header),
        ];
        let answer = server.post_raw(body.as_bytes(), &headers);
        assert_eq!(answer.status, 401, "{header}: {}", answer.text);
    }
}

async fn a_token_in_the_query_string(server: TestServer) {
    let nobody = server.as_anonymous();
    for path in [
        format!(
            "/graphql?query={{__typename}}&access_token={}",
            server.token()
        ),
        "/graphql?query={__typename}&access%5Ftoken=".to_owned(),
    ] {
        for caller in [&nobody, &*server] {
            let answer = caller.get(&path, &[]);
            assert_eq!(answer.status, 401, "{}", answer.text);
        }
    }
}
