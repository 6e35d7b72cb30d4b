//! CORDIS's participations. CORDIS has no id for them: project, organisation, place in the list and role make one
//! (187 pairs of project and organisation occur twice in Horizon Europe, 39 of them in the same role).

use entities::participation::{Entity, ParticipationRole};

use super::super::Row;
use super::super::rows::Rows;
use super::super::table::{Line, Table};
use super::cell::{Reading, find, unless_zero};
use super::columns::columns;
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
    Rows::of(table, |line| Some(row(&line)))
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
    let said = patch(&columns, &mut reading);
    Row {
        line: line.number,
        external_id,
        said,
        findings: reading.findings,
    }
}

fn patch(columns: &Columns<'_>, reading: &mut Reading) -> Result<ParticipationPatch, String> {
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
    } = *columns;
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use serde_json::{Value, json};

    use super::super::files::lines;
    use super::*;

    const OURS: &str = "project_id,pic,order,role,ec_contribution_eur,net_ec_contribution_eur,total_cost_eur,terminated,sme\n";

    fn first(content: &str) -> Row<Entity> {
        lines(content, row).into_iter().next().unwrap()
    }

    #[test]
    fn a_row_becomes_a_participation_in_either_form() {
        let ours = first(&format!(
            "{OURS}101,999,14,thirdParty,0,528340.97,960619.95,false,true\n"
        ));
        let theirs = first(
            "projectID;organisationID;SME;order;role;ecContribution;netEcContribution;totalCost;endOfParticipation\n\
             101;999;true;14;thirdParty;0;528340.97;960619,95;false\n",
        );
        assert_eq!(ours.external_id, "101-999-14-thirdParty");
        assert_eq!(ours.external_id, theirs.external_id);
        assert_eq!(ours.said, theirs.said);
        let expected = json!({
            "project": {"External": "101"},
            "organisation": {"External": "999"},
            "role": "THIRD_PARTY",
            "order": 14,
            "euContribution": {"amount": "0", "currency": "EUR"},
            "netEuContribution": {"amount": "528340.97", "currency": "EUR"},
            "totalCost": {"amount": "960619.95", "currency": "EUR"},
            "terminated": false,
            "wasSme": true,
        });
        assert_eq!(serde_json::to_value(ours.said.unwrap()).unwrap(), expected);
        assert_eq!(ours.findings, []);
    }

    #[test]
    fn a_blank_contribution_is_none_and_a_total_cost_of_zero_is_unknown() {
        let row = first(&format!("{OURS}101,999,2,associatedPartner,,0,0,,\n"));
        let said = serde_json::to_value(row.said.unwrap()).unwrap();
        assert_eq!(said["euContribution"], Value::Null);
        assert_eq!(said["netEuContribution"]["amount"], "0");
        assert_eq!(said.get("totalCost"), Some(&Value::Null));
        assert_eq!(said.get("wasSme"), Some(&Value::Null));
        assert_eq!(said["role"], "ASSOCIATED_PARTNER");
    }

    #[test]
    fn a_row_that_names_no_project_organisation_or_role_is_refused() {
        for (cells, reason) in [
            (",999,1,coordinator", "the participation names no project"),
            (
                "101,,1,coordinator",
                "the participation names no organisation: it has no PIC",
            ),
            (
                "101,999,1,boss",
                "`boss` is no role that CORDIS is known to use",
            ),
            ("101,999,1,", "`` is no role that CORDIS is known to use"),
        ] {
            let row = first(&format!("{OURS}{cells},,,,,\n"));
            assert_eq!(row.said, Err(reason.to_owned()));
        }
    }
}
