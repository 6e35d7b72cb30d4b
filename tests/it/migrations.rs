//! The database's shape: what migrations make is what the rows say, and can be undone.

use std::collections::BTreeMap;

use chrono::Duration;
use futures_util::future::join_all;
use migration::Migrator;
use partner_registry::registry::Error;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, EntityTrait, IdenStatic, Iterable,
    PaginatorTrait, QueryOrder, Statement,
};
use sea_orm_migration::MigratorTrait;
use tests::{Backend, TestApp, TestDatabase, archive, assert_ledger, on_both, start_of_time};

use crate::given;

on_both! {
    up_down_and_up_again_is_the_same,
    each_column_is_as_its_row_says,
    a_new_database_is_made_when_it_is_opened,
    two_processes_that_open_a_new_database_make_it_once,
    an_older_database_is_brought_up_to_date,
    organisations_of_an_older_database_get_their_signs,
    a_migration_that_fails_half_way_leaves_nothing,
    a_newer_database_is_refused,
}

/// The tables, or the columns with whether they may be null, or what was made beside them.
async fn look(
    db: &DatabaseConnection,
    sqlite: &str,
    postgres: &str,
) -> Vec<(String, String, bool)> {
    let backend = db.get_database_backend();
    let sql = if backend == sea_orm::DbBackend::Sqlite {
        sqlite
    } else {
        postgres
    };
    let rows = db
        .query_all_raw(Statement::from_string(backend, sql))
        .await
        .unwrap();
    let text = |row: &sea_orm::QueryResult, name: &str| row.try_get::<String>("", name).unwrap();
    rows.iter()
        .map(|row| {
            (
                text(row, "a"),
                text(row, "b"),
                row.try_get("", "c").unwrap(),
            )
        })
        .collect()
}

async fn columns(db: &DatabaseConnection) -> Vec<(String, String, bool)> {
    look(
        db,
        "SELECT t.name AS a, c.name AS b, NOT c.\"notnull\" AS c
         FROM sqlite_master t, pragma_table_info(t.name) c
         WHERE t.type = 'table' AND t.name NOT LIKE 'search_words%' ORDER BY 1, c.cid",
        "SELECT table_name::text AS a, column_name::text AS b, is_nullable = 'YES' AS c
         FROM information_schema.columns JOIN information_schema.tables
         USING (table_schema, table_name)
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
         ORDER BY 1, ordinal_position",
    )
    .await
}

async fn indexes(db: &DatabaseConnection) -> Vec<(String, String, bool)> {
    look(
        db,
        "SELECT name AS a, coalesce(sql, '') AS b, 1 AS c FROM sqlite_master
         WHERE type <> 'table' ORDER BY 1",
        "SELECT indexname::text AS a, indexdef AS b, true AS c FROM pg_indexes
         WHERE schemaname = 'public'
         UNION ALL SELECT viewname::text, definition, true FROM pg_views
         WHERE schemaname = 'public' ORDER BY 1",
    )
    .await
}

async fn up_down_and_up_again_is_the_same(database: TestDatabase) {
    let db = database.connect().await;
    let once = (columns(&db).await, indexes(&db).await);
    Migrator::down(&db, None).await.unwrap();
    let tables = columns(&db).await;
    let left: Vec<_> = tables
        .iter()
        .filter(|(table, ..)| table != "seaql_migrations")
        .collect();
    assert!(left.is_empty(), "{left:?}");
    Migrator::up(&db, None).await.unwrap();
    assert_eq!((columns(&db).await, indexes(&db).await), once);
}

/// Selects every row of a table, and lists the columns that the row has.
async fn select<E: EntityTrait>(db: &DatabaseConnection, rows: &mut Rows) {
    E::find().all(db).await.unwrap();
    let columns =
        E::Column::iter().map(|column| (column.as_str().to_owned(), column.def().is_null()));
    rows.insert(E::default().table_name().to_owned(), columns.collect());
}

type Rows = BTreeMap<String, BTreeMap<String, bool>>;

async fn each_column_is_as_its_row_says(database: TestDatabase) {
    let db = database.connect().await;
    let mut said = Rows::new();
    select::<entities::agency::Entity>(&db, &mut said).await;
    select::<entities::agency_grant::Entity>(&db, &mut said).await;
    select::<entities::audit_clock::Entity>(&db, &mut said).await;
    select::<entities::audit_event::Entity>(&db, &mut said).await;
    select::<entities::audit_seal::Entity>(&db, &mut said).await;
    select::<entities::change_head::Entity>(&db, &mut said).await;
    select::<entities::change_log::Entity>(&db, &mut said).await;
    select::<entities::client::Entity>(&db, &mut said).await;
    select::<entities::client_secret::Entity>(&db, &mut said).await;
    select::<entities::cluster::Entity>(&db, &mut said).await;
    select::<entities::feed_clock::Entity>(&db, &mut said).await;
    select::<entities::feed_secret::Entity>(&db, &mut said).await;
    select::<entities::feed_term::Entity>(&db, &mut said).await;
    select::<entities::idempotency_key::Entity>(&db, &mut said).await;
    select::<entities::lock_key::Entity>(&db, &mut said).await;
    select::<entities::match_pair::Entity>(&db, &mut said).await;
    select::<entities::membership::Entity>(&db, &mut said).await;
    select::<entities::organisation::Entity>(&db, &mut said).await;
    select::<entities::participation::Entity>(&db, &mut said).await;
    select::<entities::partnership::Entity>(&db, &mut said).await;
    select::<entities::partnership_member::Entity>(&db, &mut said).await;
    select::<entities::past_sight::Entity>(&db, &mut said).await;
    select::<entities::project::Entity>(&db, &mut said).await;
    select::<entities::push_snapshot::Entity>(&db, &mut said).await;
    select::<entities::push_snapshot_row::Entity>(&db, &mut said).await;
    select::<entities::record_classification::Entity>(&db, &mut said).await;
    select::<entities::record_identifier::Entity>(&db, &mut said).await;
    select::<entities::record_partnership::Entity>(&db, &mut said).await;
    select::<entities::record_party::Entity>(&db, &mut said).await;
    select::<entities::record_sign::Entity>(&db, &mut said).await;
    select::<entities::search_document::Entity>(&db, &mut said).await;
    select::<entities::signing_key::Entity>(&db, &mut said).await;
    select::<entities::source::Entity>(&db, &mut said).await;
    select::<entities::source_record::Entity>(&db, &mut said).await;

    let mut made = Rows::new();
    for (table, column, nullable) in columns(&db).await {
        // The number by which the full-text index of SQLite refers to its rows is no row's.
        let internal = (table.as_str(), column.as_str()) == ("search_document", "number")
            && database.backend() == Backend::Sqlite;
        if table != "seaql_migrations" && !internal {
            made.entry(table).or_default().insert(column, nullable);
        }
    }
    assert_eq!(made, said, "left: the database, right: the rows");
}

