//! The authorization server: issues tokens to clients, and says who bears one.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use sea_orm::DbErr;
use serde_json::Value;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::known::Keys;
use super::operator_only;
use super::signing_key::{MAX_LIFETIME, all_tokens_gone};
use crate::auth::attempts::Attempts;
use crate::auth::issuer::{Issuer, Issuers};
use crate::auth::jwks::{Fetch, Jwks};
use crate::auth::key::MasterKey;
use crate::auth::token::{self, Expected, Grant, peek};
use crate::auth::verified::{Bearer, Verified};
use crate::auth::{
    AccessToken, Actor, AuthorizationServer, Denied, Network, PersonKey, Principal, TokenError,
    TokenRequest,
};
use crate::registry::{Error, Registry, Result};
use crate::{feed, store};

/// How old what is known of keys and revoked clients may be before it is read again.
const FRESH: TimeDelta = TimeDelta::seconds(15);
/// How old it may be while the database does not answer.
const STALE: TimeDelta = TimeDelta::seconds(55);
/// How long the database may take to say it.
const PATIENCE: Duration = Duration::from_secs(3);
/// How often an unknown key makes us read again, at most.
const PAUSE: TimeDelta = TimeDelta::seconds(1);

/// How an authorization server works.
#[derive(Debug)]
pub struct AuthoritySettings {
    /// The registry's public URL: who issues its tokens, and for whom.
    pub issuer: String,
    /// How long a token lives, an hour at most.
    pub lifetime: TimeDelta,
    /// What wraps the signing keys.
    pub master: Option<MasterKey>,
    /// Outside issuers whose tokens count.
    pub outside: Issuers,
    /// How their keys are fetched.
    pub fetch: Arc<dyn Fetch>,
}

/// The authorization server of a registry.
#[derive(Debug)]
pub struct Authority {
    pub(super) registry: Registry,
    issuer: String,
    lifetime: TimeDelta,
    master: Option<MasterKey>,
    outside: Vec<(Issuer, Jwks)>,
    keys: RwLock<Arc<Keys>>,
    /// Held while the keys are read again.
    reading: Mutex<()>,
    pub(super) verified: Verified,
    pub(super) attempts: Attempts,
    pub(super) people: PersonKey,
}

impl Authority {
    /// Opens it; the first one of a registry makes a signing key.
    ///
    /// # Errors
    /// When the signing key cannot be used, or the database fails.
    pub async fn open(registry: Registry, settings: AuthoritySettings) -> Result<Self> {
        crate::auth::install_cryptography();
        let AuthoritySettings {
            issuer,
            lifetime,
            master,
            outside,
            fetch,
        } = settings;
        registry.ensure_signing_key(master.as_ref()).await?;
        let keys = read(&registry, master.as_ref()).await?;
        let salt = store::person_salt(&registry.db.read).await?;
        let people = PersonKey::of(salt.unwrap_or_default(), master.as_ref());
        let outside = outside.issuers.into_iter().map(|issuer| {
            let jwks = Jwks::new(issuer.jwks.clone(), Arc::clone(&fetch));
            (issuer, jwks)
        });
        Ok(Self {
            issuer,
            lifetime: lifetime.min(MAX_LIFETIME),
            master,
            outside: outside.collect(),
            keys: RwLock::new(Arc::new(keys)),
            reading: Mutex::default(),
            verified: Verified::default(),
            attempts: Attempts::default(),
            people,
            registry,
        })
    }

    /// Issues a token without asking for a secret: for those who hold the database anyway.
    ///
    /// # Errors
    /// Never with a key of ours.
    pub fn issue(&self, grant: Grant) -> Result<AccessToken> {
        let clock = self.registry.clock();
        let (keys, id, now) = (self.keys(), clock.new_id(), clock.now());
        let token = token::write(&keys.signing, &self.issuer, id, now, self.lifetime, grant)?;
        Ok(AccessToken {
            token,
            expires_in: self.lifetime.num_seconds(),
            scope: grant.permissions.to_string(),
        })
    }

    /// The same, for someone at the registry's own machine, which the audit tells of.
    ///
    /// # Errors
    /// When the actor is not the operator, or the database fails.
    pub async fn issue_here(&self, actor: &Actor, grant: Grant) -> Result<AccessToken> {
        operator_only(actor)?;
        let token = self.issue(grant)?;
        let bearer = Actor::new(grant.principal, grant.permissions, grant.client);
        let tx = self.registry.begin_write().await?;
        feed::commit_events(tx, vec![self.registry.signed_in(&bearer)]).await?;
        Ok(token)
    }

