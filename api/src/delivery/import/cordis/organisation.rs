//! CORDIS's organisations, known by their PICs.

use entities::organisation::{Entity, OrganisationKind, SizeBasis, SizeStatement};
use entities::value::{Address, IdentifierScheme, Name, NameType};

use super::super::Row;
use super::super::rows::Rows;
use super::super::table::{Line, Table};
use super::cell::{Reading, identifiers, said, text};
use super::columns::columns;
use super::latest::Latest;
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

/// Reads organisations. With `latest`, only the newest copy of each.
pub(super) fn rows(table: Table, latest: Option<Latest>) -> Rows<Row<Entity>> {
    Rows::of(table, move |line| {
        let wanted = latest.as_ref().is_none_or(|latest| latest.is_at(&line));
        wanted.then(|| row(&line))
    })
}

fn row(line: &Line<'_>) -> Row<Entity> {
    let columns = Columns::of(line);
    let external_id = columns.pic.to_owned();
    let mut reading = Reading::default();
    let patch = patch(&columns, &mut reading);
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

fn patch(columns: &Columns<'_>, reading: &mut Reading) -> OrganisationPatch {
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
    } = *columns;
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use entities::record::FindingCode;

    use super::super::files::lines;
    use super::*;

    const OURS: &str = "pic,cordis_rcn,vat_number,legal_name,short_name,sme,activity_type,street,postal_code,city,\
                        country,nuts_code,geolocation,url\n";
    const THEIRS: &str = "projectID;organisationID;vatNumber;name;shortName;SME;activityType;street;postCode;city;\
                          country;nutsCode;geolocation;organizationURL;contentUpdateDate;rcn\n";

    fn all(content: &str) -> Vec<Row<Entity>> {
        lines(content, row)
    }

    #[test]
    fn a_row_becomes_an_organisation_in_either_form() {
        let ours = "999643007,1906280,EL090145420,ETHNIKO PANEPISTIMIO,UOA,false,HES,6 CHRISTOU LADA,105 61,ATHINA,EL,\
                    EL303,\"37.9,23.7\",http://www.uoa.gr\n";
        let theirs = "633053;999643007;EL090145420;ETHNIKO PANEPISTIMIO;UOA;false;HES;6 CHRISTOU LADA;105 61;ATHINA;EL;\
                      EL303;37.9,23.7;http://www.uoa.gr;2017-09-11 10:25:16;1906280\n";
        let (ours, theirs) = (
            all(&format!("{OURS}{ours}")),
            all(&format!("{THEIRS}{theirs}")),
        );
        let [ours, theirs] = [ours, theirs].map(|rows| rows.into_iter().next().unwrap());
        assert_eq!(ours.external_id, "999643007");
        assert_eq!(ours.findings, []);
        let said = ours.said.unwrap();
        assert_eq!(said, theirs.said.unwrap());
        let text = |text: &str| Patch::Set(text.to_owned());
        assert_eq!(said.name, text("ETHNIKO PANEPISTIMIO"));
        assert_eq!(said.kind, Patch::Set(OrganisationKind::University));
        assert_eq!(said.country, text("EL"));
        assert_eq!(said.region, text("EL303"));
        assert_eq!(said.location, text("37.9,23.7"));
        assert_eq!(said.website, text("http://www.uoa.gr"));
        let json = serde_json::to_value(&said).unwrap();
        assert_eq!(
            json["names"],
            serde_json::json!([
                {"value": "ETHNIKO PANEPISTIMIO", "type": "LEGAL"},
                {"value": "UOA", "type": "ACRONYM"},
            ])
        );
        assert_eq!(
            json["identifiers"],
            serde_json::json!([
                {"scheme": "EU_PIC", "value": "999643007"},
                {"scheme": "RCN", "value": "1906280"},
                {"scheme": "VAT", "value": "EL090145420"},
            ])
        );
        assert_eq!(
            json["sizes"],
            serde_json::json!([{"is_sme": false, "basis": "CORDIS"}])
        );
        assert_eq!(
            json["address"],
            serde_json::json!({"street": "6 CHRISTOU LADA", "postal_code": "105 61", "city": "ATHINA"})
        );
    }

    #[test]
    fn a_blank_cell_empties_its_field_and_what_has_no_column_is_left() {
        let rows = all(&format!("{OURS}999643007,1906280,,A,.,,,.,-,,,,,\n"));
        let said = rows.into_iter().next().unwrap().said.unwrap();
        let expected = serde_json::json!({
            "name": "A",
            "names": [{"value": "A", "type": "LEGAL"}],
            "kind": null,
            "sizes": null,
            "country": null,
            "region": null,
            "address": null,
            "location": null,
            "website": null,
            "identifiers": [
                {"scheme": "EU_PIC", "value": "999643007"},
                {"scheme": "RCN", "value": "1906280"},
            ],
        });
        assert_eq!(serde_json::to_value(&said).unwrap(), expected);
    }

    #[test]
    fn a_row_without_a_pic_is_refused_and_an_unknown_kind_is_a_finding() {
        let rows = all(&format!("{OURS},1,,A,,,XXX,,,,,,,\n"));
        let row = rows.into_iter().next().unwrap();
        assert_eq!(row.said, Err("the organisation has no PIC".to_owned()));
        let codes: Vec<_> = row.findings.iter().map(|found| found.code).collect();
        assert_eq!(codes, [FindingCode::UnknownCode]);
    }
}
