//! Who decides whether two organisations are one: a cluster that answers for one of them and sees the
//! other. The one that it answers for goes, should they be one. Where there is no such cluster, the
//! operator decides.

use std::collections::BTreeSet;

use entities::record::RecordType;
use entities::{organisation, source};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::Candidate;
use crate::auth::Scope;
use crate::registry::{Columns, Result};
use crate::store::{self, Pair};

/// The pairs of organisations with what they may be the same as, for those who decide.
///
/// # Errors
/// When the database does.
pub(in crate::registry) async fn with_deciders(
    tx: &DatabaseTransaction,
    source: Option<&source::Model>,
    found: Vec<(Uuid, Candidate)>,
) -> Result<Vec<Pair>> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let ids = found.iter().flat_map(|(own, other)| [*own, other.record]);
    let ids: Vec<_> = ids.collect::<BTreeSet<_>>().into_iter().collect();
    let (all, ids_only) = (Scope::All, Columns::of([]));
    let rows = store::by_ids::<organisation::Entity>(tx, &all, ids.clone(), &ids_only).await?;
    let steward = |id: &Uuid| rows.get(id).and_then(|row| row.steward_id);
    let stewards: BTreeSet<_> = ids.iter().filter_map(steward).collect();
    let seen = store::seen_by(tx, RecordType::Organisation, &ids, stewards).await?;
    let pairs = found.into_iter().map(|(own, candidate)| {
        let Candidate {
            record: other,
            score,
            reasons,
        } = candidate;
        let may_decide = |own: &Uuid, other: &Uuid| {
            steward(own).is_some_and(|cluster| seen.contains(&(cluster, *other)))
        };
        let is_turned = !may_decide(&own, &other) && may_decide(&other, &own);
        let (own, other) = if is_turned {
            (other, own)
        } else {
            (own, other)
        };
        let cluster = steward(&own);
        let brought = source.filter(|it| !is_turned && it.cluster_id == cluster);
        Pair {
            hidden: !may_decide(&own, &other),
            own,
            other,
            cluster,
            source: brought.filter(|_| cluster.is_some()).map(|it| it.id),
            score,
            reasons,
        }
    });
    Ok(pairs.collect())
}
