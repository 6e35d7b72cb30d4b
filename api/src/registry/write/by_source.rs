//! What a source says of a record that is there: its claim, and what the record takes from it.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use entities::id::{PartnershipId, SourceId};
use entities::record::{Envelope, FieldSources, PartnershipIds, RecordRow, Visibility};
use entities::{source, source_record};

use super::Outcome;
use super::draft::{Draft, Setting, finish, show_as};
use super::entry::{Claim, Entry};
use crate::feed;
use crate::registry::Shared;
use crate::registry::check::{Check, Mode};
use crate::registry::claim::{
    Fields, Hand, Speaker, Standing, Survivors, fields_of, patch_of, steward_beside,
};
use crate::registry::difference::kept_findings;
use crate::registry::matching::Found;
use crate::store::SourceClaim;

pub(super) fn draft<E: Shared>(
    setting: &Setting<'_, E>,
    check: &mut Check,
    (entry, said): (Entry<E>, Fields),
    (claim, source): (Claim, &source::Model),
    (before, found): (E::Model, Found),
) -> Draft<E> {
    let Entry { n, row, .. } = entry;
    let earlier = claim.before.clone().filter(|it| it.withdrawn_at.is_none());
    let news: BTreeSet<String> = said
        .iter()
        .filter(|(field, value)| {
            let earlier = earlier.as_ref().and_then(|it| it.content.get(*field));
            earlier != Some(*value)
        })
        .map(|(field, _)| field.clone())
        .collect();
    let mut claimed = claim.row::<E>(source, setting.at, said.clone(), &row.terms);
    claimed.record_id = before.envelope().id;

    let mut after = before.clone();
    let mut envelope = before.envelope();
    let known = setting.claims_on(&before);
    envelope.steward_id = steward_beside(envelope.steward_id, known, source.cluster_id);
    // One that went with its last claim comes back as if it were new; what was said of it is gone.
    let comes_back = source.cluster_id.is_some() && envelope.archived_at.is_some();
    if comes_back {
        envelope.archived_at = None;
        envelope.visibility = source.default_visibility;
        envelope.partnership_ids = PartnershipIds::default();
    }
    let others: Vec<SourceClaim> = setting
        .claims_on(&before)
        .iter()
        .filter(|other| !is_same(&other.row, &claimed))
        .cloned()
        .collect();
    let is_as_record = match &earlier {
        Some(earlier) => earlier.visibility.is_none(),
        None => comes_back,
    };
    let linked = earlier.is_none().then_some(source.default_visibility);
    show(
        setting,
        check,
        (&mut envelope, &mut claimed),
        &others,
        source,
        (row.visibility, row.partnerships, linked),
        is_as_record,
    );
    after.set_envelope(envelope.clone());

    let mut claims = others;
    let is_live = |claim: &SourceClaim| claim.is_live() && claim.cluster == source.cluster_id;
    let begins = earlier.is_none() && !claims.iter().any(is_live);
    claims.push(SourceClaim {
        row: claimed.clone(),
        cluster: source.cluster_id,
    });
    let provenance = adopted::<E>(&before, earlier.as_ref(), source);
    let standing = Standing {
        envelope: &envelope,
        values: fields_of::<E>(&E::restate(&before)),
        provenance: provenance.as_ref().unwrap_or(before.provenance()),
        needed: E::NEEDED,
        places: setting.audience.places(),
    };
    let speaker = Speaker {
        source: source.id,
        external_id: &claimed.external_id,
        news: &news,
    };
    let hand = if comes_back { Hand::Goes } else { Hand::Stays };
    let survivors = standing.survivors(&claims, Some(speaker), hand);
    // What a claim says must be right even where the record does not take it.
    if news
        .iter()
        .any(|field| !survivors.fields.contains_key(field))
    {
        let mut alone = Check::new(setting.mode, setting.today);
        E::apply(&mut before.clone(), row.patch, &mut alone);
        check.errors.append(&mut alone.errors);
    }
    take::<E>(&mut after, check, survivors, Some(source.id));
    let unsaid = news.is_empty() && before == after && !begins;
    let outcome = match earlier {
        None => Outcome::Linked,
        Some(_) if unsaid => Outcome::Unchanged,
        Some(_) => Outcome::Updated,
    };
    Draft {
        claim: Some(claimed),
        parties: source
            .cluster_id
            .filter(|_| begins)
            .map(|cluster_id| feed::Claim {
                cluster_id,
                begins: true,
            })
            .into_iter()
            .collect(),
        found,
        client_mutation_id: row.terms.client_mutation_id,
        ..Draft::new(n, Some(before), after, outcome)
    }
}