async fn a_new_database_is_made_when_it_is_opened(database: TestDatabase) {
    let db = database.connect().await;
    Migrator::reset(&db).await.unwrap();
    assert_eq!(columns(&db).await, []);
    let app = TestApp::at(database, start_of_time()).await.unwrap();
    app.put(given::organisation("Charité")).await;
}

/// How many migrations there are from the one whose name ends like this.
pub(crate) fn since(name: &str) -> u32 {
    let all = Migrator::migrations();
    let earlier = all.iter().take_while(|one| !one.name().ends_with(name));
    u32::try_from(all.len() - earlier.count()).unwrap()
}

async fn an_older_database_is_brought_up_to_date(database: TestDatabase) {
    let db = database.connect().await;
    let whole = columns(&db).await;
    Migrator::down(&db, Some(since("project"))).await.unwrap();
    let app = TestApp::at(database, start_of_time()).await.unwrap();
    assert_eq!(columns(&db).await, whole);
    app.put(given::organisation("Charité")).await;
}

async fn organisations_of_an_older_database_get_their_signs(database: TestDatabase) {
    let app = TestApp::at(database.clone(), start_of_time())
        .await
        .unwrap();
    // More than are signed in one transaction, and one that is archived.
    let rows = (0..1_001).map(|n| given::organisation(&format!("Organisation {n}")));
    let (written, _) = app.write(rows.collect()).await.unwrap();
    let gone = written[7].id.unwrap();
    app.put(archive::<entities::organisation::Entity>(gone))
        .await;
    let db = database.connect().await;
    let look = async || {
        let signs = entities::record_sign::Entity::find();
        let signs = signs.order_by_asc(entities::record_sign::Column::RecordId);
        let log = entities::change_log::Entity::find();
        (signs.all(&db).await.unwrap(), log.count(&db).await.unwrap())
    };
    let before = look().await;
    assert_eq!(before.0.len(), 1_001);
    Migrator::down(&db, Some(since("push"))).await.unwrap();
    let later = start_of_time() + Duration::days(1);
    TestApp::at(database.clone(), later).await.unwrap();
    assert_eq!(look().await, before, "and no change was made");
    assert_ledger(&database).await;
}

async fn two_processes_that_open_a_new_database_make_it_once(database: TestDatabase) {
    let db = database.connect().await;
    let whole = columns(&db).await;
    Migrator::reset(&db).await.unwrap();
    let processes = (0..4).map(|n| {
        let start = start_of_time() + Duration::days(n);
        tokio::spawn(TestApp::at(database.clone(), start))
    });
    for process in join_all(processes).await {
        process.unwrap().expect("each process opens it");
    }
    assert_eq!(columns(&db).await, whole);
    assert_ledger(&database).await;
}

async fn a_migration_that_fails_half_way_leaves_nothing(database: TestDatabase) {
    let db = database.connect().await;
    let whole = columns(&db).await;
    Migrator::down(&db, Some(since("project"))).await.unwrap();
    // Projects and participations are one migration, and participations come second.
    db.execute_unprepared("CREATE TABLE participation (id integer)")
        .await
        .unwrap();
    TestApp::at(database.clone(), start_of_time())
        .await
        .expect_err("the table is there already");
    let mut left = columns(&db).await;
    left.retain(|(table, ..)| table == "project");
    assert_eq!(left, [], "the migration failed, and its first table stayed");
    db.execute_unprepared("DROP TABLE participation")
        .await
        .unwrap();
    TestApp::at(database, start_of_time()).await.unwrap();
    assert_eq!(columns(&db).await, whole);
}

async fn a_newer_database_is_refused(database: TestDatabase) {
    let db = database.connect().await;
    db.execute_unprepared("INSERT INTO seaql_migrations VALUES ('m29991231_000001_later', 0)")
        .await
        .unwrap();
    let refused = TestApp::at(database.clone(), start_of_time())
        .await
        .unwrap_err();
    assert!(
        matches!(&refused, Error::Newer(name) if name == "m29991231_000001_later"),
        "{refused}"
    );
    let terms = entities::feed_term::Entity::find().all(&db).await.unwrap();
    assert_eq!(terms, [], "nothing was written");
}
