//! The import of CORDIS: nothing lost, nothing twice, and what a person changed stays.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use entities::organisation;
use partner_registry::delivery::import::cordis::{self, CordisFiles};
use partner_registry::delivery::import::{ImportError, ImportOptions, Summary};
use partner_registry::registry::{OrganisationPatch, Patch, RowWrite};
use tests::{TestApp, assert_ledger, change, create, on_both};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

on_both!(
    the_same_files_again_change_nothing,
    a_newer_file_changes_what_differs_and_no_more,
    a_row_that_cannot_be_kept_is_refused_and_counted,
    a_file_that_cannot_be_read_is_named_and_nothing_is_written,
    the_archive_and_the_three_files_say_the_same,
    the_public_subset_is_read_whole,
);

const ORGANISATIONS: &str = "pic,cordis_rcn,vat_number,legal_name,short_name,sme,activity_type,street,\
postal_code,city,country,nuts_code,geolocation,url
998436424,1918312,IT01194710529,FONDAZIONE TOSCANA LIFE SCIENCES,TLS,false,REC,Via Fiorentina 1,53100,Siena,IT,ITI19,,
999853303,1905773,RO4701606,UNIVERSITATEA TEHNICA GHEORGHE ASACHI DIN IASI,TUIASI,false,HES,,,Iasi,RO,RO213,,
";

const PROJECTS: &str = "project_id,rcn,acronym,title,status,start_date,end_date,duration_months,\
total_cost_eur,ec_max_contribution_eur,ec_signature_date,legal_basis,topic,master_call,sub_call,funding_scheme,\
grant_doi,keywords,euroscivoc_paths
101000001,1,EARLY,Early diagnosis,SIGNED,2023-01-01,2025-12-31,36,0,300.50,2022-11-01,HORIZON.2.1,T-1,C-1,C-1,HORIZON-RIA,10.3030/101000001,,
";

const PARTICIPATIONS: &str =
    "project_id,pic,order,role,ec_contribution_eur,net_ec_contribution_eur,\
total_cost_eur,terminated,sme
101000001,998436424,1,coordinator,200.25,200.25,200.25,false,false
101000001,999853303,2,participant,100.25,100.25,100.25,false,false
";

/// Imports three files with these contents.
async fn import(
    app: &TestApp,
    organisations: &str,
    projects: &str,
    participations: &str,
) -> Result<Summary, ImportError> {
    let file = |name: &str, content: &str| -> PathBuf {
        let path = app.database.directory().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let files = CordisFiles::csv(
        &file("organisations.csv", organisations),
        &file("projects.csv", projects),
        &file("participations.csv", participations),
    )?;
    let options = ImportOptions {
        progress: false,
        ..ImportOptions::default()
    };
    cordis::import(&app.registry, &app.actor, files, options).await
}

/// Rows created, updated, unchanged and refused, over all types.
fn outcomes(summary: &Summary) -> [u64; 4] {
    let sum = |of: fn(&partner_registry::delivery::import::Tally) -> u64| {
        summary.tallies.iter().map(of).sum()
    };
    for tally in &summary.tallies {
        let kept = tally.created + tally.updated + tally.unchanged + tally.refused;
        assert_eq!(tally.read, kept, "every row has an outcome");
    }
    [
        sum(|tally| tally.created),
        sum(|tally| tally.updated),
        sum(|tally| tally.unchanged),
        sum(|tally| tally.refused),
    ]
}

async fn the_same_files_again_change_nothing(app: TestApp) {
    let first = import(&app, ORGANISATIONS, PROJECTS, PARTICIPATIONS)
        .await
        .unwrap();
    assert_eq!(outcomes(&first), [5, 0, 0, 0]);
    let again = import(&app, ORGANISATIONS, PROJECTS, PARTICIPATIONS)
        .await
        .unwrap();
    assert_eq!(outcomes(&again), [0, 0, 5, 0]);
    // The next write is the sixth change there ever was.
    let (_, position) = app
        .write(vec![crate::given::organisation("Next")])
        .await
        .unwrap();
    assert_eq!(position, Some(6));
    assert_ledger(&app.database).await;
}

async fn a_newer_file_changes_what_differs_and_no_more(app: TestApp) {
    import(&app, ORGANISATIONS, PROJECTS, PARTICIPATIONS)
        .await
        .unwrap();
    let named = |text: &'static str| {
        let app = &app;
        async move {
            let keys = [(entities::value::IdentifierScheme::EuPic, text.to_owned())];
            let held = app
                .registry
                .by_identifiers::<organisation::Entity>(&app.actor, &keys);
            held.await.unwrap().remove(0).remove(0)
        }
    };
    let tls = named("998436424").await;
    let mended = OrganisationPatch {
        name: Patch::Set("Fondazione Toscana Life Sciences".to_owned()),
        ..OrganisationPatch::default()
    };
    let row = RowWrite {
        patch: mended,
        ..create::<organisation::Entity>()
    };
    app.put(change(tls.id, row)).await;

    // The newer file has another city for one organisation, and no longer has the other.
    let newer = ORGANISATIONS.replace("53100,Siena", "53100,Firenze");
    let newer = newer.split_inclusive('\n').take(2).collect::<String>();
    let summary = import(&app, &newer, PROJECTS, PARTICIPATIONS)
        .await
        .unwrap();
    assert_eq!(outcomes(&summary), [0, 1, 3, 0]);
    assert_eq!(summary.tallies[0].missing, 1, "what is gone is reported");
    assert_eq!(
        app.count::<organisation::Entity>(None).await,
        2,
        "and stays"
    );

    let tls = named("998436424").await;
    assert_eq!(tls.version, 3);
    assert_eq!(tls.address.city.as_deref(), Some("Firenze"));
    assert_eq!(
        tls.name, "Fondazione Toscana Life Sciences",
        "what a person wrote stays"
    );
}

