//! CORDIS's participations. CORDIS has no id for them: project, organisation, place in the list and role make one
//! (187 pairs of project and organisation occur twice in Horizon Europe, 39 of them in the same role).

use entities::participation::{Entity, ParticipationRole};

use super::super::Row;
use super::super::table::{Line, Rows, Table};
use super::cell::{Reading, find, unless_zero};
use super::columns;
use crate::registry::{ParticipationPatch, Patch, Reference};

columns! {
    /// What is read of a participation.
    Columns {
        project_id, pic, order, role, ec_contribution_eur, net_ec_contribution_eur, total_cost_eur, terminated, sme,
    } may lack { }
}

/// The last two are Horizon 2020's words for who takes part without EU money.
const ROLES: [(&str, ParticipationRole); 6] = [
    ("coordinator", ParticipationRole::Coordinator),
    ("participant", ParticipationRole::Partner),
    ("associatedPartner", ParticipationRole::AssociatedPartner),
    ("thirdParty", ParticipationRole::ThirdParty),
    ("partner", ParticipationRole::AssociatedPartner),
    ("internationalPartner", ParticipationRole::AssociatedPartner),
];

/// Reads participations.
pub(super) fn rows(table: Table) -> Rows<Row<Entity>> {
    table.batches(|line| Some(row(&line)))
}

fn row(line: &Line<'_>) -> Row<Entity> {
    let columns = Columns::of(line);
    let Columns {
        project_id,
        pic,
        order,
        role,
        ..
    } = columns;
    let external_id = format!("{project_id}-{pic}-{order}-{role}");
    let mut reading = Reading::default();
    let said = patch(columns, &mut reading);
    Row {
        line: line.number,
        external_id,
        said,
        findings: reading.findings,
    }
}

fn patch(columns: Columns<'_>, reading: &mut Reading) -> Result<ParticipationPatch, String> {
    let Columns {
        project_id,
        pic,
        order,
        role,
        ec_contribution_eur,
        net_ec_contribution_eur,
        total_cost_eur,
        terminated,
        sme,
    } = columns;
    if project_id.is_empty() {
        return Err("the participation names no project".to_owned());
    }
    if pic.is_empty() {
        return Err("the participation names no organisation: it has no PIC".to_owned());
    }
    let Some(role) = find(role, &ROLES) else {
        return Err(format!("`{role}` is no role that CORDIS is known to use"));
    };
    Ok(ParticipationPatch {
        project: Patch::Set(Reference::External(project_id.to_owned())),
        organisation: Patch::Set(Reference::External(pic.to_owned())),
        role: Patch::Set(role),
        order: reading.number("order", order),
        eu_contribution: reading.euros("euContribution", ec_contribution_eur),
        net_eu_contribution: reading.euros("netEuContribution", net_ec_contribution_eur),
        total_cost: unless_zero(reading.euros("totalCost", total_cost_eur)),
        terminated: reading.flag("terminated", terminated),
        was_sme: reading.flag("wasSme", sme),
    })
}
