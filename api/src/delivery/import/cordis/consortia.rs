//! What contradicts itself in the consortium of a project: its coordinators, and what their contributions add up to.
//!
//! The registry says the same of a project when it is read; here it is for the report of an import, with lines.

use std::collections::HashMap;

use entities::participation::ParticipationRole;
use entities::project;
use entities::record::Finding;
use rust_decimal::Decimal;

use super::super::report::Place;
use super::cell::{EURO, external, set};
use crate::registry::{
    ConsortiumSums, Money, ParticipationPatch, Patch, ProjectPatch, consortium_findings,
};

/// The consortia of all projects, by the projects' numbers.
#[derive(Debug, Default)]
pub(super) struct Consortia(HashMap<String, (Place, project::Model, ConsortiumSums)>);

impl Consortia {
    /// Looks at a project.
    pub(super) fn project(&mut self, place: &Place, said: &ProjectPatch) {
        let row = project::Model {
            eu_contribution_minor: cents(&said.eu_contribution),
            currency: Some(EURO.to_owned()),
            ..project::Model::default()
        };
        let consortium = (place.clone(), row, ConsortiumSums::default());
        self.0.insert(place.external_id.clone(), consortium);
    }

    /// Looks at a participation, after its project.
    pub(super) fn participation(&mut self, said: &ParticipationPatch) {
        let project = external(&said.project).and_then(|number| self.0.get_mut(number));
        if let Some((_, _, sums)) = project {
            sums.participations += 1;
            sums.coordinators += i64::from(said.role == Patch::Set(ParticipationRole::Coordinator));
            sums.eu_contribution_minor += cents(&said.eu_contribution).unwrap_or_default();
        }
    }

    /// What contradicts itself, in the order of the projects' lines.
    pub(super) fn findings(&self) -> Vec<(Place, Finding)> {
        let mut consortia: Vec<_> = self.0.values().collect();
        consortia.sort_by_key(|(place, ..)| place.line);
        let findings = consortia.into_iter().flat_map(|(place, row, sums)| {
            let findings = consortium_findings(row, *sums).into_iter();
            findings.map(|finding| (place.clone(), finding))
        });
        findings.collect()
    }
}

/// An amount of euros in cents, rounded as the registry rounds.
fn cents(amount: &Patch<Money>) -> Option<i64> {
    let cents = set(amount)?.amount.checked_mul(Decimal::ONE_HUNDRED)?;
    i64::try_from(cents.round()).ok()
}

#[cfg(test)]
mod tests {
    use entities::record::{FindingCode, RecordType};

    use super::*;
    use crate::registry::Reference;

    fn euros(cents: i64) -> Patch<Money> {
        Patch::Set(Money {
            amount: Decimal::new(cents, 2),
            currency: EURO.to_owned(),
        })
    }

    #[test]
    fn a_project_has_one_coordinator_and_its_contributions_add_up() {
        use FindingCode::{ContributionMismatch, CoordinatorCount};
        use ParticipationRole::{Coordinator, Partner};
        for (expected, participations, findings) in [
            (
                euros(10_000),
                &[(Coordinator, 6_000), (Partner, 4_000)][..],
                &[][..],
            ),
            (
                euros(10_000),
                &[(Coordinator, 6_000), (Partner, 3_999)],
                &[ContributionMismatch],
            ),
            (euros(10_000), &[(Partner, 10_000)], &[CoordinatorCount]),
            (
                euros(0),
                &[(Coordinator, 1), (Coordinator, 0)],
                &[CoordinatorCount, ContributionMismatch],
            ),
            (Patch::Clear, &[(Coordinator, 5)], &[]),
            (euros(10_000), &[], &[]),
        ] {
            let mut consortia = Consortia::default();
            let place = Place::new("p.csv", 7, RecordType::Project, "101".to_owned());
            let project = ProjectPatch {
                eu_contribution: expected,
                ..ProjectPatch::default()
            };
            consortia.project(&place, &project);
            for (role, cents) in participations {
                consortia.participation(&ParticipationPatch {
                    project: Patch::Set(Reference::External("101".to_owned())),
                    role: Patch::Set(*role),
                    eu_contribution: euros(*cents),
                    ..ParticipationPatch::default()
                });
            }
            let found = consortia.findings();
            assert!(found.iter().all(|(at, _)| *at == place));
            let codes: Vec<_> = found.iter().map(|(_, finding)| finding.code).collect();
            assert_eq!(codes, findings, "{participations:?}");
        }
    }

    #[test]
    fn cents_are_rounded_half_to_even() {
        for (amount, minor) in [("0.4400000001", 44), ("0.125", 12), ("0.135", 14)] {
            let amount = amount.parse().unwrap_or_default();
            let money = Patch::Set(Money {
                amount,
                currency: EURO.to_owned(),
            });
            assert_eq!(cents(&money), Some(minor));
        }
    }
}
