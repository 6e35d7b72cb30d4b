//! Reading: what `graphql` asks for, each with the actor's rights.

use std::collections::HashMap;

use entities::cluster;
use entities::record::{Record, RecordRow};
use entities::source;
use entities::source_record;
use uuid::Uuid;

use super::{Registry, Result, identifier};
use crate::auth::Actor;
use crate::store::{
    self, ClusterCounts, ConsortiumSums, Filter, IdentifierPair, Page, PageRequest, Search,
};

impl Registry {
    /// One page of a list; `counted`: with the number of all its rows, where that costs less than
    /// to count them apart.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn page<E: Record>(
        &self,
        actor: &Actor,
        request: &PageRequest<E>,
        counted: bool,
    ) -> Result<Page<E::Model>> {
        let (db, scope) = (&self.db.read, actor.scope());
        Ok(store::page(db, scope, request, &self.columns, counted).await?)
    }

    /// How many records a list has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count<E: Record>(
        &self,
        actor: &Actor,
        filter: &Filter,
        search: Option<&Search>,
    ) -> Result<i64> {
        Ok(store::count::<E>(&self.db.read, actor.scope(), filter, search).await?)
    }

    /// One page for each parent; `counted`: with the number of all its rows, where that costs no
    /// statement more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn pages_by_parent<E: Record>(
        &self,
        actor: &Actor,
        parent: E::Column,
        parents: Vec<Uuid>,
        request: &PageRequest<E>,
        counted: bool,
    ) -> Result<HashMap<Uuid, Page<E::Model>>> {
        let (db, scope) = (&self.db.read, actor.scope());
        Ok(
            store::pages_by_parent(db, scope, parent, parents, request, &self.columns, counted)
                .await?,
        )
    }

    /// How many rows each parent has.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn counts_by_parent<E: Record>(
        &self,
        actor: &Actor,
        parent: E::Column,
        parents: Vec<Uuid>,
        request: &PageRequest<E>,
    ) -> Result<HashMap<Uuid, i64>> {
        let (db, scope) = (&self.db.read, actor.scope());
        Ok(store::counts_by_parent(db, scope, parent, parents, request).await?)
    }

    /// Records by their ids; what is hidden or unknown is missing.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_ids<E: Record>(
        &self,
        actor: &Actor,
        ids: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, E::Model>> {
        Ok(store::by_ids::<E>(&self.db.read, actor.scope(), ids, &self.columns).await?)
    }

    /// The records of a type that hold identifiers, which may have any usual form: for each the
    /// holders, by their ids.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_identifiers<E: Record>(
        &self,
        actor: &Actor,
        keys: &[IdentifierPair],
    ) -> Result<Vec<Vec<E::Model>>> {
        let canonical: Vec<IdentifierPair> = keys
            .iter()
            .map(|(scheme, value)| (*scheme, identifier::identify(*scheme, value, None).value))
            .collect();
        let (db, scope) = (&self.db.read, actor.scope());
        let rows = store::holding::<E>(db, scope, &canonical, &self.columns).await?;
        let mut held: HashMap<&IdentifierPair, Vec<E::Model>> = HashMap::new();
        for (pair, row) in &rows {
            held.entry(pair).or_default().push(row.clone());
        }
        for rows in held.values_mut() {
            rows.sort_by_key(|row| row.envelope().id);
        }
        Ok(canonical
            .iter()
            .map(|pair| held.get(pair).cloned().unwrap_or_default())
            .collect())
    }

    /// The clusters of organisations.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn clusters_of(
        &self,
        actor: &Actor,
        organisations: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, cluster::Model>> {
        let (db, scope) = (&self.db.read, actor.scope());
        Ok(store::clusters_of(db, scope, organisations, &self.columns).await?)
    }

    /// How many members clusters have today.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn cluster_counts(
        &self,
        actor: &Actor,
        clusters: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, ClusterCounts>> {
        let today = self.clock.today();
        Ok(store::cluster_counts(&self.db.read, actor.scope(), clusters, today).await?)
    }

    /// What the consortia of projects add up to.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn consortium_sums(
        &self,
        actor: &Actor,
        projects: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, ConsortiumSums>> {
        Ok(store::consortium_sums(&self.db.read, actor.scope(), projects).await?)
    }

    /// Which strong identifiers of these records other visible records of the type hold too.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shared_identifiers<E: Record>(
        &self,
        actor: &Actor,
        keys: &[IdentifierPair],
    ) -> Result<Vec<(IdentifierPair, Uuid)>> {
        Ok(store::holders::<E>(&self.db.read, actor.scope(), keys).await?)
    }

    /// What sources said of records that the actor has read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mentions(
        &self,
        actor: &Actor,
        records: Vec<Uuid>,
    ) -> Result<Vec<(source_record::Model, source::Model)>> {
        Ok(store::mentions(&self.db.read, actor.principal(), records).await?)
    }
}
