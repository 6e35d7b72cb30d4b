//! An import that is killed leaves whole batches, and is run again, also beside a running server.

use std::process::{Child, Stdio};

use entities::{organisation, participation, project};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait, PaginatorTrait, TransactionTrait};
use serde_json::{Value, json};
use tests::{Backend, TestDatabase, assert_ledger, on_both};

use crate::program::{Serving, program, said};

on_both!(a_killed_import_leaves_whole_batches_and_is_run_again_beside_a_server);

/// Rows of one batch.
const BATCH: u64 = 1_000;
/// The rows of the file: one batch and a part of another.
const ORGANISATIONS: u64 = 1_200;

/// The arguments of an import, with files of this many organisations and what hangs on two of them.
fn arguments(database: &TestDatabase) -> Vec<String> {
    let organisations = (1..=ORGANISATIONS).map(|n| {
        let pic = 900_000_000 + n;
        format!("{pic},{n},,Organisation {n},,false,REC,,,Siena,IT,ITI19,,\n")
    });
    let files = [
        (
            "organisations",
            format!(
                "pic,cordis_rcn,vat_number,legal_name,short_name,sme,activity_type,street,postal_code,city,\
                 country,nuts_code,geolocation,url\n{}",
                organisations.collect::<String>()
            ),
        ),
        (
            "projects",
            "project_id,rcn,acronym,title,status,start_date,end_date,total_cost_eur,ec_max_contribution_eur,\
             legal_basis,topic,master_call,sub_call,funding_scheme,grant_doi\n\
             101000001,1,EARLY,Early diagnosis,SIGNED,2023-01-01,2025-12-31,300,300,HORIZON.2.1,,,,,\n"
                .to_owned(),
        ),
        (
            "participations",
            "project_id,pic,order,role,ec_contribution_eur,net_ec_contribution_eur,total_cost_eur,terminated,sme\n\
             101000001,900000001,1,coordinator,200,200,200,false,false\n\
             101000001,900001200,2,participant,100,100,100,false,false\n"
                .to_owned(),
        ),
    ];
    let mut arguments = ["import", "cordis", "--database-url", database.url()]
        .map(str::to_owned)
        .to_vec();
    for (name, content) in files {
        let path = database.directory().join(format!("{name}.csv"));
        std::fs::write(&path, content).unwrap();
        arguments.extend([format!("--{name}"), path.display().to_string()]);
    }
    arguments
}

fn import(database: &TestDatabase) -> Child {
    let arguments = arguments(database);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let mut import = program(&arguments);
    import.stdout(Stdio::piped()).stderr(Stdio::piped());
    import.spawn().unwrap()
}

/// Waits for the end of an import that goes well, and returns what it printed.
fn ended(import: Child) -> String {
    let output = import.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

async fn organisations(db: &DatabaseConnection) -> u64 {
    organisation::Entity::find().count(db).await.unwrap()
}

/// Whether someone is inside a transaction that writes: on `PostgreSQL`, waits in it.
async fn is_writing(db: &DatabaseConnection, backend: Backend) -> bool {
    match backend {
        Backend::Sqlite => {
            let own = "PRAGMA busy_timeout = 0; BEGIN IMMEDIATE; ROLLBACK";
            db.execute_unprepared(own).await.is_err()
        }
        Backend::Postgres => {
            let waits = "DO $$BEGIN ASSERT EXISTS
                (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted); END$$";
            db.execute_unprepared(waits).await.is_ok()
        }
    }
}

async fn a_killed_import_leaves_whole_batches_and_is_run_again_beside_a_server(
    database: TestDatabase,
) {
    let undisturbed = database.copied().await;
    let db = database.connect().await;
    kill_in_the_second_batch(&database, &db).await;
    assert_eq!(organisations(&db).await, BATCH, "one whole batch");
    assert_ledger(&database).await;

    let mut serving = Serving::start(database.url(), &[]);
    let address = serving.address();
    let mut again = import(&database);
    let mut running = true;
    while running {
        running = again.try_wait().unwrap().is_none();
        let total = total_count(&address);
        assert!(total == BATCH || total == ORGANISATIONS, "{total}");
    }
    let printed = ended(again);
    for line in [
        "organisations       1,200 rows read = 200 created + 0 updated + 1,000 unchanged + 0 refused",
        "projects                1 rows read = 1 created + 0 updated + 0 unchanged + 0 refused",
        "participations          2 rows read = 2 created + 0 updated + 0 unchanged + 0 refused",
    ] {
        assert!(printed.contains(line), "{printed}");
    }
    assert_eq!(total_count(&address), ORGANISATIONS);
    assert_eq!(serving.stop(), Some(0));
    assert_ledger(&database).await;

    ended(import(&undisturbed));
    let other = undisturbed.connect().await;
    assert_same::<organisation::Entity>(&db, &other).await;
    assert_same::<project::Entity>(&db, &other).await;
    assert_same::<participation::Entity>(&db, &other).await;
    other.close().await.unwrap();
    undisturbed.remove().await;
}

/// Runs an import that comes to a halt while it writes its second batch, and kills it there.
async fn kill_in_the_second_batch(database: &TestDatabase, db: &DatabaseConnection) {
    database
        .stall_inserts("organisation", "new.name = 'Organisation 1100'")
        .await;
    let holder = database.connect().await;
    let lock = holder.begin().await.unwrap();
    if database.backend() == Backend::Postgres {
        let lock = lock.execute_unprepared("SELECT pg_advisory_xact_lock(1)");
        lock.await.unwrap();
    }
    let mut killed = import(database);
    while organisations(db).await < BATCH || !is_writing(db, database.backend()).await {
        assert_eq!(killed.try_wait().unwrap(), None, "it is at work");
    }
    killed.kill().unwrap();
    assert!(!killed.wait().unwrap().success());
    lock.rollback().await.unwrap();
    database.resume_inserts("organisation").await;
}

/// How many organisations a server shows to everyone.
fn total_count(address: &str) -> u64 {
    let answer = ureq::post(format!("http://{address}/graphql"))
        .content_type("application/json")
        .send(r#"{"query":"{ organisations { totalCount } }"}"#)
        .unwrap();
    let answer: Value = serde_json::from_reader(answer.into_body().into_reader()).unwrap();
    let total = &answer["data"]["organisations"]["totalCount"];
    total.as_u64().unwrap_or_else(|| panic!("{answer}"))
}

/// Both have the same records; ids and times are each registry's own.
async fn assert_same<E: EntityTrait>(one: &DatabaseConnection, other: &DatabaseConnection) {
    let mut said = Vec::new();
    for db in [one, other] {
        let mut rows = E::find().into_json().all(db).await.unwrap();
        for row in &mut rows {
            let columns = row.as_object_mut().unwrap();
            // Where a field comes from is the id of the source.
            columns.retain(|name, _| {
                !name.ends_with("id") && !name.ends_with("_at") && name != "provenance"
            });
        }
        let mut rows: Vec<_> = rows.iter().map(Value::to_string).collect();
        rows.sort();
        said.push(rows);
    }
    assert!(!said[0].is_empty(), "{}", json!(said));
    assert_eq!(said[0], said[1]);
}
