//! What a process knows of keys and clients without asking the database for each token.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::id::{ClientId, ClusterId};
use entities::signing_key;
use jsonwebtoken::DecodingKey;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::auth::Principal;
use crate::auth::key::{self, KeyError, MasterKey, SigningKey};
use crate::registry::Result;

/// The clients that are known to be revoked. A client never comes back, so the set only grows.
#[derive(Debug, Default)]
pub(in crate::registry) struct Revoked(watch::Sender<HashSet<ClientId>>);

impl Revoked {
    /// Adds clients, and wakes those who listen when one is new.
    pub(super) fn extend(&self, clients: impl IntoIterator<Item = ClientId>) {
        self.0.send_if_modified(|revoked| {
            let before = revoked.len();
            revoked.extend(clients);
            revoked.len() > before
        });
    }

    /// Whether a client is among them.
    pub(super) fn contains(&self, client: ClientId) -> bool {
        self.0.borrow().contains(&client)
    }

    /// Hears of each client that is added from now on.
    pub(super) fn listen(&self) -> watch::Receiver<HashSet<ClientId>> {
        self.0.subscribe()
    }
}

/// The keys of the registry, and the clusters that are archived, as they were read from its database.
#[derive(Debug)]
pub(super) struct Keys {
    /// The key that signs.
    pub(super) signing: SigningKey,
    verifying: HashMap<String, DecodingKey>,
    published: Vec<Value>,
    /// The clusters whose records are archived: nobody acts for them until they are restored.
    archived: HashSet<ClusterId>,
    /// When they were read.
    pub(super) read_at: DateTime<Utc>,
}

impl Keys {
    /// Reads the rows, of which the newest one signs.
    ///
    /// # Errors
    /// When a key is damaged, or the master key does not open it.
    pub(super) fn of(
        rows: &[signing_key::Model],
        archived: HashSet<ClusterId>,
        master: Option<&MasterKey>,
        read_at: DateTime<Utc>,
    ) -> Result<Self> {
        let private = rows
            .iter()
            .find_map(|row| Some((&row.kid, row.private_key.as_ref()?)));
        let (kid, private) = private.ok_or(KeyError::Damaged)?;
        let verifying = rows
            .iter()
            .map(|row| Ok((row.kid.clone(), key::verifying(&row.public_key)?)));
        Ok(Self {
            signing: SigningKey::read(kid, private, master)?,
            verifying: verifying.collect::<Result<_, KeyError>>()?,
            published: rows
                .iter()
                .map(|row| key::jwk(&row.kid, &row.public_key))
                .collect(),
            archived,
            read_at,
        })
    }

    /// The key with this id.
    pub(super) fn verifying(&self, kid: &str) -> Option<DecodingKey> {
        self.verifying.get(kid).cloned()
    }

    /// Whether nobody acts for this one now.
    pub(super) fn is_archived(&self, principal: Principal) -> bool {
        matches!(principal, Principal::Cluster(id) if self.archived.contains(&id))
    }

    /// The public halves, as a JSON Web Key Set.
    pub(super) fn published(&self) -> Value {
        json!({ "keys": self.published })
    }
}
