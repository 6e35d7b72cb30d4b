//! What an authorization server does for those who reach it over HTTP.

use std::net::IpAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use serde_json::Value;

use super::{Actor, Network, TokenError};

/// A client asks for a token (RFC 6749, section 4.4).
#[derive(Clone)]
pub struct TokenRequest {
    /// Who it says to be.
    pub client_id: String,
    /// What it proves that with.
    pub client_secret: String,
    /// The scopes that it asks for; none: all that it has.
    pub scope: Option<String>,
    /// Where it asks from.
    pub address: IpAddr,
}

impl std::fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenRequest")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// A token, for the client's eyes.
#[derive(Clone)]
pub struct AccessToken {
    /// The token.
    pub token: String,
    /// In how many seconds it ends.
    pub expires_in: i64,
    /// What its bearer may do.
    pub scope: String,
}

impl std::fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccessToken")
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Why a client gets no token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Denied {
    /// No live client has that id and that secret.
    Client,
    /// A scope is unknown, or the client does not have it.
    Scope(String),
    /// Too many attempts failed; in so many seconds the next one may be made.
    TooOften(i64),
    /// The registry cannot answer now.
    Unavailable,
}

/// An authorization server: it issues tokens to clients and says who bears one.
pub trait AuthorizationServer: Send + Sync {
    /// Issues a token to a client.
    fn grant(&self, request: TokenRequest) -> BoxFuture<'_, Result<AccessToken, Denied>>;

    /// Says who bears a token, of ours or of an outside issuer, that comes from a network.
    fn authenticate<'a>(
        &'a self,
        token: &'a str,
        from: Network,
    ) -> BoxFuture<'a, Result<Arc<Actor>, TokenError>>;

    /// Waits until a token that is good counts no longer, and says why.
    fn end_of<'a>(&'a self, token: &'a str, from: Network) -> BoxFuture<'a, TokenError>;

    /// The public keys with which its tokens are verified: a JSON Web Key Set.
    fn jwks(&self) -> BoxFuture<'_, Option<Value>>;

    /// What it is called: the URL that its paths begin with.
    fn issuer(&self) -> &str;
}
