//! Which claims take part in a record: those that all who see the record may see, now and later.

use std::collections::HashSet;

use entities::id::{ClusterId, PartnershipId};
use entities::record::{Envelope, Visibility};
use uuid::Uuid;

use crate::store::SourceClaim;

/// Which clusters have accepted places in which partnerships.
pub(in crate::registry) type Places = HashSet<(PartnershipId, ClusterId)>;

/// The partnerships that claims name: who has places there must be known before they are heard.
pub(in crate::registry) fn named_by<'a>(
    claims: impl Iterator<Item = &'a SourceClaim>,
) -> HashSet<Uuid> {
    claims
        .flat_map(|claim| claim.row.partnership_ids.0.iter().map(|id| id.0))
        .collect()
}

/// Whether a claim takes part in a record, beside these other claims.
///
/// "All my partners" are others for each cluster, and others tomorrow: what another cluster than the
/// steward says to partners takes part only where it and the record name the partnerships.
pub(super) fn takes_part(
    claim: &SourceClaim,
    record: &Envelope,
    claims: &[SourceClaim],
    places: &Places,
) -> bool {
    let Some(visibility) = claim.row.visibility else {
        return true;
    };
    let (named, shown) = (&claim.row.partnership_ids.0, &record.partnership_ids.0);
    let is_named = || !shown.is_empty() && shown.iter().all(|id| named.contains(id));
    if claim.cluster.is_none() || claim.cluster == record.steward_id {
        return match visibility {
            Visibility::Partners if record.visibility == Visibility::Partners => {
                named.is_empty() || is_named()
            }
            _ => visibility >= record.visibility,
        };
    }
    // Its steward and those who claim it see a record however narrow it is.
    let live = claims.iter().filter(|other| other.is_live());
    let claimants = live.filter_map(|other| other.cluster);
    let mut others = claimants
        .chain(record.steward_id)
        .filter(|other| Some(*other) != claim.cluster);
    let is_partner = |other: ClusterId| named.iter().any(|id| places.contains(&(*id, other)));
    match (visibility, record.visibility) {
        (Visibility::Public, _) => true,
        (Visibility::Owner, _) | (Visibility::Partners, Visibility::Public) => false,
        (Visibility::Partners, Visibility::Partners) => is_named() && others.all(is_partner),
        (Visibility::Partners, Visibility::Owner) => others.all(is_partner),
    }
}
