//! What may be written of a place in a partnership.

use chrono::NaiveDate;
use entities::partnership_member::{self, PartnershipRole};
use entities::record::RecordType;
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::error::InputErrorCode::Required;
use super::field;
use super::patch::Patch;
use super::reference::{Named, Reference, named, write};
use super::shared::Shared;
use crate::store::Indexed;

/// What a write says of a place in a partnership.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "the fields are those of the row, where they are described"
)]
pub struct PartnershipMemberPatch {
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub partnership: Patch<Reference>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub organisation: Patch<Reference>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub role: Patch<PartnershipRole>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub starts_on: Patch<NaiveDate>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub ends_on: Patch<NaiveDate>,
}

impl Shared for partnership_member::Entity {
    type Patch = PartnershipMemberPatch;

    const DUPLICATE: &'static str =
        "that organisation has a place in that partnership with that first day already";

    fn references(patch: &mut PartnershipMemberPatch) -> Vec<Named<'_>> {
        let mut references = named(
            "partnership",
            RecordType::Partnership,
            &mut patch.partnership,
        );
        references.extend(named(
            "organisation",
            RecordType::Organisation,
            &mut patch.organisation,
        ));
        references
    }

    fn apply(
        row: &mut partnership_member::Model,
        patch: PartnershipMemberPatch,
        _check: &mut Check,
    ) {
        let PartnershipMemberPatch {
            partnership,
            organisation,
            role,
            starts_on,
            ends_on,
        } = patch;
        write(partnership, &mut row.partnership_id);
        write(organisation, &mut row.organisation_id);
        role.write(&mut row.role);
        starts_on.write(&mut row.starts_on);
        ends_on.write(&mut row.ends_on);
    }

    fn check(row: &partnership_member::Model, check: &mut Check) {
        if row.partnership_id.0.is_nil() {
            check.error(
                Required,
                "partnership",
                "a place is in a partnership: name it",
            );
        }
        if row.organisation_id.0.is_nil() {
            check.error(
                Required,
                "organisation",
                "a place is an organisation's: name it",
            );
        }
        field::check_period(check, row.starts_on, row.ends_on);
    }

    fn index(_row: &partnership_member::Model) -> Indexed {
        Indexed::default()
    }
}
