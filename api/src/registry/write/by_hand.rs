//! What people write of a record that is there.

use entities::record::RecordRow;

use super::Outcome;
use super::draft::{Draft, Setting, finish};
use super::entry::Entry;
use crate::registry::Shared;
use crate::registry::check::Check;
use crate::registry::claim::{Fields, is_empty, widest_of_others};
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
        let widest = widest_of_others(setting.claims_on(&before), envelope.steward_id);
        if visibility < envelope.visibility && widest > Some(visibility) {
            let message = "the record cannot be narrower than what other sources say of it";
            check.error(InvalidState, "visibility", message);
        }
        envelope.visibility = visibility;
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
