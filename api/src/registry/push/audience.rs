//! Who will see what was pushed, so that nobody shows more than they mean to.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use entities::cluster;
use entities::id::{ClusterId, PartnershipId};
use entities::record::{RecordType, Visibility};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Pushing;
use crate::registry::{Columns, Result};
use crate::store;

/// Some of the records of a push, and who sees them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushAudience {
    /// How widely they are seen.
    pub visibility: Visibility,
    /// The other clusters that see records for partners; of all others, everyone does or nobody.
    pub clusters: Vec<AudienceCluster>,
    /// How many records.
    pub records: usize,
}

/// A cluster that sees what was pushed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AudienceCluster {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: ClusterId,
}

impl Pushing<'_> {
    /// Who sees the records of the push, widest first. Of the clusters, those that the pusher may know of.
    pub(super) async fn audience(&self) -> Result<Vec<PushAudience>> {
        let mut ids: BTreeMap<RecordType, Vec<Uuid>> = BTreeMap::new();
        for result in self.results.iter().flatten() {
            if let Some((kind, id)) = result.record {
                ids.entry(kind).or_default().push(id);
            }
        }
        let mut sights: BTreeMap<(Visibility, Option<ClusterId>, Vec<PartnershipId>), usize> =
            BTreeMap::new();
        for (kind, mut ids) in ids {
            ids.sort_unstable();
            ids.dedup();
            for sight in store::sights(self.tx, kind, ids).await? {
                *sights.entry(sight).or_default() += 1;
            }
        }
        let stewards = sights.keys().filter_map(|(_, steward, _)| *steward);
        let fellows = store::fellows(self.tx, stewards.collect()).await?;
        let names = self
            .names(fellows.iter().map(|(_, _, fellow)| *fellow))
            .await?;
        let mut audience: BTreeMap<(std::cmp::Reverse<Visibility>, BTreeSet<ClusterId>), usize> =
            BTreeMap::new();
        for ((visibility, steward, named), records) in sights {
            let sees = |(of, partnership, fellow): &(ClusterId, PartnershipId, ClusterId)| {
                let counts = Some(*of) == steward
                    && visibility == Visibility::Partners
                    && (named.is_empty() || named.contains(partnership))
                    && Some(*fellow) != self.source.cluster_id;
                (counts && names.contains_key(fellow)).then_some(*fellow)
            };
            let clusters = fellows.iter().filter_map(sees).collect();
            *audience
                .entry((std::cmp::Reverse(visibility), clusters))
                .or_default() += records;
        }
        let told = audience
            .into_iter()
            .map(|((visibility, clusters), records)| {
                let clusters = clusters.into_iter().filter_map(|id| {
                    let name = names.get(&id)?.clone();
                    Some(AudienceCluster { name, id })
                });
                let mut clusters: Vec<_> = clusters.collect();
                clusters.sort();
                PushAudience {
                    visibility: visibility.0,
                    clusters,
                    records,
                }
            });
        Ok(told.collect())
    }

    /// The names of clusters, of those that the pusher may see.
    async fn names(
        &self,
        clusters: impl Iterator<Item = ClusterId>,
    ) -> Result<HashMap<ClusterId, String>> {
        let ids: BTreeSet<Uuid> = clusters.map(Into::into).collect();
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let name = Columns::of(["name".to_owned()]);
        let ids = ids.into_iter().collect();
        let scope = self.actor.scope();
        let rows = store::by_ids::<cluster::Entity>(self.tx, scope, ids, &name).await?;
        Ok(rows.into_values().map(|row| (row.id, row.name)).collect())
    }
}
