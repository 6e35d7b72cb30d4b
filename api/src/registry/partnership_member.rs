//! What may be written of a place in a partnership.

use chrono::NaiveDate;
use entities::partnership_member::{self, PartnershipRole};
use entities::record::{RecordType, Visibility};
use serde::{Deserialize, Serialize};

use super::acceptance::Acceptance;
use super::check::Check;
use super::error::InputErrorCode::{InvalidState, Required};
use super::field;
use super::patch::Patch;
use super::place::Place;
use super::reference::{Named, Reference, named, restate, write};
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
    /// Said by `acceptance` alone: no input and no source can say it.
    #[serde(skip)]
    pub acceptance: Option<Acceptance>,
}

/// What to do before an accepted place can go or become another one.
const LEAVE_FIRST: &str =
    "a cluster has accepted the place: it, or the operator, leaves it (`leavePartnership`) first";

/// Why a place is not accepted, or an accepted one not kept so.
pub(super) const HIDDEN: &str = "those who share a partnership see who is in it: an accepted place is for \
     partners at least, and not for those of other partnerships alone";

/// Whether a place is kept from those who share its partnership.
pub(super) fn is_hidden(place: &partnership_member::Model) -> bool {
    let named = &place.partnership_ids.0;
    match place.visibility {
        Visibility::Owner => true,
        Visibility::Partners => !named.is_empty() && !named.contains(&place.partnership_id),
        Visibility::Public => false,
    }
}

impl Shared for partnership_member::Entity {
    type Patch = PartnershipMemberPatch;

    const DUPLICATE: &'static str =
        "that organisation has a place in that partnership with that first day already";

    const NEEDED: &[&str] = &["partnership", "organisation"];

    const ENDS: Option<[&'static str; 2]> = Some(["partnership_id", "organisation_id"]);

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
        check: &mut Check,
    ) {
        let PartnershipMemberPatch {
            partnership,
            organisation,
            role,
            starts_on,
            ends_on,
            acceptance,
        } = patch;
        let (partnership_id, organisation_id) = (row.partnership_id, row.organisation_id);
        write(partnership, &mut row.partnership_id);
        write(organisation, &mut row.organisation_id);
        // Otherwise a steward could move somebody's consent to where it was not given.
        if row.accepted_cluster_id.is_some() {
            for (path, stays) in [
                ("partnership", row.partnership_id == partnership_id),
                ("organisation", row.organisation_id == organisation_id),
            ] {
                if !stays {
                    check.error(InvalidState, path, LEAVE_FIRST);
                }
            }
        }
        role.write(&mut row.role);
        starts_on.write(&mut row.starts_on);
        ends_on.write(&mut row.ends_on);
        match acceptance {
            Some(Acceptance::By(cluster, at)) => {
                row.accepted_cluster_id = Some(cluster);
                row.accepted_at = Some(at);
                row.left_at = None;
            }
            Some(Acceptance::Ended(at)) => {
                row.accepted_cluster_id = None;
                row.left_at = Some(at);
            }
            None => {}
        }
    }

    fn restate(row: &partnership_member::Model) -> PartnershipMemberPatch {
        PartnershipMemberPatch {
            partnership: restate(row.partnership_id),
            organisation: restate(row.organisation_id),
            role: Patch::set_or_clear(row.role),
            starts_on: Patch::set_or_clear(row.starts_on),
            ends_on: Patch::set_or_clear(row.ends_on),
            acceptance: None,
        }
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
        if row.archived_at.is_some() && row.accepted_cluster_id.is_some() {
            check.error(InvalidState, "id", LEAVE_FIRST);
        }
        if row.accepted_cluster_id.is_some() && is_hidden(row) {
            check.error(InvalidState, "visibility", HIDDEN);
        }
        field::check_period(check, row.starts_on, row.ends_on);
    }

    fn place(row: &partnership_member::Model) -> Option<Place> {
        let begins = format!("{:?}", row.starts_on);
        Place::new(row.partnership_id, row.organisation_id, begins)
    }

    fn index(_row: &partnership_member::Model) -> Indexed {
        Indexed::default()
    }
}
