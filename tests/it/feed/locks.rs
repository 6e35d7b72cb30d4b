//! Who waits for whom: writers meet at the keys of identifiers, and never in a circle.

use chrono::Duration;
use entities::organisation;
use entities::value::IdentifierScheme::Vat;
use futures_util::future::join_all;
use partner_registry::registry::{NewIdentifier, Patch, RowWrite, identifier};
use partner_registry::store;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, SqliteTransactionMode, TransactionOptions,
    TransactionTrait,
};
use tests::{Backend, TestApp, assert_ledger, change, on_both, on_postgres, start_of_time};
use uuid::Uuid;

use crate::given;

on_both! {
    two_writers_of_one_vat_number_meet,
    writers_in_opposite_order_do_not_block_each_other,
    eight_processes_write_at_once,
    readers_cannot_write,
}

on_postgres! {
    who_points_to_a_row_does_not_wait_for_who_changes_it,
    writers_wait_for_locks_three_seconds_at_most,
}

const IMEC: &str = "BE0425260668";
const CNRS: &str = "FR40180089013";

fn with_vat(name: &str, vat: &str) -> RowWrite<organisation::Entity> {
    let mut row = given::organisation(name);
    let identifier = NewIdentifier {
        scheme: Vat,
        value: vat.to_owned(),
        country: None,
    };
    row.patch.identifiers = Patch::Set(vec![identifier]);
    row
}

async fn two_writers_of_one_vat_number_meet(app: TestApp) {
    let immediate = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let first = app.database.open().await;
    let tx = first.write.begin_with_options(immediate).await.unwrap();
    let key = identifier::identify(Vat, IMEC, None).value;
    store::take_keys(&tx, [(Vat, key).into()].into(), Uuid::nil())
        .await
        .unwrap();

    let mut second = Box::pin(app.put(with_vat("Imec", IMEC)));
    tokio::select! {
        biased;
        _ = &mut second => panic!("the second writer did not wait for the first"),
        () = until_one_waits(&first.read, app.database.backend()) => {}
    }
    tx.commit().await.unwrap();
    second.await;
}

/// Until a transaction waits for a lock. `SQLite` does not tell; there it is given a while to fail.
async fn until_one_waits(db: &DatabaseConnection, backend: Backend) {
    match backend {
        Backend::Sqlite => {
            for _ in 0..200 {
                db.execute_unprepared("SELECT 1").await.unwrap();
            }
        }
        Backend::Postgres => while waiting(db).await == 0 {},
    }
}

/// How many transactions wait for locks.
pub(crate) async fn waiting(db: &DatabaseConnection) -> i64 {
    let waiting = "SELECT count(*) AS n FROM pg_stat_activity
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    number(db, waiting).await
}

async fn number(db: &DatabaseConnection, sql: &str) -> i64 {
    let statement = sea_orm::Statement::from_string(db.get_database_backend(), sql);
    db.query_one_raw(statement)
        .await
        .unwrap()
        .unwrap()
        .try_get("", "n")
        .unwrap()
}

async fn writers_in_opposite_order_do_not_block_each_other(app: TestApp) {
    let imec = app.put(with_vat("Imec", IMEC)).await.id;
    let cnrs = app.put(with_vat("CNRS", CNRS)).await.id;
    for n in 0..20 {
        let rows = |whose: &str| {
            vec![
                change(imec, with_vat(&format!("Imec {whose} {n}"), IMEC)),
                change(cnrs, with_vat(&format!("CNRS {whose} {n}"), CNRS)),
            ]
        };
        let turned = || rows("b").into_iter().rev().collect();
        let (one, other) = tokio::join!(app.write(rows("a")), app.write(turned()));
        one.and(other)
            .expect("neither waits for the other for ever");
    }
    assert_ledger(&app.database).await;
}

async fn eight_processes_write_at_once(app: TestApp) {
    let processes = (1..=8).map(|n| {
        let start = start_of_time() + Duration::days(n);
        let database = app.database.clone();
        tokio::spawn(async move {
            let app = TestApp::at(database, start).await.unwrap();
            for row in 0..10 {
                app.put(given::organisation(&format!("Process {n}, row {row}")))
                    .await;
            }
        })
    });
    for process in join_all(processes).await {
        process.expect("no writer is turned away");
    }
    assert_eq!(app.count::<organisation::Entity>(None).await, 80);
    assert_ledger(&app.database).await;
}

async fn readers_cannot_write(app: TestApp) {
    let readers = app.database.open().await.read;
    let write = "UPDATE feed_clock SET last_seq = 1000";
    readers
        .execute_unprepared(write)
        .await
        .expect_err("a connection for reading");
    assert_ledger(&app.database).await;
}

async fn who_points_to_a_row_does_not_wait_for_who_changes_it(app: TestApp) {
    let runs = app.put(given::organisation("Runs it")).await.id;
    let cluster = app.put(given::cluster(runs, "Cluster")).await.id;
    let member = app.put(given::organisation("Member")).await.id;
    let other = app.database.open().await;
    let tx = other.write.begin().await.unwrap();
    let locked = store::lock::<organisation::Entity>(&tx, vec![member.into()]);
    assert_eq!(locked.await.unwrap().len(), 1);
    app.put(given::membership(cluster, member)).await;
    tx.commit().await.unwrap();
}

async fn writers_wait_for_locks_three_seconds_at_most(app: TestApp) {
    let writers = app.database.open().await.write;
    for (setting, value) in [
        ("lock_timeout", "3s"),
        ("idle_in_transaction_session_timeout", "5s"),
        ("transaction_isolation", "read committed"),
    ] {
        let statement = sea_orm::Statement::from_string(
            writers.get_database_backend(),
            format!("SHOW {setting}"),
        );
        let row = writers.query_one_raw(statement).await.unwrap().unwrap();
        assert_eq!(row.try_get::<String>("", setting).unwrap(), value);
    }
}
