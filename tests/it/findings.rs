//! What is refused, and what is kept with a finding.

use entities::organisation;
use entities::record::{FindingCode, Visibility};
use entities::value::IdentifierScheme;
use partner_registry::registry::{
    Batch, InputErrorCode, Mode, NewIdentifier, Patch, Reference, RowWrite, Written,
};
use tests::{TestApp, archive, assert_ledger, change, on_both};

use crate::given;

on_both! {
    unknown_codes_are_refused_where_someone_can_mend_them,
    unknown_codes_are_findings_where_the_source_is_as_it_is,
    a_finding_goes_when_its_field_is_mended,
    a_failed_check_digit_is_a_finding,
    a_reference_to_nothing_is_not_found,
    visibility_is_as_said_and_partners_unless_said,
}

fn with_country(country: &str) -> RowWrite<organisation::Entity> {
    let mut row = given::organisation("Charité");
    row.patch.country = Patch::Set(country.to_owned());
    row
}

fn with_region(region: &str) -> RowWrite<organisation::Entity> {
    let mut row = given::organisation("Charité");
    row.patch.region = Patch::Set(region.to_owned());
    row
}

async fn imported(
    app: &TestApp,
    row: RowWrite<organisation::Entity>,
) -> Written<organisation::Entity> {
    let batch = Batch {
        rows: vec![row],
        source: None,
        mode: Mode::Lenient,
        origin: "test".to_owned(),
    };
    app.registry
        .write(&app.actor, batch)
        .await
        .unwrap()
        .0
        .remove(0)
}

async fn unknown_codes_are_refused_where_someone_can_mend_them(app: TestApp) {
    for (row, path) in [
        (with_country("XX"), "country"),
        (with_region("ZZ99"), "region"),
    ] {
        assert_eq!(
            app.refuse(row).await,
            [(InputErrorCode::UnknownCode, path.to_owned())]
        );
    }
    assert_eq!(app.count::<organisation::Entity>(None).await, 0);
    assert_ledger(&app.database).await;
}

async fn unknown_codes_are_findings_where_the_source_is_as_it_is(app: TestApp) {
    for (row, path) in [
        (with_country("XX"), "country"),
        (with_region("ZZ99"), "region"),
    ] {
        let row = imported(&app, row).await.record.unwrap();
        assert_eq!((row.country, row.region_code), (None, None));
        let findings: Vec<_> = row
            .findings
            .0
            .iter()
            .map(|found| (found.code, found.path.as_str()))
            .collect();
        assert_eq!(findings, [(FindingCode::UnknownCode, path)]);
    }
}

async fn a_finding_goes_when_its_field_is_mended(app: TestApp) {
    let id = imported(&app, with_country("XX")).await.record.unwrap().id;
    let row = app
        .put(change(id, given::organisation("Charité Berlin")))
        .await;
    assert_eq!(row.findings.0.len(), 1, "nothing was said of the country");
    let row = app.put(change(id, with_country("DE"))).await;
    assert_eq!(
        (row.findings.0.len(), row.country.as_deref()),
        (0, Some("DE"))
    );
}

async fn a_failed_check_digit_is_a_finding(app: TestApp) {
    // The VAT number of imec, right and with its last digit changed.
    for (vat, findings) in [
        ("BE0425260668", vec![]),
        ("BE0425260669", vec![FindingCode::ChecksumFailed]),
    ] {
        let scheme = IdentifierScheme::Vat;
        let identifier = NewIdentifier {
            scheme,
            value: vat.to_owned(),
            country: None,
        };
        let mut row = given::organisation("Imec");
        row.patch.identifiers = Patch::Set(vec![identifier]);
        let row = app.put(row).await;
        assert_eq!(row.identifiers.0.len(), 1, "the number is kept");
        let found: Vec<_> = row.findings.0.iter().map(|found| found.code).collect();
        assert_eq!(found, findings, "{vat}");
    }
}

async fn a_reference_to_nothing_is_not_found(app: TestApp) {
    let organisation = app.put(given::organisation("Charité")).await.id;
    let project = app.put(given::project("Early diagnosis")).await.id;
    let mut row = given::participation(project, organisation);
    for nothing in [
        Reference::Id(uuid::Uuid::nil()),
        // A project is no organisation.
        Reference::Id(project.0),
        Reference::Identifier(IdentifierScheme::Vat, "BE0425260668".to_owned()),
        Reference::External("12345".to_owned()),
    ] {
        row.patch.organisation = Patch::Set(nothing);
        let refused = app.refuse(row.clone()).await;
        assert_eq!(
            refused,
            [(InputErrorCode::NotFound, "organisation".to_owned())]
        );
    }
    app.put(archive::<organisation::Entity>(organisation)).await;
    row.patch.organisation = Patch::Set(Reference::Id(organisation.0));
    assert_eq!(
        app.refuse(row).await,
        [(InputErrorCode::NotFound, "organisation".to_owned())]
    );
    assert_ledger(&app.database).await;
}

async fn visibility_is_as_said_and_partners_unless_said(app: TestApp) {
    for (said, is) in [
        (None, Visibility::Partners),
        (Some(Visibility::Public), Visibility::Public),
        (Some(Visibility::Owner), Visibility::Owner),
    ] {
        let row = given::organisation("Charité");
        let row = app
            .put(RowWrite {
                visibility: said,
                ..row
            })
            .await;
        assert_eq!(row.visibility, is);
        assert_eq!(app.head(row.id).await.audience, is);
    }
}
