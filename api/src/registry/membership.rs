//! What may be written of a membership.

use chrono::NaiveDate;
use entities::id::ClusterId;
use entities::membership::{self, MembershipCategory};
use entities::record::RecordType;
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::error::InputErrorCode::Required;
use super::field::{self, MAX_TEXT};
use super::patch::Patch;
use super::place::Place;
use super::reference::{Named, Reference, named, restate, write};
use super::shared::Shared;
use crate::store::Indexed;

/// What a write says of a membership.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "the fields are those of the row, where they are described"
)]
pub struct MembershipPatch {
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub cluster: Patch<Reference>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub organisation: Patch<Reference>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub category: Patch<MembershipCategory>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub applied_on: Patch<NaiveDate>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub starts_on: Patch<NaiveDate>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub ends_on: Patch<NaiveDate>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub end_reason: Patch<String>,
}

impl Shared for membership::Entity {
    type Patch = MembershipPatch;

    const DUPLICATE: &'static str =
        "that organisation has a membership of that cluster with that first day already";

    const NEEDED: &[&str] = &["cluster", "organisation"];

    const ENDS: Option<[&'static str; 2]> = Some(["cluster_id", "organisation_id"]);

    fn references(patch: &mut MembershipPatch) -> Vec<Named<'_>> {
        let mut references = named("cluster", RecordType::Cluster, &mut patch.cluster);
        references.extend(named(
            "organisation",
            RecordType::Organisation,
            &mut patch.organisation,
        ));
        references
    }

    /// A cluster's own members are what its CRM is about.
    fn complete(patch: &mut MembershipPatch, cluster: ClusterId) {
        if patch.cluster.is_leave() {
            patch.cluster = Patch::Set(Reference::Id(cluster.into()));
        }
    }

    /// It goes on, unless the source says when it ends.
    fn resume(patch: &mut MembershipPatch) {
        if patch.ends_on.is_leave() {
            patch.ends_on = Patch::Clear;
        }
    }

    fn apply(row: &mut membership::Model, patch: MembershipPatch, check: &mut Check) {
        let MembershipPatch {
            cluster,
            organisation,
            category,
            applied_on,
            starts_on,
            ends_on,
            end_reason,
        } = patch;
        write(cluster, &mut row.cluster_id);
        write(organisation, &mut row.organisation_id);
        category.write(&mut row.category);
        applied_on.write(&mut row.applied_on);
        starts_on.write(&mut row.starts_on);
        ends_on.write(&mut row.ends_on);
        field::text(
            check,
            "endReason",
            end_reason,
            &mut row.end_reason,
            MAX_TEXT,
        );
    }

    fn restate(row: &membership::Model) -> MembershipPatch {
        MembershipPatch {
            cluster: restate(row.cluster_id),
            organisation: restate(row.organisation_id),
            category: Patch::set_or_clear(row.category),
            applied_on: Patch::set_or_clear(row.applied_on),
            starts_on: Patch::set_or_clear(row.starts_on),
            ends_on: Patch::set_or_clear(row.ends_on),
            end_reason: Patch::set_or_clear(row.end_reason.clone()),
        }
    }

    fn check(row: &membership::Model, check: &mut Check) {
        if row.cluster_id.0.is_nil() {
            check.error(Required, "cluster", "a membership is in a cluster: name it");
        }
        if row.organisation_id.0.is_nil() {
            check.error(
                Required,
                "organisation",
                "a membership is an organisation's: name it",
            );
        }
        field::check_period(check, row.starts_on, row.ends_on);
    }

    fn place(row: &membership::Model) -> Option<Place> {
        let begins = format!("{:?}", row.starts_on);
        Place::new(row.cluster_id, row.organisation_id, begins)
    }

    fn index(_row: &membership::Model) -> Indexed {
        Indexed::default()
    }
}
