//! A reader's copy, kept as the contract says: in order, upsert by id, drop what is gone, sweep.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use entities::record::{RecordRow, RecordType};
use entities::{
    cluster, membership, organisation, participation, partnership, partnership_member, project,
};
use partner_registry::auth::Actor;
use partner_registry::registry::{
    AnyRecord, Changes, ChangesOf, Fate, Filter, PageRequest, Registry, Shared, Slice,
};
use std::sync::Arc;
use uuid::Uuid;

/// A record as a reader keeps it.
pub(super) type Copied = BTreeMap<Uuid, AnyRecord>;

/// A reader with its copy.
#[derive(Clone, Debug)]
pub(super) struct Reader {
    pub(super) name: &'static str,
    pub(super) actor: Actor,
    pub(super) types: Option<Vec<RecordType>>,
    pub(super) cursor: Option<String>,
    pub(super) copy: Copied,
    /// What the pages had since the copy began anew.
    sweep: Option<BTreeSet<Uuid>>,
    /// The records that it was ever told of as gone.
    pub(super) told_gone: BTreeSet<Uuid>,
    /// How often it began anew.
    pub(super) rebases: usize,
}

impl Reader {
    pub(super) fn new(name: &'static str, actor: Actor) -> Self {
        Self {
            name,
            actor,
            types: None,
            cursor: None,
            copy: Copied::new(),
            sweep: None,
            told_gone: BTreeSet::new(),
            rebases: 0,
        }
    }

    pub(super) fn of_types(self, types: &[RecordType]) -> Self {
        Self {
            types: Some(types.to_vec()),
            ..self
        }
    }

    /// What it asks for next.
    pub(super) fn asks(&self, limit: u64) -> ChangesOf {
        ChangesOf {
            after: self.cursor.clone(),
            limit,
            types: self.types.clone(),
            wait: Duration::ZERO,
        }
    }

    /// Reads a page and applies it; returns it.
    pub(super) async fn read(&mut self, registry: &Registry, limit: u64) -> Changes {
        let page = registry.changes(&self.actor, self.asks(limit)).await;
        let page = page.expect("a page");
        if page.rebase.is_some() {
            self.sweep = Some(BTreeSet::new());
            self.rebases += 1;
        }
        assert!(page.changes.is_sorted_by(|a, b| a.position < b.position));
        for change in &page.changes {
            match &change.fate {
                Fate::There(record) => {
                    self.copy.insert(change.id, record.clone());
                    self.sweep.iter_mut().for_each(|kept| {
                        kept.insert(change.id);
                    });
                }
                Fate::Removed | Fate::Deleted | Fate::Merged(_) => {
                    self.copy.remove(&change.id);
                    self.told_gone.insert(change.id);
                }
            }
        }
        self.cursor = Some(page.cursor.clone());
        if !page.has_more
            && let Some(kept) = self.sweep.take()
        {
            self.copy.retain(|id, _| kept.contains(id));
        }
        page
    }

    /// Reads until there is no more.
    pub(super) async fn catch_up(&mut self, registry: &Registry) {
        while self.read(registry, 50).await.has_more {}
    }

    /// Compares the copy with all that the reader may see, and says how many records that are.
    pub(super) async fn compare(&self, registry: &Registry) -> usize {
        let mut all = everything(registry, &self.actor).await;
        if let Some(types) = &self.types {
            all.retain(|_, record| types.contains(&kind(record)));
        }
        assert_eq!(self.copy, all, "left: the copy of {}", self.name);
        all.len()
    }
}

/// All that a reader may see.
pub(super) async fn everything(registry: &Registry, actor: &Actor) -> Copied {
    let mut all = Copied::new();
    let at = (registry, actor);
    of_type::<organisation::Entity>(at, &mut all, AnyRecord::Organisation).await;
    of_type::<cluster::Entity>(at, &mut all, AnyRecord::Cluster).await;
    of_type::<membership::Entity>(at, &mut all, AnyRecord::Membership).await;
    of_type::<partnership::Entity>(at, &mut all, AnyRecord::Partnership).await;
    of_type::<partnership_member::Entity>(at, &mut all, AnyRecord::PartnershipMember).await;
    of_type::<project::Entity>(at, &mut all, AnyRecord::Project).await;
    of_type::<participation::Entity>(at, &mut all, AnyRecord::Participation).await;
    all
}

async fn of_type<E: Shared>(
    (registry, actor): (&Registry, &Actor),
    all: &mut Copied,
    any: fn(Arc<E::Model>) -> AnyRecord,
) {
    let request = PageRequest::<E> {
        filter: Filter::default(),
        search: None,
        order: Vec::new(),
        slice: Slice {
            limit: 100_000,
            ..Slice::default()
        },
    };
    let page = registry.page(actor, &request, false).await.expect("a list");
    let rows = page.rows.into_iter().map(|(_, row)| row);
    all.extend(rows.map(|row| (row.envelope().id, any(row))));
}

fn kind(record: &AnyRecord) -> RecordType {
    match record {
        AnyRecord::Organisation(_) => RecordType::Organisation,
        AnyRecord::Cluster(_) => RecordType::Cluster,
        AnyRecord::Membership(_) => RecordType::Membership,
        AnyRecord::Partnership(_) => RecordType::Partnership,
        AnyRecord::PartnershipMember(_) => RecordType::PartnershipMember,
        AnyRecord::Project(_) => RecordType::Project,
        AnyRecord::Participation(_) => RecordType::Participation,
    }
}
