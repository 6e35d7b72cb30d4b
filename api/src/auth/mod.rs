//! Who is asking, and what that one may see and do.
//!
//! It reads and writes tokens, secrets and keys. It keeps nothing in the database: `registry` does
//! that, and tells here what it found. Must not know HTTP, GraphQL or SQL.

mod actor;
pub mod attempts;
pub mod claims;
pub mod issuer;
pub mod jwks;
pub mod key;
mod network;
mod permission;
mod person;
mod policy;
mod principal;
pub mod secret;
mod server;
pub mod token;
pub mod type_id;
pub mod verified;

pub use actor::Actor;
pub use network::Network;
pub use permission::{Permission, Permissions, UnknownPermission};
pub use person::PersonKey;
pub use policy::Scope;
pub use principal::{Principal, UnknownPrincipal};
pub use server::{AccessToken, AuthorizationServer, Denied, TokenRequest};
pub use token::TokenError;

/// Says which cryptography signs and verifies, before anything is signed or verified.
pub fn install_cryptography() {
    // An error says that it was said before.
    let _ = jsonwebtoken::crypto::rust_crypto::DEFAULT_PROVIDER.install_default();
}
