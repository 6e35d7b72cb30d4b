//! What people write of a record that is there.

use entities::record::RecordRow;

use super::Outcome;
use super::by_source::take;
use super::draft::{Draft, Setting, finish, show_as};
use super::entry::Entry;
use crate::registry::Shared;
use crate::registry::check::{Check, Mode};
use crate::registry::claim::{Fields, Hand, Standing, fields_of, is_empty};
use crate::registry::difference::kept_findings;
use crate::registry::error::InputErrorCode::InvalidState;

pub(super) fn draft<E: Shared>(
    setting: &Setting<'_, E>,
    check: &mut Check,
    (entry, said): (Entry<E>, Fields),
    before: E::Model,
) -> Draft<E> {
    let Entry { n, row, .. } = entry;
    let mut after = before.clone();
    let mut envelope = before.envelope();
    envelope.steward_id = row.steward.of(setting.writer.actor, &envelope, false);
    if let Some(visibility) = row.visibility {
        show_as(check, &mut envelope, visibility, setting.claims_on(&before));
    }
    if let Some(named) = row.partnerships {
        envelope.partnership_ids = setting.audience.named(check, &envelope, named);
    }
    match row.archive {
        Some(true) => {
            setting.audience.refuse_archive(check, envelope.id);
            envelope.archived_at = Some(setting.at);
        }
        Some(false) if setting.merged.contains(&envelope.id) => {
            let message = "the record has become part of another one and cannot be restored";
            check.error(InvalidState, "id", message);
        }
        Some(false) => envelope.archived_at = None,
        None => {}
    }
    after.set_envelope(envelope);
    hear_anew::<E>(setting, &before, &mut after);
    let provenance = after.provenance_mut();
    for (field, value) in &said {
        if provenance.record.is_none() && !is_empty(value) {
            provenance.fields.remove(field);
        } else {
            provenance.fields.insert(field.clone(), None);
        }
    }
    let kept = kept_findings(&after, &said);
    E::apply(&mut after, row.patch, check);
    finish::<E>(&mut after, check, kept);
    let outcome = if before == after {
        Outcome::Unchanged
    } else {
        Outcome::Updated
    };
    Draft::new(n, Some(before), after, outcome)
}

/// A record that is shown to others than before takes what may be told to them, and keeps nothing else.
fn hear_anew<E: Shared>(setting: &Setting<'_, E>, before: &E::Model, after: &mut E::Model) {
    let (was, envelope) = (before.envelope(), after.envelope());
    let claims = setting.claims_on(before);
    let is_same = (was.visibility, was.partnership_ids)
        == (envelope.visibility, envelope.partnership_ids.clone());
    if is_same || claims.is_empty() {
        return;
    }
    let standing = Standing {
        envelope: &envelope,
        values: fields_of::<E>(&E::restate(before)),
        provenance: before.provenance(),
        needed: E::NEEDED,
        places: setting.audience.places(),
    };
    let survivors = standing.survivors(claims, None, Hand::Stays);
    // Nobody is refused for what sources said.
    let mut check = Check::new(Mode::Lenient, setting.today);
    take::<E>(after, &mut check, survivors, None);
}
