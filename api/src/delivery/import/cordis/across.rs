//! What contradicts itself across the rows of CORDIS's files: coordinators and contributions of a project, whether an
//! organisation is an SME, VAT numbers that several organisations give.
//!
//! The registry says the same of its records when they are read; here it is for the report of an import, with lines.

use std::collections::{BTreeMap, HashMap};

use entities::participation::ParticipationRole;
use entities::project;
use entities::record::{Finding, FindingCode};
use entities::value::IdentifierScheme;
use rust_decimal::Decimal;

use super::super::report::Place;
use super::cell::EURO;
use crate::registry::{
    ConsortiumSums, Money, OrganisationPatch, ParticipationPatch, Patch, ProjectPatch, Reference,
    consortium_findings, identifier,
};

/// What the rows said so far.
#[derive(Debug, Default)]
pub(super) struct Across {
    organisations: HashMap<String, Organisation>,
    projects: HashMap<String, Project>,
    holders: BTreeMap<String, Vec<String>>,
}

#[derive(Debug)]
struct Organisation {
    place: Place,
    sme: bool,
    not_sme: bool,
}

#[derive(Debug)]
struct Project {
    place: Place,
    eu_contribution_minor: Option<i64>,
    sums: ConsortiumSums,
}

impl Across {
    /// Looks at an organisation.
    pub(super) fn organisation(&mut self, place: &Place, said: &OrganisationPatch) {
        let is_sme = match &said.sizes {
            Patch::Set(sizes) => sizes.iter().find_map(|size| size.is_sme),
            Patch::Leave | Patch::Clear => None,
        };
        let (sme, not_sme) = (is_sme == Some(true), is_sme == Some(false));
        let organisation = Organisation {
            place: place.clone(),
            sme,
            not_sme,
        };
        self.organisations
            .insert(place.external_id.clone(), organisation);
        let country = set(&said.country).map(String::as_str);
        for new in set(&said.identifiers).into_iter().flatten() {
            if new.scheme == IdentifierScheme::Vat {
                let vat = identifier::identify(new.scheme, &new.value, country).value;
                self.holders
                    .entry(vat)
                    .or_default()
                    .push(place.external_id.clone());
            }
        }
    }

    /// Looks at a project.
    pub(super) fn project(&mut self, place: &Place, said: &ProjectPatch) {
        let project = Project {
            place: place.clone(),
            eu_contribution_minor: cents(&said.eu_contribution),
            sums: ConsortiumSums::default(),
        };
        self.projects.insert(place.external_id.clone(), project);
    }

    /// Looks at a participation; its organisation and its project were looked at before.
    pub(super) fn participation(&mut self, _place: &Place, said: &ParticipationPatch) {
        if let Some(organisation) =
            external(&said.organisation).and_then(|id| self.organisations.get_mut(id))
        {
            organisation.sme |= said.was_sme == Patch::Set(true);
            organisation.not_sme |= said.was_sme == Patch::Set(false);
        }
        if let Some(project) = external(&said.project).and_then(|id| self.projects.get_mut(id)) {
            let sums = &mut project.sums;
            sums.participations += 1;
            sums.coordinators += i64::from(said.role == Patch::Set(ParticipationRole::Coordinator));
            sums.eu_contribution_minor += cents(&said.eu_contribution).unwrap_or_default();
        }
    }

    /// What contradicts itself, in the order of the lines.
    pub(super) fn findings(&self) -> Vec<(Place, Finding)> {
        let mut findings = self.sizes();
        findings.extend(self.shared_vat_numbers());
        findings.sort_by_key(|(place, _)| place.line);
        let mut consortia: Vec<_> = self.projects.values().collect();
        consortia.sort_by_key(|project| project.place.line);
        for Project {
            place,
            eu_contribution_minor,
            sums,
        } in consortia
        {
            let row = project::Model {
                eu_contribution_minor: *eu_contribution_minor,
                currency: Some(EURO.to_owned()),
                ..project::Model::default()
            };
            let found = consortium_findings(&row, *sums);
            findings.extend(found.into_iter().map(|finding| (place.clone(), finding)));
        }
        findings
    }

    fn sizes(&self) -> Vec<(Place, Finding)> {
        let both = self
            .organisations
            .values()
            .filter(|one| one.sme && one.not_sme);
        let finding = |one: &Organisation| {
            let message = "it is an SME in one row and none in another";
            (
                one.place.clone(),
                found(FindingCode::SmeInconsistent, "isSme", message.to_owned()),
            )
        };
        both.map(finding).collect()
    }

    fn shared_vat_numbers(&self) -> impl Iterator<Item = (Place, Finding)> {
        let shared = self.holders.iter().filter(|(_, holders)| holders.len() > 1);
        shared
            .flat_map(|(vat, holders)| holders.iter().map(move |pic| (vat, holders, pic)))
            .filter_map(|(vat, holders, pic)| {
                let others = holders.iter().filter(|other| *other != pic);
                let others = others.map(String::as_str).collect::<Vec<_>>().join(", ");
                let message = format!("the VAT number {vat} is also that of {others}");
                let place = self.organisations.get(pic)?.place.clone();
                Some((
                    place,
                    found(FindingCode::DuplicateIdentifier, "identifiers", message),
                ))
            })
    }
}

fn found(code: FindingCode, path: &str, message: String) -> Finding {
    Finding {
        code,
        message,
        path: path.to_owned(),
    }
}

fn set<T>(patch: &Patch<T>) -> Option<&T> {
    match patch {
        Patch::Set(value) => Some(value),
        Patch::Leave | Patch::Clear => None,
    }
}

fn external(patch: &Patch<Reference>) -> Option<&str> {
    match set(patch)? {
        Reference::External(id) => Some(id),
        Reference::Id(_) | Reference::Identifier(..) => None,
    }
}

/// An amount of euros in cents, rounded as the registry rounds.
fn cents(amount: &Patch<Money>) -> Option<i64> {
    let cents = set(amount)?.amount.checked_mul(Decimal::ONE_HUNDRED)?;
    i64::try_from(cents.round()).ok()
}
