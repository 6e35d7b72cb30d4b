//! A new record: made by people, or by what a source says of something that the registry does not have.

use entities::record::{Envelope, RecordRow};
use entities::source;
use uuid::Uuid;

use super::Outcome;
use super::draft::{Draft, Setting, finish};
use super::entry::{Claim, Entry};
use crate::feed;
use crate::registry::Shared;
use crate::registry::check::Check;
use crate::registry::claim::Fields;
use crate::registry::matching::Found;

pub(super) fn draft<E: Shared>(
    setting: &Setting<'_, E>,
    check: &mut Check,
    (entry, said): (Entry<E>, Fields),
    claim: Option<(Claim, &source::Model)>,
    (id, found): (Uuid, Found),
) -> Draft<E> {
    let Entry { n, row, .. } = entry;
    let mut after = E::Model::default();
    let mut envelope = Envelope {
        id,
        version: 0,
        created_at: setting.at,
        ..after.envelope()
    };
    let source = claim.as_ref().map(|(_, source)| *source);
    let cluster = source.and_then(|source| source.cluster_id);
    envelope.steward_id = cluster.or_else(|| row.steward.of(setting.writer.actor, &envelope, true));
    let by_default = source.filter(|_| cluster.is_some());
    let by_default = by_default.map(|source| source.default_visibility);
    envelope.visibility = row.visibility.or(by_default).unwrap_or(envelope.visibility);
    if let Some(named) = row.partnerships {
        envelope.partnership_ids = setting.audience.named(check, &envelope, named);
    }
    let claim = claim.map(|(claim, source)| {
        let mut claimed = claim.row::<E>(source, setting.at, said, &row.terms);
        claimed.record_id = id;
        // What a cluster brought is seen as its record is, what is public by itself.
        claimed.visibility = cluster.is_none().then_some(envelope.visibility);
        claimed
    });
    after.set_envelope(envelope);
    after.provenance_mut().record = source.map(|source| source.id);
    E::apply(&mut after, row.patch, check);
    finish::<E>(&mut after, check, Vec::new());
    let begins = |cluster_id| feed::Claim {
        cluster_id,
        begins: true,
    };
    let outcome = if found.is_in_doubt() {
        Outcome::PendingReview
    } else {
        Outcome::Created
    };
    Draft {
        claim,
        parties: cluster.map(begins).into_iter().collect(),
        found,
        client_mutation_id: row.terms.client_mutation_id,
        ..Draft::new(n, None, after, outcome)
    }
}
