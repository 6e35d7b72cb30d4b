//! The order of positions is the order of commits, without holes, whatever writers do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::Duration;
use entities::record::RecordRow;
use entities::{change_head, change_log, organisation};
use futures_util::future::join_all;
use partner_registry::registry::{Batch, Mode, RowWrite};
use sea_orm::{ColumnTrait, DatabaseConnection, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use tests::{TestApp, assert_ledger, change, on_both, start_of_time};
use uuid::Uuid;

use crate::given;

on_both! {
    eight_writers_and_a_polling_reader_miss_nothing,
    a_transaction_that_fails_leaves_no_position,
    the_time_of_changes_never_goes_back,
}

const WRITERS: usize = 8;
const TRANSACTIONS: usize = 20;

/// The way in whose transactions fail when they have taken the clock already.
const FAILS: &str = "fails";

async fn write(app: &TestApp, origin: &str, rows: Vec<RowWrite<organisation::Entity>>) -> Vec<i64> {
    let n = i64::try_from(rows.len()).unwrap();
    let batch = Batch {
        rows,
        source: None,
        mode: Mode::Strict,
        origin: origin.to_owned(),
    };
    match app.registry.write(&app.actor, batch).await {
        Ok((_, last)) => (last.unwrap() - n + 1..=last.unwrap()).collect(),
        Err(error) => {
            assert_eq!(origin, FAILS, "{error}");
            Vec::new()
        }
    }
}

/// Every transaction makes one record and changes one that all writers change; one in ten fails
/// after it took the clock. Returns the positions that were given out.
async fn write_much(app: &TestApp, writer: usize, shared: Uuid) -> Vec<i64> {
    let mut given_out = Vec::new();
    for n in 0..TRANSACTIONS {
        let name = format!("Writer {writer}, transaction {n}");
        let rows = vec![
            given::organisation(&name),
            change(shared, given::organisation(&name)),
        ];
        let fails = (writer + n).is_multiple_of(10);
        given_out.extend(write(app, if fails { FAILS } else { "test" }, rows).await);
    }
    given_out
}

/// Reads the log as it grows, page by page, each position one more than the last.
async fn follow_log(db: &DatabaseConnection, writing: &Arc<()>) -> BTreeSet<i64> {
    let mut last = 1;
    let mut seen = BTreeSet::new();
    loop {
        let over = Arc::strong_count(writing) == 1;
        let page: Vec<i64> = change_log::Entity::find()
            .select_only()
            .column(change_log::Column::Seq)
            .filter(change_log::Column::Seq.gt(last))
            .order_by_asc(change_log::Column::Seq)
            .limit(5)
            .into_tuple()
            .all(db)
            .await
            .unwrap();
        if page.is_empty() && over {
            return seen;
        }
        for position in page {
            assert_eq!(
                position,
                last + 1,
                "a reader sees each position after the one before it"
            );
            seen.insert(position);
            last = position;
        }
    }
}

/// Keeps a copy of the heads as a client does: by position, the newest of a record wins.
async fn mirror(db: &DatabaseConnection, writing: &Arc<()>) -> BTreeMap<Uuid, i32> {
    let mut last = 0;
    let mut copy = BTreeMap::new();
    loop {
        let over = Arc::strong_count(writing) == 1;
        let page = change_head::Entity::find()
            .filter(change_head::Column::Seq.gt(last))
            .order_by_asc(change_head::Column::Seq)
            .limit(5)
            .all(db)
            .await
            .unwrap();
        if page.is_empty() && over {
            return copy;
        }
        for head in page {
            last = head.seq;
            copy.insert(head.record_id, head.version);
        }
    }
}

async fn eight_writers_and_a_polling_reader_miss_nothing(app: TestApp) {
    app.database
        .fail_inserts("change_log", &format!("new.origin = '{FAILS}'"), "P0001")
        .await;
    let other = start_of_time() + Duration::days(1);
    let other = TestApp::at(app.database.clone(), other).await.unwrap();
    let shared = app.put(given::organisation("Shared")).await.envelope().id;
    // Each writer holds it until it ends, in whatever way.
    let writing = Arc::new(());
    let readers = app.database.open().await.read;
    let (log, copy) = (follow_log(&readers, &writing), mirror(&readers, &writing));
    let writers = (0..WRITERS).map(|writer| {
        let (app, writing) = ([&app, &other][writer % 2].clone(), Arc::clone(&writing));
        tokio::spawn(async move {
            let given_out = write_much(&app, writer, shared).await;
            drop(writing);
            given_out
        })
    });
    let (written, seen, copy) = tokio::join!(join_all(writers), log, copy);

    let given_out: Vec<i64> = written.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(given_out.len(), WRITERS * TRANSACTIONS * 9 / 10 * 2);
    assert_eq!(seen, given_out.into_iter().collect());
    let db = app.database.connect().await;
    let rows = organisation::Entity::find().all(&db).await.unwrap();
    let there: BTreeMap<Uuid, i32> = rows
        .iter()
        .map(|row| (row.envelope().id, row.version))
        .collect();
    assert_eq!(copy, there, "the copy equals the registry");
    assert_ledger(&app.database).await;
}

async fn a_transaction_that_fails_leaves_no_position(app: TestApp) {
    app.database
        .fail_inserts("change_log", &format!("new.origin = '{FAILS}'"), "P0001")
        .await;
    let new = |name| vec![given::organisation(name)];
    assert_eq!(write(&app, "test", new("First")).await, [1]);
    assert!(write(&app, FAILS, new("Lost")).await.is_empty());
    assert_eq!(write(&app, "test", new("Second")).await, [2]);
    assert_eq!(app.count::<organisation::Entity>(Some("lost")).await, 0);
    assert_ledger(&app.database).await;
}

async fn the_time_of_changes_never_goes_back(app: TestApp) {
    let slow = start_of_time() - Duration::days(365);
    let slow = TestApp::at(app.database.clone(), slow).await.unwrap();
    for n in 0..3 {
        for (app, whose) in [(&app, "right"), (&slow, "slow")] {
            app.put(given::organisation(&format!("By the {whose} clock, {n}")))
                .await;
        }
    }
    assert_ledger(&app.database).await;
}
