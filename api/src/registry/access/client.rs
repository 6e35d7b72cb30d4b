//! Clients: programs that sign in for a principal, with secrets that are shown once.

use entities::id::ClientId;
use entities::{client, client_secret};
use sea_orm::{DatabaseTransaction, DbErr, SqlErr};

use super::own::{columns_of, may_keep_clients_of, own_cluster, principal_of};
use super::permit;
use crate::auth::{Actor, Permission, Permissions, Principal, secret};
use crate::registry::InputErrorCode::{
    Duplicate, Invalid, InvalidState, NotFound, Required, TooLong,
};
use crate::registry::field::MAX_NAME;
use crate::registry::{Error, Registry, Result};
use crate::store;

/// A client that is to be made.
#[derive(Clone, Debug)]
pub struct NewClient {
    /// For whom it acts.
    pub principal: Principal,
    /// Its name, which no other live client of the principal has.
    pub name: String,
    /// What it may do.
    pub permissions: Permissions,
}

/// A client with a new secret, which nobody sees a second time.
#[derive(Clone)]
pub struct Issued {
    /// The client.
    pub client: client::Model,
    /// The secret.
    pub secret: String,
}

impl std::fmt::Debug for Issued {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issued")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl Registry {
    /// Makes a client with its first secret.
    ///
    /// # Errors
    /// When the actor may not, the input is refused, or the database fails.
    pub async fn create_client(&self, actor: &Actor, new: NewClient) -> Result<Issued> {
        permit(actor, Permission::Admin)?;
        let NewClient {
            principal,
            name,
            permissions,
        } = new;
        may_keep_clients_of(&self.db.read, actor, principal).await?;
        if permissions.is_empty() {
            let message = "a client without a scope can do nothing: name one";
            return Err(Error::refused(Required, "scopes", message));
        }
        let (kind, cluster_id, agency_id) = columns_of(principal);
        let client = client::Model {
            id: self.clock.new_id().into(),
            name: checked_name(&name)?,
            kind,
            cluster_id,
            agency_id,
            permissions: permissions.to_string(),
            created_at: self.clock.now(),
            created_by: actor.name().to_owned(),
            revoked_at: None,
        };
        let (row, secret) = self.new_secret(client.id).await?;
        let tx = self.begin_write().await?;
        let inserted = store::insert_client(&tx, client.clone()).await;
        if let Err(error) = inserted {
            return Err(match error.sql_err() {
                Some(SqlErr::UniqueConstraintViolation(_)) => {
                    let message = "there is a client of that name: take another name";
                    Error::refused(Duplicate, "name", message)
                }
                _ => error.into(),
            });
        }
        store::insert_secret(&tx, row).await?;
        tx.commit().await?;
        Ok(Issued { client, secret })
    }

    /// Gives a client a new secret. The one before it stays good until the next rotation.
    ///
    /// # Errors
    /// When the actor may not, the client is revoked, or the database fails.
    pub async fn rotate_client_secret(&self, actor: &Actor, id: ClientId) -> Result<Issued> {
        own_cluster(actor)?;
        let (row, secret) = self.new_secret(id).await?;
        let tx = self.begin_write().await?;
        let client = own_client(&tx, actor, id).await?;
        if client.revoked_at.is_some() {
            let message = "the client is revoked: make a new one";
            return Err(Error::refused(InvalidState, "id", message));
        }
        let live = store::live_secrets(&tx, id).await?;
        let too_many = (live.len() + 1).saturating_sub(secret::MAX_LIVE);
        let oldest = live.iter().take(too_many).map(|secret| secret.id);
        store::revoke_secrets(&tx, oldest.collect(), row.created_at).await?;
        store::insert_secret(&tx, row).await?;
        tx.commit().await?;
        Ok(Issued { client, secret })
    }

    /// Ends a client and, in this process at once, its tokens; in others within a minute.
    ///
    /// # Errors
    /// When the actor may not, or the database fails.
    pub async fn revoke_client(&self, actor: &Actor, id: ClientId) -> Result<client::Model> {
        own_cluster(actor)?;
        let tx = self.begin_write().await?;
        let mut client = own_client(&tx, actor, id).await?;
        if client.revoked_at.is_none() {
            let now = self.clock.now();
            store::revoke_client(&tx, id, now).await?;
            client.revoked_at = Some(now);
        }
        tx.commit().await?;
        self.revoked.extend([id]);
        Ok(client)
    }

    /// The clients that the actor may keep, revoked ones too, the oldest first.
    ///
    /// # Errors
    /// When it may keep none, or the database fails.
    pub async fn clients(&self, actor: &Actor) -> Result<Vec<client::Model>> {
        let of = own_cluster(actor)?;
        Ok(store::clients(&self.db.read, of).await?)
    }

    /// One of them.
    ///
    /// # Errors
    /// When it is not among them, or the database fails.
    pub async fn client(&self, actor: &Actor, id: ClientId) -> Result<client::Model> {
        let of = own_cluster(actor)?;
        let client = store::client(&self.db.read, id).await?;
        client
            .filter(|client| of.is_none_or(|of| client.cluster_id == Some(of)))
            .ok_or_else(no_such_client)
    }

    /// A secret and the row that keeps its hash.
    async fn new_secret(&self, of: ClientId) -> Result<(client_secret::Model, String)> {
        let secret = secret::write(self.clock.random_bytes());
        let busy = || DbErr::Custom("too many secrets are hashed at once".to_owned());
        let turn = self.hashing.turn().await;
        let turn = turn.ok_or_else(|| Error::Unavailable(busy()))?;
        let hash = turn.hash(secret.clone(), self.clock.random_bytes()).await;
        let row = client_secret::Model {
            id: self.clock.new_id().into(),
            client_id: of,
            hash: hash.ok_or_else(|| DbErr::Custom("no hash of a secret".to_owned()))?,
            created_at: self.clock.now(),
            revoked_at: None,
        };
        Ok((row, secret))
    }
}

/// A client that the actor may keep, locked.
async fn own_client(
    tx: &DatabaseTransaction,
    actor: &Actor,
    id: ClientId,
) -> Result<client::Model> {
    let of = own_cluster(actor)?;
    let client = store::lock_client(tx, id).await?;
    client
        .filter(|client| of.is_none_or(|of| principal_of(client) == Principal::Cluster(of)))
        .ok_or_else(no_such_client)
}

fn no_such_client() -> Error {
    Error::refused(NotFound, "id", "there is no client with that id")
}

/// A name that people can read and tell from others.
pub(in crate::registry) fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    let refused = |code, message| Err(Error::refused(code, "name", message));
    if name.is_empty() {
        return refused(Required, "a name is needed: say what it is for");
    }
    if name.chars().count() > MAX_NAME {
        return refused(TooLong, "the name is too long");
    }
    if name.chars().any(char::is_control) {
        return refused(Invalid, "a name has no control characters");
    }
    Ok(name.to_owned())
}
