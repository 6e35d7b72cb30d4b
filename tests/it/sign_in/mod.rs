//! Signing in: tokens that are refused, how clients get good ones, who keeps clients, and what the
//! command line does of it.

mod attacks;
mod clients;
mod endpoint;
mod forged;
mod outside;
mod program;
mod stewards;
mod tenants;

use partner_registry::auth::{Permissions, Principal, type_id};
use partner_registry::registry::access::NewClient;
use serde_json::Value;
use tests::{Answer, Caller, TestApp};
use ureq::SendBody;
use ureq::http::Method;

/// What every caller may ask.
const VIEWER: &str = "{ viewer { principal scopes client clusters { name } } }";

/// A client of a principal: its id and its secret.
pub(crate) async fn client(app: &TestApp, principal: Principal, scope: &str) -> (String, String) {
    let permissions: Permissions = scope.parse().unwrap();
    let new = NewClient {
        principal,
        name: format!("client for {scope}"),
        permissions,
    };
    let issued = app.registry.create_client(&app.actor, new).await.unwrap();
    (
        type_id::write(type_id::CLIENT, issued.client.id),
        issued.secret,
    )
}

/// Sends a form to the token endpoint.
pub(crate) fn form(caller: &Caller, body: &str, headers: &[(&str, &str)]) -> Answer {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let length = body.len().to_string();
    let headers = [&[form, ("content-length", &length)], headers].concat();
    let nobody = caller.as_anonymous();
    let mut body = body.as_bytes();
    nobody.request(
        Method::POST,
        "/oauth/token",
        &headers,
        SendBody::from_reader(&mut body),
    )
}

/// Asks for a token with an id and a secret in the body.
pub(crate) fn sign_in(caller: &Caller, (id, secret): (&str, &str)) -> Answer {
    let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    form(caller, &body, &[])
}

/// The token of an answer that has one.
pub(crate) fn token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let token = answer.json()["access_token"].as_str().map(str::to_owned);
    token.unwrap()
}

/// Who the bearer of a token is, or the status with which it is refused.
pub(crate) fn viewer(caller: &Caller) -> Result<Value, u16> {
    match caller.ask(VIEWER, Value::Null) {
        (200, answer) => Ok(answer["data"]["viewer"].clone()),
        (status, answer) => {
            let code = &answer["errors"][0]["extensions"]["code"];
            assert_eq!(
                (code.as_str(), answer.get("data")),
                (Some("UNAUTHENTICATED"), None)
            );
            Err(status)
        }
    }
}
