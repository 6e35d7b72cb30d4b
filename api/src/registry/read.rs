//! Reading: what `graphql` asks for, each with the actor's rights.

use std::collections::HashMap;

use entities::cluster;
use entities::id::{ClusterId, PartnershipId};
use entities::record::{Record, RecordRow, Visibility};
use entities::source;
use entities::source_record;
use uuid::Uuid;

use super::{Registry, Result, identifier};
use crate::auth::{Actor, Scope};
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

    /// Records by their ids; what is hidden or unknown is missing. The id of a record that has become
    /// part of another leads to that one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn by_ids<E: Record>(
        &self,
        actor: &Actor,
        ids: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, E::Model>> {
        let (db, scope) = (&self.db.read, actor.scope());
        let mut rows = store::by_ids::<E>(db, scope, ids.clone(), &self.columns).await?;
        let missing = ids.into_iter().filter(|id| !rows.contains_key(id));
        let led = store::followed(db, scope, E::TYPE, missing.collect()).await?;
        if !led.is_empty() {
            let ends = led.values().copied().collect();
            let ends = store::by_ids::<E>(db, scope, ends, &self.columns).await?;
            let led = led.into_iter();
            rows.extend(led.filter_map(|(id, end)| Some((id, ends.get(&end)?.clone()))));
        }
        Ok(rows)
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

    /// What sources say of records that the actor has read, as far as it may see that: what is meant
    /// for all who see the record, what is public, its own, and what partners mean for it.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn mentions(
        &self,
        actor: &Actor,
        records: Vec<Uuid>,
    ) -> Result<Vec<(source_record::Model, source::Model)>> {
        let mut mentions = store::mentions(&self.db.read, records).await?;
        let me = match actor.scope() {
            Scope::All => return Ok(mentions),
            Scope::Cluster(me) => Some(*me),
            Scope::Public | Scope::Agency(_) => None,
        };
        let is_for_partners = |claim: &source_record::Model, source: &source::Model| {
            claim.visibility == Some(Visibility::Partners) && source.cluster_id != me
        };
        let some = mentions
            .iter()
            .any(|(claim, source)| is_for_partners(claim, source));
        let fellows = match me.filter(|_| some) {
            Some(me) => store::fellows(&self.db.read, vec![me]).await?,
            None => Vec::new(),
        };
        mentions.retain(|(claim, source)| {
            let shares = |partnership: &PartnershipId, other: &ClusterId| {
                let named = &claim.partnership_ids.0;
                Some(*other) == source.cluster_id
                    && (named.is_empty() || named.contains(partnership))
            };
            match claim.visibility {
                None | Some(Visibility::Public) => true,
                Some(_) if source.cluster_id.is_none() || source.cluster_id == me => true,
                Some(Visibility::Owner) => false,
                Some(Visibility::Partners) => fellows
                    .iter()
                    .any(|(_, partnership, other)| shares(partnership, other)),
            }
        });
        Ok(mentions)
    }
}
