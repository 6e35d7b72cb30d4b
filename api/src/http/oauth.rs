//! The authorization server's paths: tokens for clients (RFC 6749, section 4.4), its keys and its
//! metadata (RFC 8414). Must not say why a client was not recognised.

mod read;

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, PRAGMA, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::web::{Data, Payload};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde_json::json;

use self::read::Refusal;
use super::address::address;
use super::{State, Web};
use crate::auth::{Denied, Permission, TokenRequest};

/// Where clients get tokens.
pub(super) const TOKEN_PATH: &str = "/oauth/token";
/// Where the keys are.
pub(super) const JWKS_PATH: &str = "/.well-known/jwks.json";
/// Where the metadata are.
pub(super) const METADATA_PATH: &str = "/.well-known/oauth-authorization-server";

/// Issues a token to a client.
pub(super) async fn token(
    request: HttpRequest,
    body: Payload,
    state: Data<State>,
    web: Data<Web>,
) -> HttpResponse {
    let asked = match read::form(request.headers(), body).await {
        Ok(asked) => asked,
        Err(refusal) => return refuse(&refusal, false),
    };
    let by_header = asked.by_header;
    let asked = TokenRequest {
        client_id: asked.client_id,
        client_secret: asked.client_secret,
        scope: asked.scope,
        address: address(&request, &web.trusted_proxies),
    };
    match state.authority.grant(asked).await {
        Ok(token) => private(&mut HttpResponse::Ok()).json(json!({
            "access_token": token.token,
            "token_type": "Bearer",
            "expires_in": token.expires_in,
            "scope": token.scope,
        })),
        Err(Denied::Client) => {
            let words = "no live client has that id and that secret";
            refuse(&Refusal::new("invalid_client", words), by_header)
        }
        Err(Denied::Scope(words)) => refuse(&Refusal::new("invalid_scope", words), by_header),
        Err(Denied::TooOften(seconds)) => {
            let mut response = HttpResponse::TooManyRequests();
            response.insert_header((RETRY_AFTER, seconds.to_string()));
            let words = "too many attempts failed: wait as long as Retry-After says";
            private(&mut response)
                .json(json!({ "error": "invalid_client", "error_description": words }))
        }
        Err(Denied::Unavailable) => {
            let mut response = HttpResponse::ServiceUnavailable();
            let words = "the registry cannot answer now: try again in a moment";
            private(&mut response)
                .json(json!({ "error": "temporarily_unavailable", "error_description": words }))
        }
    }
}

/// Refuses the other methods.
pub(super) async fn other_method() -> HttpResponse {
    let mut response = HttpResponse::MethodNotAllowed();
    response.insert_header((ALLOW, "POST"));
    let words = "a token is asked for with POST";
    private(&mut response).json(json!({ "error": "invalid_request", "error_description": words }))
}

/// The keys with which our tokens are verified.
pub(super) async fn jwks(state: Data<State>) -> HttpResponse {
    match state.authority.jwks().await {
        Some(keys) => public().json(keys),
        None => HttpResponse::ServiceUnavailable().finish(),
    }
}

/// What the authorization server does, and where.
pub(super) async fn metadata(state: Data<State>) -> HttpResponse {
    let issuer = state.authority.issuer();
    public().json(json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}{TOKEN_PATH}"),
        "jwks_uri": format!("{issuer}{JWKS_PATH}"),
        "scopes_supported": Permission::ALL.map(Permission::as_str),
        "response_types_supported": [],
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }))
}

/// RFC 6749, section 5.2: 401 for a client that is not recognised, with a challenge where it used
/// the header, else 400.
fn refuse(refusal: &Refusal, by_header: bool) -> HttpResponse {
    let status = match refusal.status {
        Some(status) => status,
        None if refusal.code == "invalid_client" => StatusCode::UNAUTHORIZED,
        None => StatusCode::BAD_REQUEST,
    };
    let mut response = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED && by_header {
        response.insert_header((WWW_AUTHENTICATE, r#"Basic realm="partner-registry""#));
    }
    let Refusal { code, words, .. } = refusal;
    private(&mut response).json(json!({ "error": code, "error_description": words }))
}

/// An answer that nobody keeps.
fn private(response: &mut HttpResponseBuilder) -> &mut HttpResponseBuilder {
    response
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((PRAGMA, "no-cache"))
}

/// An answer that may be kept a while: a new key is made minutes before it is needed everywhere.
fn public() -> HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "public, max-age=60"));
    response
}
