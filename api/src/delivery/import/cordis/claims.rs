//! What several rows claim of organisations and cannot all be right about: that one is an SME and is none, that two
//! have the same VAT number.

use std::collections::{BTreeMap, HashMap};

use entities::record::{Finding, FindingCode};
use entities::value::IdentifierScheme;

use super::super::report::Place;
use super::cell::{external, set};
use crate::registry::{OrganisationPatch, ParticipationPatch, identifier};

/// What was claimed of each organisation, by its PIC.
#[derive(Debug, Default)]
pub(super) struct Claims {
    organisations: HashMap<String, Claim>,
    /// Who has a VAT number.
    holders: BTreeMap<String, Vec<String>>,
}

#[derive(Debug)]
struct Claim {
    place: Place,
    sme: bool,
    not_sme: bool,
}

impl Claim {
    fn size(&mut self, is_sme: Option<&bool>) {
        self.sme |= is_sme == Some(&true);
        self.not_sme |= is_sme == Some(&false);
    }
}

impl Claims {
    /// Looks at an organisation.
    pub(super) fn organisation(&mut self, place: &Place, said: &OrganisationPatch) {
        let pic = &place.external_id;
        let mut claim = Claim {
            place: place.clone(),
            sme: false,
            not_sme: false,
        };
        for size in set(&said.sizes).into_iter().flatten() {
            claim.size(size.is_sme.as_ref());
        }
        self.organisations.insert(pic.clone(), claim);
        let country = set(&said.country).map(String::as_str);
        for new in set(&said.identifiers).into_iter().flatten() {
            if new.scheme == IdentifierScheme::Vat {
                let vat = identifier::identify(new.scheme, &new.value, country).value;
                self.holders.entry(vat).or_default().push(pic.clone());
            }
        }
    }

    /// Looks at a participation, after its organisation.
    pub(super) fn participation(&mut self, said: &ParticipationPatch) {
        let claim = external(&said.organisation).and_then(|pic| self.organisations.get_mut(pic));
        if let Some(claim) = claim {
            claim.size(set(&said.was_sme));
        }
    }

    /// What contradicts itself, in the order of the organisations' lines.
    pub(super) fn findings(&self) -> Vec<(Place, Finding)> {
        let both = self
            .organisations
            .values()
            .filter(|claim| claim.sme && claim.not_sme);
        let mut findings: Vec<_> = both
            .map(|claim| {
                let message = "it is an SME in one row and none in another".to_owned();
                let (code, path) = (FindingCode::SmeInconsistent, "isSme".to_owned());
                (
                    claim.place.clone(),
                    Finding {
                        code,
                        message,
                        path,
                    },
                )
            })
            .collect();
        for (vat, holders) in self.holders.iter().filter(|(_, holders)| holders.len() > 1) {
            for pic in holders {
                let others: Vec<_> = holders
                    .iter()
                    .filter(|other| *other != pic)
                    .map(String::as_str)
                    .collect();
                let message = format!("the VAT number {vat} is also that of {}", others.join(", "));
                let (code, path) = (FindingCode::DuplicateIdentifier, "identifiers".to_owned());
                let place = self.organisations.get(pic).map(|claim| claim.place.clone());
                findings.extend(place.map(|place| {
                    (
                        place,
                        Finding {
                            code,
                            message,
                            path,
                        },
                    )
                }));
            }
        }
        findings.sort_by_key(|(place, finding)| (place.line, finding.code));
        findings
    }
}

#[cfg(test)]
mod tests {
    use entities::organisation::{SizeBasis, SizeStatement};
    use entities::record::RecordType;

    use super::*;
    use crate::registry::{NewIdentifier, Patch, Reference};

    #[test]
    fn an_organisation_that_is_an_sme_and_is_none_and_a_shared_vat_number_are_found() {
        let mut claims = Claims::default();
        for (line, pic, is_sme, vat) in [
            (2, "1", true, "DE811335517"),
            (3, "2", true, "DE136695976"),
            (4, "3", false, "DE 811335517"),
        ] {
            let place = Place::new("o.csv", line, RecordType::Organisation, pic.to_owned());
            let size = SizeStatement {
                is_sme: Some(is_sme),
                size: None,
                headcount: None,
                basis: SizeBasis::Cordis,
                starts_on: None,
                ends_on: None,
            };
            let scheme = IdentifierScheme::Vat;
            let identifier = NewIdentifier {
                scheme,
                value: vat.to_owned(),
                country: None,
            };
            claims.organisation(
                &place,
                &OrganisationPatch {
                    sizes: Patch::Set(vec![size]),
                    identifiers: Patch::Set(vec![identifier]),
                    ..OrganisationPatch::default()
                },
            );
        }
        for (pic, was_sme) in [
            ("1", Patch::Set(true)),
            ("2", Patch::Set(false)),
            ("3", Patch::Clear),
            ("4", Patch::Set(true)),
        ] {
            claims.participation(&ParticipationPatch {
                organisation: Patch::Set(Reference::External(pic.to_owned())),
                was_sme,
                ..ParticipationPatch::default()
            });
        }
        let findings = claims.findings();
        let found: Vec<_> = findings
            .iter()
            .map(|(place, found)| (place.line, found.code, found.message.as_str()))
            .collect();
        assert_eq!(
            found,
            [
                (
                    2,
                    FindingCode::DuplicateIdentifier,
                    "the VAT number DE811335517 is also that of 3"
                ),
                (
                    3,
                    FindingCode::SmeInconsistent,
                    "it is an SME in one row and none in another"
                ),
                (
                    4,
                    FindingCode::DuplicateIdentifier,
                    "the VAT number DE811335517 is also that of 1"
                ),
            ]
        );
    }
}