async fn a_row_that_cannot_be_kept_is_refused_and_counted(app: TestApp) {
    let more = format!("{PARTICIPATIONS}101999999,998436424,1,participant,,,,false,false\n");
    let summary = import(&app, ORGANISATIONS, PROJECTS, &more).await.unwrap();
    assert_eq!(outcomes(&summary), [5, 0, 0, 1]);
    assert_ledger(&app.database).await;
}

async fn a_file_that_cannot_be_read_is_named_and_nothing_is_written(app: TestApp) {
    for (organisations, expected) in [
        (
            ORGANISATIONS.replace("legal_name", "name_of_law"),
            "organisations.csv",
        ),
        (PROJECTS.to_owned(), "organisations.csv"),
        (
            format!("{ORGANISATIONS}998436424,1,\"unclosed\n"),
            "organisations.csv",
        ),
        (String::new(), "organisations.csv"),
    ] {
        let error = import(&app, &organisations, PROJECTS, PARTICIPATIONS)
            .await
            .unwrap_err();
        assert!(error.is_bad_input(), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
        assert_eq!(app.count::<organisation::Entity>(None).await, 0);
    }
}

/// CORDIS's own download of the same records: an organisation in each of its participations, and once
/// more as it was before; topics in a file of their own.
const ORGANIZATION: &str = "projectID;organisationID;vatNumber;name;shortName;SME;activityType;street;postCode;city;\
country;nutsCode;geolocation;organizationURL;contentUpdateDate;rcn;order;role;ecContribution;netEcContribution;totalCost;\
endOfParticipation
101000001;998436424;IT01194710529;FONDAZIONE TOSCANA LIFE SCIENCES;TLS;false;REC;Via Fiorentina 1;53100;Siena;IT;ITI19;;;\
2024-01-01 00:00:00;1918312;1;coordinator;200,25;200,25;200,25;false
101000001;999853303;RO4701606;UNIVERSITATEA TEHNICA GHEORGHE ASACHI DIN IASI;TUIASI;false;HES;;;Iasi;RO;RO213;;;\
2024-01-01 00:00:00;1905773;2;participant;100,25;100,25;100,25;false
101000001;998436424;IT01194710529;TOSCANA LIFE SCIENCES;;false;REC;;;Siena;IT;ITI19;;;\
2019-01-01 00:00:00;1918312;3;thirdParty;;;;false
";
const PROJECT: &str =
    "id;acronym;status;title;startDate;endDate;totalCost;ecMaxContribution;legalBasis;topics;\
masterCall;subCall;fundingScheme;rcn;grantDoi
101000001;EARLY;SIGNED;Early diagnosis;2023-01-01;2025-12-31;0;300,50;HORIZON.2.1;T-1;C-1;C-1;HORIZON-RIA;1;\
10.3030/101000001
";
const TOPICS: &str = "projectID;euroSciVocCode;euroSciVocPath
101000001;/21/33;/medical and health sciences/health sciences
";

async fn the_archive_and_the_three_files_say_the_same(app: TestApp) {
    let path = app.database.directory().join("cordis.zip");
    let mut archive = ZipWriter::new(File::create(&path).unwrap());
    for (name, content) in [
        ("project.csv", PROJECT),
        ("organization.csv", ORGANIZATION),
        ("euroSciVoc.csv", TOPICS),
        ("information.txt", "About this download."),
    ] {
        let options = SimpleFileOptions::default();
        archive.start_file(name, options).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    let options = ImportOptions {
        progress: false,
        ..ImportOptions::default()
    };
    let files = CordisFiles::zip(&path).unwrap();
    let zipped = cordis::import(&app.registry, &app.actor, files, options);
    let zipped = zipped.await.unwrap();
    assert_eq!(outcomes(&zipped), [6, 0, 0, 0]);
    assert_eq!(zipped.tallies[0].repeated, 1);

    // The download does not say when a project was signed: what one form does not say, the other
    // would change.
    let projects = "project_id,rcn,acronym,title,status,start_date,end_date,total_cost_eur,\
        ec_max_contribution_eur,legal_basis,topic,master_call,sub_call,funding_scheme,grant_doi,\
        euroscivoc_paths\n\
        101000001,1,EARLY,Early diagnosis,SIGNED,2023-01-01,2025-12-31,0,300.50,HORIZON.2.1,T-1,\
        C-1,C-1,HORIZON-RIA,10.3030/101000001,/medical and health sciences/health sciences\n";
    let participations =
        format!("{PARTICIPATIONS}101000001,998436424,3,thirdParty,,,,false,false\n");
    let three = import(&app, ORGANISATIONS, projects, &participations);
    assert_eq!(outcomes(&three.await.unwrap()), [0, 0, 6, 0]);
    assert_ledger(&app.database).await;
}

/// The health-and-AI subset, from the folder of public data files.
async fn the_public_subset_is_read_whole(app: TestApp) {
    let Some(data) = tests::public_data("the import of the public subset") else {
        return;
    };
    let file = |name: &str| data.join("cordis").join(format!("he_ai_health_{name}.csv"));
    let files = CordisFiles::csv(
        &file("organisations"),
        &file("projects"),
        &file("participations"),
    )
    .unwrap();
    let options = ImportOptions {
        progress: false,
        ..ImportOptions::default()
    };
    let summary = cordis::import(&app.registry, &app.actor, files, options)
        .await
        .unwrap();
    let created: Vec<u64> = summary.tallies.iter().map(|tally| tally.created).collect();
    assert_eq!(created, [2_400, 298, 4_432]);
    assert_ledger(&app.database).await;
}
