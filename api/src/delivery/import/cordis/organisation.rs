//! CORDIS's organisations.
//!
//! An organisation is known by its PIC. CORDIS's own download repeats it with each participation, each copy as it was
//! when that project's page was last changed: the newest copy counts.

use std::collections::HashMap;

use entities::organisation::{Entity, OrganisationKind, SizeBasis, SizeStatement};
use entities::value::{Address, IdentifierScheme, Name, NameType};

use super::super::Row;
use super::super::table::{Line, Rows, Table};
use super::cell::{Reading, identifiers, said, text};
use super::columns;
use crate::registry::{OrganisationPatch, Patch};

columns! {
    /// What is read of an organisation.
    Columns {
        pic, rcn, vat_number, legal_name, short_name, sme, activity_type, street, postal_code, city, country,
        nuts_code, geolocation, url,
    } may lack { updated_at, }
}

const KINDS: [(&str, OrganisationKind); 5] = [
    ("PRC", OrganisationKind::Company),
    ("HES", OrganisationKind::University),
    ("REC", OrganisationKind::ResearchOrganisation),
    ("PUB", OrganisationKind::PublicAuthority),
    ("OTH", OrganisationKind::Other),
];

/// Where the newest copy of each organisation is.
#[derive(Clone, Debug, Default)]
pub(super) struct Latest(HashMap<String, (String, u64)>);

impl Latest {
    /// Looks at a copy. A later one of the same age replaces an earlier one.
    pub(super) fn look_at(&mut self, line: &Line<'_>) {
        let Columns {
            pic, updated_at, ..
        } = Columns::of(line);
        let updated_at = updated_at.unwrap_or_default();
        let known = self.0.get_mut(pic);
        match known {
            Some((newest, _)) if newest.as_str() > updated_at => {}
            Some(known) => *known = (updated_at.to_owned(), line.number),
            None if pic.is_empty() => {}
            None => {
                self.0
                    .insert(pic.to_owned(), (updated_at.to_owned(), line.number));
            }
        }
    }

    /// How many organisations there are.
    pub(super) fn count(&self) -> u64 {
        self.0.len().try_into().unwrap_or(u64::MAX)
    }

    fn is_at(&self, line: &Line<'_>) -> bool {
        let known = self.0.get(Columns::of(line).pic);
        known.is_some_and(|(_, number)| *number == line.number)
    }
}

/// Reads organisations. With `latest`, only the newest copy of each.
pub(super) fn rows(table: Table, latest: Option<Latest>) -> Rows<Row<Entity>> {
    table.batches(move |line| {
        let wanted = latest.as_ref().is_none_or(|latest| latest.is_at(&line));
        wanted.then(|| row(&line))
    })
}

fn row(line: &Line<'_>) -> Row<Entity> {
    let columns = Columns::of(line);
    let external_id = columns.pic.to_owned();
    let mut reading = Reading::default();
    let patch = patch(columns, &mut reading);
    let said = if external_id.is_empty() {
        Err("the organisation has no PIC".to_owned())
    } else {
        Ok(patch)
    };
    Row {
        line: line.number,
        external_id,
        said,
        findings: reading.findings,
    }
}

fn patch(columns: Columns<'_>, reading: &mut Reading) -> OrganisationPatch {
    let Columns {
        pic,
        rcn,
        vat_number,
        legal_name,
        short_name,
        sme,
        activity_type,
        street,
        postal_code,
        city,
        country,
        nuts_code,
        geolocation,
        url,
        updated_at: _,
    } = columns;
    let address = Address {
        street: text(street),
        postal_code: text(postal_code),
        city: text(city),
    };
    let names = [
        (legal_name, NameType::Legal),
        (short_name, NameType::Acronym),
    ];
    let names = names.into_iter().filter_map(|(name, kind)| {
        let value = text(name)?;
        Some(Name {
            value,
            kind,
            language: None,
            starts_on: None,
            ends_on: None,
        })
    });
    let cells = [
        (IdentifierScheme::EuPic, pic),
        (IdentifierScheme::Rcn, rcn),
        (IdentifierScheme::Vat, vat_number),
    ];
    OrganisationPatch {
        name: said(legal_name),
        names: Patch::Set(names.collect()),
        kind: reading.code("kind", activity_type, &KINDS),
        sizes: reading.flag("isSme", sme).map(|is_sme| {
            vec![SizeStatement {
                is_sme: Some(is_sme),
                size: None,
                headcount: None,
                basis: SizeBasis::Cordis,
                starts_on: None,
                ends_on: None,
            }]
        }),
        country: said(country),
        region: said(nuts_code),
        address: if address == Address::default() {
            Patch::Clear
        } else {
            Patch::Set(address)
        },
        location: said(geolocation),
        website: said(url),
        identifiers: identifiers(cells),
        ..OrganisationPatch::default()
    }
}
