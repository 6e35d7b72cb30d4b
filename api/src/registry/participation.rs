//! What may be written of a participation.

use entities::participation::{self, ParticipationRole};
use entities::record::{FindingCode, RecordType};
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::error::InputErrorCode::Required;
use super::money::{self, Money};
use super::patch::Patch;
use super::place::Place;
use super::reference::{Named, Reference, named, restate, write};
use super::shared::Shared;
use crate::store::Indexed;

/// What a write says of a participation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
#[expect(
    missing_docs,
    reason = "the fields are those of the row, where they are described"
)]
pub struct ParticipationPatch {
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub project: Patch<Reference>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub organisation: Patch<Reference>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub role: Patch<ParticipationRole>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub order: Patch<i32>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub eu_contribution: Patch<Money>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub net_eu_contribution: Patch<Money>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub total_cost: Patch<Money>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub terminated: Patch<bool>,
    #[serde(skip_serializing_if = "Patch::is_leave")]
    pub was_sme: Patch<bool>,
}

impl Shared for participation::Entity {
    type Patch = ParticipationPatch;

    const DUPLICATE: &'static str =
        "that organisation has that role at that place of that project already";

    const NEEDED: &[&str] = &["project", "organisation", "role"];

    const ENDS: Option<[&'static str; 2]> = Some(["project_id", "organisation_id"]);

    fn references(patch: &mut ParticipationPatch) -> Vec<Named<'_>> {
        let mut references = named("project", RecordType::Project, &mut patch.project);
        references.extend(named(
            "organisation",
            RecordType::Organisation,
            &mut patch.organisation,
        ));
        references
    }

    fn apply(row: &mut participation::Model, patch: ParticipationPatch, check: &mut Check) {
        let ParticipationPatch {
            project,
            organisation,
            role,
            order,
            eu_contribution,
            net_eu_contribution,
            total_cost,
            terminated,
            was_sme,
        } = patch;
        write(project, &mut row.project_id);
        write(organisation, &mut row.organisation_id);
        role.write_or_default(&mut row.role);
        order.write(&mut row.order);
        money::restart(
            &[&eu_contribution, &net_eu_contribution, &total_cost],
            &mut [
                &mut row.eu_contribution_minor,
                &mut row.net_eu_contribution_minor,
                &mut row.total_cost_minor,
            ],
            &mut row.currency,
        );
        let currency = &mut row.currency;
        money::amount(
            check,
            "euContribution",
            eu_contribution,
            &mut row.eu_contribution_minor,
            currency,
        );
        money::amount(
            check,
            "netEuContribution",
            net_eu_contribution,
            &mut row.net_eu_contribution_minor,
            currency,
        );
        money::amount(
            check,
            "totalCost",
            total_cost,
            &mut row.total_cost_minor,
            currency,
        );
        terminated.write(&mut row.terminated);
        was_sme.write(&mut row.was_sme);
    }

    fn restate(row: &participation::Model) -> ParticipationPatch {
        let money = |minor| Patch::set_or_clear(money::of(minor, row.currency.as_deref()));
        ParticipationPatch {
            project: restate(row.project_id),
            organisation: restate(row.organisation_id),
            role: Patch::Set(row.role),
            order: Patch::set_or_clear(row.order),
            eu_contribution: money(row.eu_contribution_minor),
            net_eu_contribution: money(row.net_eu_contribution_minor),
            total_cost: money(row.total_cost_minor),
            terminated: Patch::set_or_clear(row.terminated),
            was_sme: Patch::set_or_clear(row.was_sme),
        }
    }

    fn check(row: &participation::Model, check: &mut Check) {
        if row.project_id.0.is_nil() {
            check.error(
                Required,
                "project",
                "a participation is in a project: name it",
            );
        }
        if row.organisation_id.0.is_nil() {
            check.error(
                Required,
                "organisation",
                "a participation is an organisation's: name it",
            );
        }
        let paid = row.eu_contribution_minor.is_some_and(|amount| amount > 0);
        if row.role == ParticipationRole::AssociatedPartner && paid {
            let message = "an associated partner has no EU contribution";
            check.finding(
                FindingCode::AssociatedWithContribution,
                "euContribution",
                message,
            );
        }
    }

    fn place(row: &participation::Model) -> Option<Place> {
        let part = format!("{:?} {}", row.role, row.order.unwrap_or(0));
        Place::new(row.project_id, row.organisation_id, part)
    }

    fn index(_row: &participation::Model) -> Indexed {
        Indexed::default()
    }
}
