//! Locking all that a push may write before it writes: a push whose sets come back to a type would else
//! lock rows in another order than the next one, and the two could wait for each other.

use std::collections::{BTreeMap, BTreeSet};

use entities::organisation;
use entities::record::RecordType;
use uuid::Uuid;

use super::Pushing;
use super::order::rank;
use super::row::Says;
use super::set::Line;
use crate::registry::matching::with_equivalents;
use crate::registry::{Result, Shared};
use crate::store::{self, LockKey};

impl Pushing<'_> {
    /// Takes the keys of all identifiers, then the rows of all records that the source speaks of or will,
    /// type by type. What only comes out while the push is written may still be in another's way: then
    /// it is tried again.
    pub(super) async fn hold(&self, sets: &[Vec<Line>]) -> Result<()> {
        let lines = || sets.iter().flatten();
        let strong = lines().flat_map(|line| match &line.says {
            Says::Organisation(said) => organisation::Entity::strong_identifiers(&said.data),
            _ => Vec::new(),
        });
        let strong: BTreeSet<_> = with_equivalents(strong).into_iter().collect();
        let keys = strong.iter().cloned().map(LockKey::from).collect();
        store::take_keys(self.tx, keys, self.origin.tx_id).await?;
        let mut known: BTreeMap<(u8, RecordType), BTreeSet<Uuid>> = BTreeMap::new();
        let mut external: BTreeMap<RecordType, Vec<String>> = BTreeMap::new();
        for line in lines() {
            let kind = line.says.record_type();
            let of_kind = known.entry((rank(kind), kind)).or_default();
            of_kind.extend(line.about);
            external
                .entry(kind)
                .or_default()
                .extend(line.external_id.clone());
        }
        for (kind, ids) in external {
            let claimed = store::claimed(self.tx, self.source_id(), kind, ids).await?;
            let of_kind = known.entry((rank(kind), kind)).or_default();
            of_kind.extend(claimed.into_iter().map(|(_, record)| record));
        }
        let strong: Vec<_> = strong.into_iter().collect();
        if !strong.is_empty() {
            let (tx, scope) = (self.tx, self.actor.scope());
            let holders = store::holders::<organisation::Entity>(tx, scope, &strong).await?;
            let kind = RecordType::Organisation;
            let of_kind = known.entry((rank(kind), kind)).or_default();
            of_kind.extend(holders.into_iter().map(|(_, record)| record));
        }
        for ((_, kind), ids) in known {
            store::hold(self.tx, kind, ids.into_iter().collect()).await?;
        }
        Ok(())
    }
}
