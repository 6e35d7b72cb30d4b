//! Sources: where data that nobody entered here comes from.

use entities::record::{RecordType, Visibility};
use entities::source;

use super::{Registry, Result};
use crate::auth::Actor;
use crate::{feed, store};

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
