//! A long poll is woken by whoever commits, in whichever process, and by a look at the clock.

use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::{Either, join, select};
use partner_registry::registry::ChangesOf;
use serde_json::json;
use tests::{TestApp, TestServer, on_both, on_postgres, start_of_time};

use super::copy::Reader;
use crate::given;
use crate::sight::public;

on_both! {
    a_change_wakes_who_waits_for_it,
    a_change_that_nobody_may_see_wakes_nobody_for_long,
    who_waits_in_vain_gets_an_empty_page,
}
on_postgres! {
    a_change_of_another_process_is_heard,
}

/// Longer than any test takes.
const LONG: Duration = Duration::from_hours(1);

fn waiting(reader: &Reader) -> ChangesOf {
    ChangesOf {
        wait: LONG,
        ..reader.asks(200)
    }
}

async fn a_change_wakes_who_waits_for_it(app: TestApp) {
    let mut reader = Reader::new("reader", app.actor.clone());
    reader.catch_up(&app.registry).await;
    let waits = app.registry.changes(&reader.actor, waiting(&reader));
    let write = app.put(public(given::organisation("Charité")));
    let (page, made) = join(waits, write).await;
    let page = page.unwrap();
    assert_eq!(page.changes[0].id, made.id.0);
}

async fn a_change_that_nobody_may_see_wakes_nobody_for_long(app: TestApp) {
    let anonymous = partner_registry::auth::Actor::anonymous();
    let mut reader = Reader::new("anonymous", anonymous);
    reader.catch_up(&app.registry).await;
    let waits = app.registry.changes(&reader.actor, waiting(&reader));
    let writes = async {
        app.put(given::organisation("Hidden")).await;
        app.put(public(given::organisation("Shown"))).await
    };
    let (page, shown) = join(waits, writes).await;
    let page = page.unwrap();
    let ids: Vec<_> = page.changes.iter().map(|change| change.id).collect();
    assert_eq!((ids, page.has_more), (vec![shown.id.0], false));
}

async fn who_waits_in_vain_gets_an_empty_page(server: TestServer) {
    let cursor = server.query("{ syncStatus { cursor } }", json!({}));
    let cursor = cursor["syncStatus"]["cursor"].clone();
    let document =
        "query ($after: Cursor) { changes(after: $after, waitMs: 1) { hasMore changes { id } } }";
    let page = server.query(document, json!({ "after": cursor }));
    assert_eq!(page["changes"], json!({ "hasMore": false, "changes": [] }));
}

async fn a_change_of_another_process_is_heard(app: TestApp) {
    let later = start_of_time() + TimeDelta::days(1);
    let other = TestApp::at(app.database.clone(), later).await.unwrap();
    let mut reader = Reader::new("reader", app.actor.clone());
    let listening = async {
        for n in 0..3 {
            // The first one may be found when the listening begins; the others must be called.
            let waits = other.registry.changes(&reader.actor, waiting(&reader));
            let write = app.put(public(given::organisation(&format!("Call {n}"))));
            let (page, made) = join(waits, write).await;
            let page = page.unwrap();
            assert_eq!(page.changes.last().map(|it| it.id), Some(made.id.0));
            reader.cursor = Some(page.cursor);
        }
    };
    let awake = join(
        app.registry.keep_awake(LONG),
        other.registry.keep_awake(LONG),
    );
    match select(listening.boxed_local(), awake.boxed_local()).await {
        Either::Left(((), _)) => {}
        Either::Right(_) => panic!("nobody keeps awake any more"),
    }
}
