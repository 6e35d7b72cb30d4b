//! A source takes back what it said of a record: what remains is what the others say. The record goes
//! with the last of them.

use entities::record::RecordRow;

use super::by_source::{is_same, take};
use super::draft::{Draft, Setting, refuse};
use super::entry::Entry;
use super::{Outcome, Written};
use crate::feed;
use crate::registry::Shared;
use crate::registry::check::Check;
use crate::registry::claim::{Hand, Standing, fields_of, oldest_claimant};

pub(super) fn draft<E: Shared>(
    setting: &Setting<'_, E>,
    entry: &Entry<E>,
    before: Option<E::Model>,
    mut check: Check,
) -> Result<Draft<E>, Box<Written<E>>> {
    let claimed = entry.claim.as_ref().and_then(|claim| claim.before.clone());
    let (Some(before), Some(mut claimed), Some(source)) = (before, claimed, setting.source) else {
        return Err(Box::new(Written::new(Outcome::NotFound, None)));
    };
    claimed.withdrawn_at = Some(setting.at);
    claimed.source_updated_at = entry.row.terms.updated_at.or(claimed.source_updated_at);
    let claims: Vec<_> = setting
        .claims_on(&before)
        .iter()
        .filter(|other| other.is_live() && !is_same(&other.row, &claimed))
        .cloned()
        .collect();
    let speaks_on = claims
        .iter()
        .any(|claim| claim.cluster == source.cluster_id);
    let mut after = before.clone();
    let mut envelope = before.envelope();
    // What people made does not go because a source that spoke of it goes.
    let is_brought = before.provenance().record.is_some();
    let goes = envelope.steward_id == source.cluster_id && !speaks_on && is_brought;
    let mut hand = Hand::Stays;
    if goes && claims.is_empty() {
        envelope.archived_at = envelope.archived_at.or(Some(setting.at));
    } else if goes {
        hand = Hand::Goes;
        envelope.steward_id = oldest_claimant(&claims);
        let widest = claims.iter().filter_map(|claim| claim.row.visibility).max();
        envelope.visibility = widest.unwrap_or(envelope.visibility);
        let of_steward = claims
            .iter()
            .find(|claim| claim.cluster == envelope.steward_id);
        envelope.partnership_ids = of_steward
            .map(|claim| claim.row.partnership_ids.clone())
            .unwrap_or_default();
    }
    after.set_envelope(envelope.clone());
    if goes && claims.is_empty() {
        E::check(&after, &mut check);
    } else {
        let standing = Standing {
            envelope: &envelope,
            values: fields_of::<E>(&E::restate(&before)),
            provenance: before.provenance(),
            needed: E::NEEDED,
        };
        let survivors = standing.survivors(&claims, None, hand);
        take::<E>(&mut after, &mut check, survivors);
    }
    refuse(&mut check)?;
    let ends = |cluster_id| feed::Claim {
        cluster_id,
        begins: false,
    };
    Ok(Draft {
        claim: Some(claimed),
        parties: source
            .cluster_id
            .filter(|_| !speaks_on)
            .map(ends)
            .into_iter()
            .collect(),
        client_mutation_id: entry.row.terms.client_mutation_id.clone(),
        ..Draft::new(entry.n, Some(before), after, Outcome::Withdrawn)
    })
}