    fn keys(&self) -> Arc<Keys> {
        let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&keys)
    }

    /// Reads keys and revoked clients again when that was done longer ago than `age`. One request
    /// does it; the others go on with what is known, unless that is too old.
    async fn refresh(&self, age: TimeDelta, now: DateTime<Utc>) -> Result<(), TokenError> {
        let known_for = |now: DateTime<Utc>| now - self.keys().read_at;
        if known_for(now) < age {
            return Ok(());
        }
        let _reading = match self.reading.try_lock() {
            Ok(reading) => reading,
            Err(_) if known_for(now) < STALE => return Ok(()),
            Err(_) => {
                // What is known is too old to go on with: what the one reads is waited for.
                drop(self.reading.lock().await);
                let is_known = known_for(now) < STALE;
                return is_known.then_some(()).ok_or(TokenError::Unavailable);
            }
        };
        let hangs = |_| Err(Error::Unavailable(DbErr::Custom("no answer".to_owned())));
        let reading = read(&self.registry, self.master.as_ref());
        match timeout(PATIENCE, reading).await.unwrap_or_else(hangs) {
            Ok(keys) => {
                *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
                Ok(())
            }
            Err(error) if known_for(now) < STALE => {
                tracing::warn!(%error, "keys and revoked clients cannot be read; the old ones hold");
                Ok(())
            }
            Err(error) => {
                tracing::error!(%error, "keys and revoked clients cannot be read");
                Err(TokenError::Unavailable)
            }
        }
    }

    async fn bearer(&self, token: &str, from: Network) -> Result<Bearer, TokenError> {
        let now = self.registry.clock().now();
        self.refresh(FRESH, now).await?;
        let bearer = if let Some(bearer) = self.verified.get(token, now) {
            bearer
        } else {
            let (actor, ends) = self.verify(token, from, now).await?;
            let bearer = (Arc::new(actor), ends);
            self.verified.keep(token, bearer.clone(), now);
            bearer
        };
        if self.is_archived(bearer.0.principal()) {
            return Err(TokenError::Archived);
        }
        let is_revoked = |client| self.registry.revoked.contains(client);
        match bearer.0.client() {
            Some(client) if is_revoked(client) => Err(TokenError::Revoked),
            _ => Ok(bearer),
        }
    }

    /// Sleeps until the token ends. Now and then it looks for what other processes revoked; what this
    /// one revokes wakes it.
    async fn end(&self, token: &str, from: Network) -> TokenError {
        let mut revoked = self.registry.revoked.listen();
        loop {
            let left = match self.bearer(token, from).await {
                Ok((_, ends)) => ends - self.registry.clock().now(),
                Err(TokenError::Unavailable) => TimeDelta::MAX,
                Err(error) => return error,
            };
            let sleep = left.min(FRESH).to_std().unwrap_or_default();
            tokio::select! {
                () = tokio::time::sleep(sleep) => {
                    if left <= FRESH {
                        return TokenError::Expired;
                    }
                }
                _ = revoked.changed() => {}
            }
        }
    }

    /// Whether nobody acts for this one now.
    pub(super) fn is_archived(&self, principal: Principal) -> bool {
        self.keys().is_archived(principal)
    }

    async fn verify(
        &self,
        token: &str,
        from: Network,
        now: DateTime<Utc>,
    ) -> Result<(Actor, DateTime<Utc>), TokenError> {
        let said = peek(token)?;
        if said.issuer == self.issuer {
            let mut key = self.keys().verifying(&said.kid);
            if key.is_none() {
                // Another process may have made it.
                self.refresh(PAUSE, now).await?;
                key = self.keys().verifying(&said.kid);
            }
            let key = key.ok_or(TokenError::Key)?;
            let (claims, ends) = token::verify(token, &key, Expected::own(&self.issuer, now))?;
            return Ok((token::own_actor(&claims)?, ends));
        }
        let mut outside = self.outside.iter();
        let outside = outside
            .find(|(issuer, _)| issuer.issuer == said.issuer)
            .ok_or(TokenError::Issuer)?;
        self.person(token, &said.kid, outside, from, now).await
    }
}

async fn read(registry: &Registry, master: Option<&MasterKey>) -> Result<Keys> {
    let now = registry.clock().now();
    let rows = registry.signing_keys().await?;
    let revoked = store::revoked_clients(&registry.db.read, all_tokens_gone(now)).await?;
    registry.revoked.extend(revoked);
    let archived = store::archived_clusters(&registry.db.read).await?;
    Keys::of(&rows, archived.into_iter().collect(), master, now)
}

impl AuthorizationServer for Authority {
    fn grant(&self, request: TokenRequest) -> BoxFuture<'_, Result<AccessToken, Denied>> {
        Box::pin(self.granted(request))
    }

    fn authenticate<'a>(
        &'a self,
        token: &'a str,
        from: Network,
    ) -> BoxFuture<'a, Result<Arc<Actor>, TokenError>> {
        Box::pin(async move { Ok(self.bearer(token, from).await?.0) })
    }

    fn end_of<'a>(&'a self, token: &'a str, from: Network) -> BoxFuture<'a, TokenError> {
        Box::pin(self.end(token, from))
    }

    fn jwks(&self) -> BoxFuture<'_, Option<Value>> {
        Box::pin(async {
            let now = self.registry.clock().now();
            self.refresh(FRESH, now).await.ok()?;
            Some(self.keys().published())
        })
    }

    fn issuer(&self) -> &str {
        &self.issuer
    }
}
