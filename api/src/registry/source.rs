//! Sources: where data that nobody entered here comes from.

use entities::record::{RecordType, Visibility};
use entities::source;

use super::access::{checked_name, permit};
use super::error::InputErrorCode::InvalidState;
use super::{Error, Registry, Result};
use crate::auth::{Actor, Permission, Principal};
use crate::{feed, store};

/// Sources of a cluster: a cluster has a few systems, and each claim is looked at with its source.
pub const MAX_SOURCES: usize = 50;

impl Registry {
    /// Finds a source by its name, or registers it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn ensure_source(
        &self,
        _actor: &Actor,
        name: &str,
        licence: &str,
        url: &str,
    ) -> Result<source::Model> {
        let tx = self.begin_write().await?;
        let new = source::Model {
            id: self.clock.new_id().into(),
            name: name.to_owned(),
            cluster_id: None,
            default_visibility: Visibility::default(),
            licence: Some(licence.to_owned()),
            url: Some(url.to_owned()),
            created_at: self.clock.now(),
            last_push_at: None,
        };
        let source = store::ensure_source(&tx, new).await?;
        tx.commit().await?;
        Ok(source)
    }

    /// Registers a source of the actor's cluster; when it is there already, it is the same one.
    ///
    /// # Errors
    /// When the actor may not, the name is none, or the database fails.
    pub async fn register_source(
        &self,
        actor: &Actor,
        name: &str,
        default_visibility: Option<Visibility>,
    ) -> Result<source::Model> {
        permit(actor, Permission::Sync)?;
        let message = "a source belongs to a cluster: register it with a token of the cluster";
        let cluster = match actor.principal() {
            Principal::Cluster(cluster) => cluster,
            Principal::Operator => return Err(Error::refused(InvalidState, "", message)),
            Principal::Agency(_) | Principal::Anonymous => {
                return Err(Error::Forbidden(message.to_owned()));
            }
        };
        let name = checked_name(name)?;
        let tx = self.begin_write().await?;
        let known = store::sources_of(&tx, actor.principal()).await?;
        let is_known = known.iter().any(|source| source.name == name);
        if !is_known && known.len() >= MAX_SOURCES {
            let message = format!(
                "a cluster has {MAX_SOURCES} sources at most: push from one of those that you have"
            );
            return Err(Error::refused(InvalidState, "name", message));
        }
        let known = known.into_iter().find(|source| source.name == name);
        let as_known = known.map(|source| source.default_visibility);
        let new = source::Model {
            id: self.clock.new_id().into(),
            name,
            cluster_id: Some(cluster),
            default_visibility: default_visibility.or(as_known).unwrap_or_default(),
            licence: None,
            url: None,
            created_at: self.clock.now(),
            last_push_at: None,
        };
        let source = store::ensure_source(&tx, new).await?;
        tx.commit().await?;
        Ok(source)
    }

    /// The sources that are the actor's own: a cluster's, and of the operator the public ones.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn own_sources(&self, actor: &Actor) -> Result<Vec<source::Model>> {
        Ok(store::sources_of(&self.db.read, actor.principal()).await?)
    }

    /// The ids under which a source knows records of a type.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn external_ids(
        &self,
        _actor: &Actor,
        source: &source::Model,
        kind: RecordType,
    ) -> Result<Vec<String>> {
        Ok(store::external_ids(&self.db.read, source.id, kind).await?)
    }

    /// Whether no record was ever written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_empty(&self, _actor: &Actor) -> Result<bool> {
        Ok(feed::is_empty(&self.db.read).await?)
    }
}
