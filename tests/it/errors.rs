//! A database that fails: the answer says so, nothing panics, and nothing is lost.

use entities::organisation;
use partner_registry::clock::Clock;
use partner_registry::registry::{Error, Filter, Registry, Result};
use sea_orm::{ConnectionTrait, TransactionTrait};
use tests::{
    Backend, TestApp, TestDatabase, assert_ledger, on_both, on_postgres, on_sqlite, start_of_time,
};

use crate::given;

on_both! {
    a_locked_database_is_unavailable,
    a_full_database_is_unavailable,
    a_read_only_database_is_unavailable,
    a_missing_database_is_unavailable,
}

on_sqlite! {
    a_file_of_another_kind_is_refused,
}

on_postgres! {
    a_server_that_ends_our_connections_is_back_at_once,
}

fn assert_unavailable<T>(answer: Result<T>) {
    match answer {
        Err(Error::Unavailable(_)) => {}
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("the database answered"),
    }
}

/// What was there is there still, what failed left nothing, and the next write is the next position.
async fn assert_goes_on(app: &TestApp) {
    assert_eq!(app.count::<organisation::Entity>(None).await, 1);
    assert_ledger(&app.database).await;
    let (_, last) = app
        .write(vec![given::organisation("Afterwards")])
        .await
        .unwrap();
    assert_eq!(last, Some(2));
    assert_ledger(&app.database).await;
}

async fn try_to_write(app: &TestApp) -> Result<()> {
    let rows = (0..500).map(|n| given::organisation(&format!("Organisation {n}")));
    app.write::<organisation::Entity>(rows.collect())
        .await
        .map(|_| ())
}

async fn a_locked_database_is_unavailable(app: TestApp) {
    app.put(given::organisation("Before")).await;
    let db = app.database.connect().await;
    let tx = db.begin().await.unwrap();
    tx.execute_unprepared("UPDATE feed_clock SET last_seq = last_seq")
        .await
        .unwrap();
    assert_unavailable(try_to_write(&app).await);
    assert_eq!(
        app.count::<organisation::Entity>(None).await,
        1,
        "readers do not wait"
    );
    tx.rollback().await.unwrap();
    assert_goes_on(&app).await;
}

async fn a_full_database_is_unavailable(app: TestApp) {
    app.put(given::organisation("Before")).await;
    match app.database.backend() {
        Backend::Sqlite => {
            // A limit of one page is brought up to the pages that there are.
            app.on_writer("PRAGMA max_page_count = 1").await;
            assert_unavailable(try_to_write(&app).await);
            app.on_writer("PRAGMA max_page_count = 1000000").await;
        }
        Backend::Postgres => {
            // What the server says when its disk is full.
            app.database
                .fail_inserts("change_log", "true", "53100")
                .await;
            assert_unavailable(try_to_write(&app).await);
            app.on_writer("DROP TRIGGER told_to_fail ON change_log")
                .await;
        }
    }
    assert_goes_on(&app).await;
}

async fn a_read_only_database_is_unavailable(app: TestApp) {
    app.put(given::organisation("Before")).await;
    match app.database.backend() {
        Backend::Sqlite => {
            app.on_writer("PRAGMA query_only = on").await;
            assert_unavailable(try_to_write(&app).await);
            app.on_writer("PRAGMA query_only = off").await;
        }
        Backend::Postgres => {
            // As a server is that only copies another.
            let read_only = "&options=-c%20default_transaction_read_only%3Don";
            let standby = format!("{}{read_only}", app.database.url());
            assert_unavailable(Registry::open(&standby, Clock::fixed(start_of_time())).await);
        }
    }
    assert_goes_on(&app).await;
}

async fn a_missing_database_is_unavailable(database: TestDatabase) {
    let nowhere = database
        .url()
        .replace("registry.db", "none/registry.db")
        .replace("/test_", "/none_");
    assert_ne!(nowhere, database.url());
    assert_unavailable(Registry::open(&nowhere, Clock::fixed(start_of_time())).await);
}

async fn a_file_of_another_kind_is_refused(database: TestDatabase) {
    let file = database.directory().join("letter.txt");
    let letter = "Dear partners, ".repeat(100);
    std::fs::write(&file, &letter).unwrap();
    let url = format!("sqlite:{}", file.display());
    Registry::open(&url, Clock::fixed(start_of_time()))
        .await
        .expect_err("a letter");
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        letter,
        "the file is as it was"
    );
}

async fn a_server_that_ends_our_connections_is_back_at_once(app: TestApp) {
    app.put(given::organisation("Before")).await;
    let db = app.database.connect().await;
    db.execute_unprepared(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    )
    .await
    .unwrap();
    // Each dead connection is found once: eight that write and eight that read at most.
    let mut failed = 0;
    while let Err(error) = app.write(vec![given::organisation("After")]).await {
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        failed += 1;
        assert!(failed <= 8);
    }
    while let Err(error) = app
        .registry
        .count::<organisation::Entity>(&app.actor, &Filter::default(), None)
        .await
    {
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        failed += 1;
        assert!(failed <= 16);
    }
    assert_ledger(&app.database).await;
}
