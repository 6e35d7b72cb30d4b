//! Terms: each start of a process begins one, so that a restored database is noticed.

use chrono::Duration;
use entities::{feed_clock, feed_term};
use sea_orm::{EntityTrait, QueryOrder};
use tests::{TestApp, on_both, start_of_time};

use crate::given;

on_both! {
    each_start_begins_a_term_after_the_last_position,
}

async fn each_start_begins_a_term_after_the_last_position(app: TestApp) {
    app.put(given::organisation("Before the second term")).await;
    TestApp::at(app.database.clone(), start_of_time() + Duration::days(1))
        .await
        .unwrap();
    let third = start_of_time() + Duration::days(2);
    let third = TestApp::at(app.database.clone(), third).await.unwrap();
    third.put(given::organisation("In the third term")).await;

    let db = app.database.connect().await;
    let terms = feed_term::Entity::find()
        .order_by_asc(feed_term::Column::StartedAt)
        .all(&db)
        .await;
    let terms = terms.unwrap();
    assert_eq!(
        terms.iter().map(|term| term.start_seq).collect::<Vec<_>>(),
        [0, 1, 1]
    );
    let clock = feed_clock::Entity::find().one(&db).await.unwrap().unwrap();
    assert_eq!((clock.last_seq, clock.term_id), (2, terms[2].id));
}
