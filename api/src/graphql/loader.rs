//! Loaders: what many resolvers of one request ask for is read in one statement.
//!
//! They are made for each request with its actor inside; a loader that outlived its request would
//! show one viewer what another may see.

use std::any::Any;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::Pos;
use async_graphql::dataloader::Loader;
use entities::record::Record;
use entities::{cluster, source, source_record};
use uuid::Uuid;

use super::batch::Batched;
use crate::auth::Actor;
use crate::registry::{
    self, ClusterCounts, ConsortiumSums, HistorySlice, IdentifierPair, Page, PageRequest, Past,
    Registry,
};

/// A failure that several resolvers share.
pub(crate) type Shared<T> = std::result::Result<T, Arc<registry::Error>>;

/// Reads in sets, with one actor's rights.
pub(crate) struct Batches {
    pub(super) registry: Registry,
    pub(super) actor: Actor,
}

impl Batches {
    /// The loaders of one request.
    pub(crate) fn new(registry: Registry, actor: Actor) -> Batched<Self> {
        Batched::new(Self { registry, actor })
    }
}

/// Asks for a record by its id.
pub(crate) struct ById<E>(pub(crate) Uuid, PhantomData<fn() -> E>);

impl<E> ById<E> {
    /// The record with this id.
    pub(crate) fn new(id: impl Into<Uuid>) -> Self {
        Self(id.into(), PhantomData)
    }
}

impl<E> Clone for ById<E> {
    fn clone(&self) -> Self {
        Self(self.0, PhantomData)
    }
}

impl<E> PartialEq for ById<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E> Eq for ById<E> {}

impl<E> Hash for ById<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<E: Record> Loader<ById<E>> for Batches {
    type Value = Arc<E::Model>;
    type Error = Arc<registry::Error>;

    async fn load(&self, keys: &[ById<E>]) -> Shared<HashMap<ById<E>, Self::Value>> {
        let ids = keys.iter().map(|key| key.0).collect();
        let rows = self.registry.by_ids::<E>(&self.actor, ids).await?;
        Ok(rows
            .into_iter()
            .map(|(id, row)| (ById::new(id), Arc::new(row)))
            .collect())
    }
}

/// A list that every parent has: its rows point to the parent with one column.
pub(crate) struct ChildList<E: Record> {
    /// The column that points to the parent.
    pub(crate) parent: E::Column,
    /// Which rows, in which order, which part.
    pub(crate) request: PageRequest<E>,
    /// Whether their number is asked for, too.
    pub(crate) counted: bool,
    /// What the cursors of the list carry.
    pub(crate) mark: [u8; 8],
    /// Equal for equal lists.
    pub(crate) fingerprint: u64,
}

/// The lists of a request's fields, by the place of the field in the document: its arguments, and
/// so its list, are the same for all parents.
#[derive(Default)]
pub(crate) struct Lists(Mutex<HashMap<Pos, Arc<dyn Any + Send + Sync>>>);

impl Lists {
    /// The list of the field at a place; made when it is asked for first.
    pub(crate) fn of<E: Record, Error>(
        &self,
        place: Pos,
        make: impl FnOnce() -> Result<Option<Arc<ChildList<E>>>, Error>,
    ) -> Result<Option<Arc<ChildList<E>>>, Error> {
        let mut lists = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = lists.get(&place).cloned();
        if let Some(list) = known.and_then(|list| list.downcast().ok()) {
            return Ok(Some(list));
        }
        let list = make()?;
        if let Some(list) = &list {
            lists.insert(place, Arc::<ChildList<E>>::clone(list));
        }
        Ok(list)
    }
}

/// Asks for the list of one parent.
pub(crate) struct Children<E: Record> {
    parent: Uuid,
    list: Arc<ChildList<E>>,
}

/// Asks how many rows the list of one parent has.
pub(crate) struct ChildCount<E: Record>(pub(crate) Children<E>);

impl<E: Record> Children<E> {
    /// The list of this parent.
    pub(crate) fn new(parent: Uuid, list: Arc<ChildList<E>>) -> Self {
        Self { parent, list }
    }
}

impl<E: Record> Clone for Children<E> {
    fn clone(&self) -> Self {
        Self {
            parent: self.parent,
            list: Arc::clone(&self.list),
        }
    }
}

impl<E: Record> PartialEq for Children<E> {
    fn eq(&self, other: &Self) -> bool {
        (self.parent, self.list.fingerprint) == (other.parent, other.list.fingerprint)
    }
}

impl<E: Record> Eq for Children<E> {}

impl<E: Record> Hash for Children<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.parent, self.list.fingerprint).hash(state);
    }
}

impl<E: Record> Clone for ChildCount<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: Record> PartialEq for ChildCount<E> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<E: Record> Eq for ChildCount<E> {}

impl<E: Record> Hash for ChildCount<E> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// The parents of each different list.
fn by_list<'a, E: Record>(
    keys: impl Iterator<Item = &'a Children<E>>,
) -> impl Iterator<Item = (Arc<ChildList<E>>, Vec<Uuid>)> {
    let mut lists: HashMap<u64, (Arc<ChildList<E>>, Vec<Uuid>)> = HashMap::new();
    for key in keys {
        let list = || (Arc::clone(&key.list), Vec::new());
        lists
            .entry(key.list.fingerprint)
            .or_insert_with(list)
            .1
            .push(key.parent);
    }
    lists.into_values()
}

impl<E: Record> Loader<Children<E>> for Batches {
    type Value = Arc<Page<E::Model>>;
    type Error = Arc<registry::Error>;