/// Puts onto a record what survives. Who writes answers for what its own source says, and not for what
/// others said.
pub(in crate::registry) fn take<E: Shared>(
    after: &mut E::Model,
    check: &mut Check,
    survivors: Survivors,
    speaker: Option<SourceId>,
) {
    let Survivors { fields, provenance } = survivors;
    let kept = kept_findings(after, &fields);
    let (own, of_others): (Fields, Fields) = fields
        .into_iter()
        .partition(|(field, _)| speaker.is_some() && provenance.of(field) == speaker);
    *after.provenance_mut() = provenance;
    let mut lenient = Check::new(Mode::Lenient, check.today);
    E::apply(after, patch_of::<E>(of_others), &mut lenient);
    check.findings.append(&mut lenient.findings);
    check.errors.append(&mut lenient.errors);
    E::apply(after, patch_of::<E>(own), check);
    finish::<E>(after, check, kept);
}

/// Whether two claims are the same one.
pub(super) fn is_same(one: &source_record::Model, other: &source_record::Model) -> bool {
    one.source_id == other.source_id && one.external_id == other.external_id
}

/// Who may see the claim, and with it the record where the claim is its steward's.
fn show<E: Shared>(
    setting: &Setting<'_, E>,
    check: &mut Check,
    (record, claim): (&mut Envelope, &mut source_record::Model),
    others: &[SourceClaim],
    source: &source::Model,
    (visibility, partnerships, linked): (
        Option<Visibility>,
        Option<Vec<PartnershipId>>,
        Option<Visibility>,
    ),
    is_as_record: bool,
) {
    let is_steward = record.steward_id == source.cluster_id;
    let mut public = others.iter().filter(|other| other.is_live());
    let is_public_too = public.any(|other| other.cluster.is_none());
    let decides = source.cluster_id.is_some() && visibility.is_some() && !is_public_too;
    if is_steward && (is_as_record || decides) {
        // Its record is seen as its steward says, and what the steward says as the record is.
        claim.visibility = None;
        claim.partnership_ids = PartnershipIds::default();
        if let Some(said) = visibility {
            show_as(check, record, said, others);
        }
        if let Some(named) = partnerships {
            record.partnership_ids = setting.audience.named(check, record, named);
        }
        return;
    }
    let now = visibility.or(linked).or(claim.visibility);
    let changed = now != claim.visibility;
    claim.visibility = now;
    if let Some(named) = partnerships {
        let own = Envelope {
            steward_id: source.cluster_id,
            ..record.clone()
        };
        claim.partnership_ids = setting.audience.named(check, &own, named);
    }
    if is_steward && changed {
        record.visibility = match (source.cluster_id, now) {
            // What the registry itself has is as wide as its source says now.
            (None, Some(said)) => said,
            // What public sources have, too, stays as public as it is.
            (Some(_), Some(said)) if visibility.is_some() => said.max(record.visibility),
            _ => record.visibility,
        };
    }
}

/// Where the fields of a record come from that an older version imported, which did not keep that:
/// what differs from what its source said was written by people since.
fn adopted<E: Shared>(
    before: &E::Model,
    earlier: Option<&source_record::Model>,
    source: &source::Model,
) -> Option<FieldSources> {
    let is_unknown = *before.provenance() == FieldSources::default();
    let earlier = earlier.filter(|_| is_unknown && source.cluster_id.is_none())?;
    let said = earlier.content.as_object()?.clone();
    let mut as_said = before.clone();
    let mut check = Check::new(Mode::Lenient, NaiveDate::MIN);
    E::apply(&mut as_said, patch_of::<E>(said.clone()), &mut check);
    let (now, then) = (
        fields_of::<E>(&E::restate(before)),
        fields_of::<E>(&E::restate(&as_said)),
    );
    let mut provenance = FieldSources {
        record: Some(source.id),
        ..Default::default()
    };
    let by_people = said
        .keys()
        .filter(|field| now.get(*field) != then.get(*field));
    for field in by_people {
        provenance.set(field, None);
    }
    Some(provenance)
}
