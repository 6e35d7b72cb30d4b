//! A source takes back what it said of a record: what remains is what the others say. The record goes
//! with the last of them.

use std::collections::BTreeSet;

use entities::record::{Envelope, PartnershipIds, RecordRow, Visibility};

use super::by_source::{is_same, take};
use super::draft::{Draft, Setting, refuse};
use super::entry::Entry;
use super::{Outcome, Written};
use crate::feed;
use crate::registry::Shared;
use crate::registry::check::{Check, Mode};
use crate::registry::claim::{Fields, Hand, Speaker, Standing, fields_of, oldest_claimant};
use crate::store::SourceClaim;

pub(super) fn draft<E: Shared>(
    setting: &Setting<'_, E>,
    entry: &Entry<E>,
    before: Option<E::Model>,
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
    // Nothing that others said is a reason to keep what is withdrawn.
    let mut check = Check::new(Mode::Lenient, setting.today);
    if goes && claims.is_empty() {
        envelope.archived_at = envelope.archived_at.or(Some(setting.at));
        after.set_envelope(envelope);
        E::check(&after, &mut check);
    } else {
        let hand = if goes { Hand::Goes } else { Hand::Stays };
        if goes {
            hand_over(&mut envelope, &claims);
        }
        let said = claimed
            .content
            .as_object()
            .into_iter()
            .flat_map(Fields::keys);
        let news: BTreeSet<String> = said.cloned().collect();
        let speaker = Speaker {
            source: source.id,
            external_id: &claimed.external_id,
            news: &news,
        };
        if goes && !standing(setting, &before, &envelope).is_complete(&claims) {
            // What it cannot be without was said by those who are gone, and not for those to come.
            envelope.visibility = Visibility::Owner;
            envelope.partnership_ids = PartnershipIds::default();
        }
        let standing = standing(setting, &before, &envelope);
        let survivors = standing.survivors(&claims, Some(speaker), hand);
        after.set_envelope(envelope);
        take::<E>(&mut after, &mut check, survivors, None);
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

/// The record as it stands, with this envelope.
fn standing<'a, E: Shared>(
    setting: &'a Setting<'_, E>,
    before: &'a E::Model,
    envelope: &'a Envelope,
) -> Standing<'a> {
    Standing {
        envelope,
        values: fields_of::<E>(&E::restate(before)),
        provenance: before.provenance(),
        needed: E::NEEDED,
        places: setting.audience.places(),
    }
}

/// Gives a record to the one that has claimed it longest, shown as that one's widest claim is. What is
/// public stays so.
fn hand_over(envelope: &mut Envelope, claims: &[SourceClaim]) {
    envelope.steward_id = oldest_claimant(claims);
    let own = claims
        .iter()
        .filter(|claim| claim.cluster == envelope.steward_id)
        .filter_map(|claim| Some((claim.row.visibility?, &claim.row.partnership_ids)))
        .max_by_key(|(visibility, _)| *visibility);
    let is_public = claims
        .iter()
        .any(|claim| claim.row.visibility == Some(Visibility::Public));
    (envelope.visibility, envelope.partnership_ids) = match own {
        _ if is_public => (Visibility::Public, PartnershipIds::default()),
        Some((visibility, named)) => (visibility, named.clone()),
        None => (Visibility::Owner, PartnershipIds::default()),
    };
}