    async fn load(&self, keys: &[Children<E>]) -> Shared<HashMap<Children<E>, Self::Value>> {
        let mut pages = HashMap::with_capacity(keys.len());
        for (list, parents) in by_list(keys.iter()) {
            let (actor, request) = (&self.actor, &list.request);
            let found = self
                .registry
                .pages_by_parent::<E>(actor, list.parent, parents, request, list.counted)
                .await?;
            pages.extend(
                found.into_iter().map(|(parent, page)| {
                    (Children::new(parent, Arc::clone(&list)), Arc::new(page))
                }),
            );
        }
        Ok(pages)
    }
}

impl<E: Record> Loader<ChildCount<E>> for Batches {
    type Value = i64;
    type Error = Arc<registry::Error>;

    async fn load(&self, keys: &[ChildCount<E>]) -> Shared<HashMap<ChildCount<E>, i64>> {
        let mut counts = HashMap::with_capacity(keys.len());
        for (list, parents) in by_list(keys.iter().map(|key| &key.0)) {
            let (actor, request) = (&self.actor, &list.request);
            let found = self
                .registry
                .counts_by_parent::<E>(actor, list.parent, parents, request)
                .await?;
            counts.extend(found.into_iter().map(|(parent, count)| {
                (ChildCount(Children::new(parent, Arc::clone(&list))), count)
            }));
        }
        Ok(counts)
    }
}

/// Asks for the cluster that an organisation runs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ClusterOf(pub(crate) Uuid);

impl Loader<ClusterOf> for Batches {
    type Value = Arc<cluster::Model>;
    type Error = Arc<registry::Error>;

    async fn load(&self, keys: &[ClusterOf]) -> Shared<HashMap<ClusterOf, Self::Value>> {
        let organisations = keys.iter().map(|key| key.0).collect();
        let clusters = self
            .registry
            .clusters_of(&self.actor, organisations)
            .await?;
        Ok(clusters
            .into_iter()
            .map(|(id, row)| (ClusterOf(id), Arc::new(row)))
            .collect())
    }
}

/// Asks how many members a cluster has today.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct MembersOf(pub(crate) Uuid);

impl Loader<MembersOf> for Batches {
    type Value = ClusterCounts;
    type Error = Arc<registry::Error>;

    async fn load(&self, keys: &[MembersOf]) -> Shared<HashMap<MembersOf, ClusterCounts>> {
        let clusters = keys.iter().map(|key| key.0).collect();
        let counts = self.registry.cluster_counts(&self.actor, clusters).await?;
        Ok(counts
            .into_iter()
            .map(|(id, counts)| (MembersOf(id), counts))
            .collect())
    }
}

/// Asks what a project's consortium adds up to.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct ConsortiumOf(pub(crate) Uuid);

impl Loader<ConsortiumOf> for Batches {
    type Value = ConsortiumSums;
    type Error = Arc<registry::Error>;

    async fn load(&self, keys: &[ConsortiumOf]) -> Shared<HashMap<ConsortiumOf, ConsortiumSums>> {
        let projects = keys.iter().map(|key| key.0).collect();
        let sums = self.registry.consortium_sums(&self.actor, projects).await?;
        Ok(sums
            .into_iter()
            .map(|(id, sums)| (ConsortiumOf(id), sums))
            .collect())
    }
}

/// Asks which organisations hold an identifier, which must be in canonical form.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct HoldersOf(pub(crate) IdentifierPair);

impl Loader<HoldersOf> for Batches {
    type Value = Vec<Uuid>;
    type Error = Arc<registry::Error>;

    async fn load(&self, keys: &[HoldersOf]) -> Shared<HashMap<HoldersOf, Vec<Uuid>>> {
        let pairs: Vec<_> = keys.iter().map(|key| key.0.clone()).collect();
        let held = self
            .registry
            .shared_identifiers::<entities::organisation::Entity>(&self.actor, &pairs)
            .await?;
        let mut holders: HashMap<HoldersOf, Vec<Uuid>> = HashMap::new();
        for (pair, id) in held {
            holders.entry(HoldersOf(pair)).or_default().push(id);
        }
        Ok(holders)
    }
}

/// Asks what sources said of a record.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct MentionsOf(pub(crate) Uuid);

impl Loader<MentionsOf> for Batches {
    type Value = Arc<Vec<(source_record::Model, source::Model)>>;
    type Error = Arc<registry::Error>;

    async fn load(&self, keys: &[MentionsOf]) -> Shared<HashMap<MentionsOf, Self::Value>> {
        let records = keys.iter().map(|key| key.0).collect();
        let mut mentions: HashMap<Uuid, Vec<_>> = HashMap::new();
        for (said, source) in self.registry.mentions(&self.actor, records).await? {
            mentions
                .entry(said.record_id)
                .or_default()
                .push((said, source));
        }
        Ok(mentions
            .into_iter()
            .map(|(id, said)| (MentionsOf(id), Arc::new(said)))
            .collect())
    }
}

/// Asks for a part of a record's history.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct HistoryOf(pub(crate) Uuid, pub(crate) HistorySlice);

impl Loader<HistoryOf> for Batches {
    type Value = Arc<Vec<Past>>;
    type Error = Arc<registry::Error>;

    async fn load(&self, keys: &[HistoryOf]) -> Shared<HashMap<HistoryOf, Self::Value>> {
        let mut by_slice: HashMap<HistorySlice, Vec<Uuid>> = HashMap::new();
        for HistoryOf(record, slice) in keys {
            by_slice.entry(*slice).or_default().push(*record);
        }
        let mut all = HashMap::with_capacity(keys.len());
        for (slice, records) in by_slice {
            let found = self.registry.histories(&self.actor, records, slice).await?;
            let found = found.into_iter();
            all.extend(found.map(|(record, past)| (HistoryOf(record, slice), Arc::new(past))));
        }
        Ok(all)
    }
}
