//! A token for a client: who asks for one proves to be that client, and whoever gets one or does not
//! is told of in the audit. Must not tell the one who asks why it was not recognised.

use chrono::TimeDelta;
use entities::client;
use entities::record::RecordType;

use super::authority::Authority;
use super::hashing::Turn;
use super::own::principal_of;
use crate::auth::token::Grant;
use crate::auth::{AccessToken, Actor, Denied, Network, Permissions, Scope, TokenRequest, type_id};
use crate::registry::audit::SignInFailure;
use crate::registry::{Error, Result};
use crate::store;

/// A client that may sign in, or why it may not, with the client where there is one.
type Known = Result<client::Model, (Option<client::Model>, SignInFailure)>;

impl Authority {
    /// The token of a client that proves to be one.
    pub(super) async fn granted(&self, request: TokenRequest) -> Result<AccessToken, Denied> {
        let TokenRequest {
            client_id,
            client_secret,
            scope,
            address,
        } = request;
        let from = Network::from(address);
        let too_often = |wait: TimeDelta| {
            self.registry.count_held_back();
            // Rounded up: who comes back sooner comes too soon.
            Denied::TooOften(wait.num_seconds().saturating_add(1))
        };
        let now = self.registry.clock().now();
        if let Some(wait) = self.attempts.wait(address, &client_id, now) {
            return Err(too_often(wait));
        }
        let turn = self.registry.hashing.turn().await;
        let turn = turn.ok_or(Denied::Unavailable)?;
        // Others may have failed while this one waited for its turn.
        let now = self.registry.clock().now();
        let begun = self.attempts.begin(address, &client_id, now);
        begun.map_err(too_often)?;
        let proved = self.proved(&client_id, client_secret, turn).await;
        if !matches!(proved, Ok(Err(_))) {
            self.attempts.take_back(address, &client_id);
        }
        let failed = |client: Option<&client::Model>, why, denied| {
            if self.registry.tell_failed(client, from, why) {
                denied
            } else {
                Denied::Unavailable
            }
        };
        let client =
            proved?.map_err(|(client, why)| failed(client.as_ref(), why, Denied::Client))?;
        let permissions = narrowed(&client, scope.as_deref())
            .map_err(|denied| failed(Some(&client), SignInFailure::ScopeRefused, denied))?;
        let grant = Grant {
            principal: principal_of(&client),
            permissions,
            client: Some(client.id),
        };
        let token = self.issue(grant).map_err(|_| Denied::Unavailable)?;
        let actor = Actor::new(grant.principal, permissions, grant.client).asking_from(from);
        if self.registry.tell_signed_in(&actor) {
            Ok(token)
        } else {
            Err(Denied::Unavailable)
        }
    }

    /// The client that has this id and this secret, or why there is none, with the client where its
    /// id is known.
    async fn proved(&self, id: &str, secret: String, turn: Turn) -> Result<Known, Denied> {
        let unavailable = |error: Error| {
            tracing::warn!(%error, "a client cannot be looked up");
            Denied::Unavailable
        };
        let (client, hashes) = self.known(id).await.map_err(unavailable)?;
        let has_secret = turn.has_hash(secret, hashes).await;
        let has_secret = has_secret.ok_or(Denied::Unavailable)?;
        Ok(match client {
            Err(failed) => Err(failed),
            Ok(client) if has_secret => Ok(client),
            Ok(client) => Err((Some(client), SignInFailure::WrongSecret)),
        })
    }

    /// A client that may sign in with one of its secrets, and their hashes; who may not has none.
    async fn known(&self, id: &str) -> Result<(Known, Vec<String>)> {
        let unknown = || (Err((None, SignInFailure::UnknownClient)), Vec::new());
        let Some(id) = type_id::read(type_id::CLIENT, id) else {
            return Ok(unknown());
        };
        let db = &self.registry.db.read;
        let Some(client) = store::client(db, id).await? else {
            return Ok(unknown());
        };
        let ended = |client, why| (Err((Some(client), why)), Vec::new());
        if client.revoked_at.is_some() {
            return Ok(ended(client, SignInFailure::ClientRevoked));
        }
        if let Some(cluster) = client.cluster_id {
            let ids = vec![cluster.into()];
            let live = store::existing(db, &Scope::All, RecordType::Cluster, ids).await?;
            if live.is_empty() {
                return Ok(ended(client, SignInFailure::ClusterArchived));
            }
        }
        let secrets = store::live_secrets(db, id).await?;
        let hashes = secrets.into_iter().map(|secret| secret.hash);
        Ok((Ok(client), hashes.collect()))
    }
}

/// What the token may do: what the client asks for, of what it has.
fn narrowed(client: &client::Model, scope: Option<&str>) -> Result<Permissions, Denied> {
    let has: Permissions = client.permissions.parse().unwrap_or_default();
    let Some(scope) = scope else {
        return Ok(has);
    };
    match scope.parse::<Permissions>() {
        Ok(asked) if has.contains_all(asked) && !asked.is_empty() => Ok(asked),
        Ok(_) => Err(Denied::Scope(format!("this client has the scopes: {has}"))),
        Err(_) => Err(Denied::Scope(format!(
            "a scope is unknown; this client has: {has}"
        ))),
    }
}
