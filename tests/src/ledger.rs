//! What holds of the feed after anything: whatever a test does, the books balance.

use std::collections::HashMap;

use entities::record::{Record, RecordRow};
use entities::{
    change_head, change_log, cluster, feed_clock, membership, organisation, participation,
    partnership, partnership_member, project,
};
use sea_orm::{DatabaseConnection, EntityTrait, QueryOrder};
use uuid::Uuid;

use crate::TestDatabase;

/// Checks that positions have no holes, that time does not go back along them, that each record's
/// versions follow each other, that its head is its last entry in the log, and that it has the
/// head's version itself.
///
/// # Panics
/// When one of these does not hold.
#[expect(clippy::expect_used, reason = "a test that cannot look has failed")]
pub async fn assert_ledger(database: &TestDatabase) {
    let db = database.connect().await;
    let clock = feed_clock::Entity::find()
        .one(&db)
        .await
        .expect("a clock")
        .expect("its row");
    let log = change_log::Entity::find()
        .order_by_asc(change_log::Column::Seq)
        .all(&db)
        .await;
    let log = log.expect("the log");
    let positions: Vec<i64> = log.iter().map(|entry| entry.seq).collect();
    assert_eq!(
        positions,
        (1..=clock.last_seq).collect::<Vec<_>>(),
        "positions have no holes"
    );
    assert!(
        log.is_sorted_by_key(|entry| entry.at),
        "time does not go back"
    );

    let mut versions: HashMap<Uuid, Vec<i32>> = HashMap::new();
    for entry in &log {
        versions
            .entry(entry.record_id)
            .or_default()
            .push(entry.version);
    }
    for (record, versions) in versions {
        assert!(
            (1..).zip(&versions).all(|(n, version)| n == *version),
            "{record}: {versions:?}"
        );
    }
    let last: HashMap<Uuid, &change_log::Model> =
        log.iter().map(|entry| (entry.record_id, entry)).collect();
    let heads = change_head::Entity::find()
        .all(&db)
        .await
        .expect("the heads");
    assert_eq!(heads.len(), last.len(), "each record of the log has a head");
    for head in &heads {
        let entry = last[&head.record_id];
        let of_head = (head.seq, head.version, head.op, head.changed_at, head.tx_id);
        assert_eq!(
            of_head,
            (entry.seq, entry.version, entry.op, entry.at, entry.tx_id)
        );
    }
    let heads: HashMap<Uuid, i32> = heads
        .into_iter()
        .map(|head| (head.record_id, head.version))
        .collect();
    let mut records = 0;
    records += assert_versions::<organisation::Entity>(&db, &heads).await;
    records += assert_versions::<cluster::Entity>(&db, &heads).await;
    records += assert_versions::<membership::Entity>(&db, &heads).await;
    records += assert_versions::<partnership::Entity>(&db, &heads).await;
    records += assert_versions::<partnership_member::Entity>(&db, &heads).await;
    records += assert_versions::<project::Entity>(&db, &heads).await;
    records += assert_versions::<participation::Entity>(&db, &heads).await;
    assert_eq!(records, heads.len(), "each head has a record");
}

#[expect(clippy::expect_used, reason = "a test that cannot look has failed")]
async fn assert_versions<E: Record>(db: &DatabaseConnection, heads: &HashMap<Uuid, i32>) -> usize {
    let rows = E::find().all(db).await.expect("the records");
    for row in &rows {
        let envelope = row.envelope();
        assert_eq!(
            heads.get(&envelope.id),
            Some(&envelope.version),
            "a head for {envelope:?}"
        );
    }
    rows.len()
}
