//! The keys that sign tokens: made at the first start, replaced on demand.

use chrono::{DateTime, TimeDelta, Utc};
use entities::audit_event::AuditKind;
use entities::signing_key;
use serde_json::json;

use super::operator_only;
use crate::auth::Actor;
use crate::auth::key::{self, KeyError, MasterKey, SigningKey};
use crate::registry::{Registry, Result};
use crate::store;

/// The longest that a token may live.
pub(super) const MAX_LIFETIME: TimeDelta = TimeDelta::hours(1);

/// How long a process may go on with a key that another one replaced.
const NOTICED_WITHIN: TimeDelta = TimeDelta::minutes(1);

/// The moment before which a key must have been retired, or a client revoked, for none of its
/// tokens to be left.
pub(super) fn all_tokens_gone(now: DateTime<Utc>) -> DateTime<Utc> {
    now - MAX_LIFETIME - NOTICED_WITHIN
}

impl Registry {
    /// Makes a new signing key. Tokens that the old one signed are good until they end.
    ///
    /// # Errors
    /// When the actor is not the operator, or the database fails.
    pub async fn rotate_signing_key(
        &self,
        actor: &Actor,
        master: Option<&MasterKey>,
    ) -> Result<String> {
        operator_only(actor)?;
        let tx = self.begin_write().await?;
        let rows = store::signing_keys(&tx, self.clock.now()).await?;
        let mut private = rows.iter().filter_map(|row| row.private_key.as_ref());
        // A wrapped key is not replaced by a plain one because someone forgot to set the master key.
        if master.is_none() && private.any(|private| !key::is_plain(private)) {
            return Err(KeyError::Wrapped.into());
        }
        let new = self.new_signing_key(master)?;
        let kid = new.kid.clone();
        store::replace_signing_key(&tx, new).await?;
        let told = (kid.clone(), json!({}));
        self.commit_event(tx, actor, AuditKind::SigningKeyReplaced, told)
            .await?;
        Ok(kid)
    }

    /// Makes the first signing key, and a wrapped one where there is a master key now and the key
    /// lies in the database as it is.
    pub(super) async fn ensure_signing_key(&self, master: Option<&MasterKey>) -> Result<()> {
        let tx = self.begin_write().await?;
        let rows = store::signing_keys(&tx, self.clock.now()).await?;
        let signing = rows.iter().find_map(|row| row.private_key.as_ref());
        let is_good = signing.is_some_and(|private| master.is_none() || !key::is_plain(private));
        if is_good {
            tx.commit().await?;
            return Ok(());
        }
        let new = self.new_signing_key(master)?;
        let told = (new.kid.clone(), json!({}));
        store::replace_signing_key(&tx, new).await?;
        let operator = Actor::operator();
        self.commit_event(tx, &operator, AuditKind::SigningKeyReplaced, told)
            .await
    }

    /// The keys that sign, and those whose tokens are not gone yet.
    pub(super) async fn signing_keys(&self) -> Result<Vec<signing_key::Model>> {
        let since = all_tokens_gone(self.clock.now());
        Ok(store::signing_keys(&self.db.read, since).await?)
    }

    fn new_signing_key(&self, master: Option<&MasterKey>) -> Result<signing_key::Model> {
        let key = SigningKey::of(self.clock.random_bytes());
        Ok(signing_key::Model {
            kid: key.kid().to_owned(),
            public_key: key.public(),
            private_key: Some(key.write(master, self.clock.random_bytes())?),
            made_at: self.clock.now(),
            retired_at: None,
        })
    }
}
