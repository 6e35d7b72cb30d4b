//! Following live: everything that may be seen, each change after it, and no hole between the two.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use futures_util::FutureExt;
use futures_util::future::{Either, join, join_all, select};
use serde_json::{Value, json};
use tests::{TestApp, TestServer, on_both, on_postgres, on_sqlite, start_of_time};

use super::{LONG, live, page, told, within};
use crate::given;
use crate::sight::{id, public};

on_both!(
    what_is_written_while_a_reader_catches_up_comes_once_and_in_order,
    a_reader_goes_on_from_its_cursor,
    what_a_reader_may_not_see_sends_it_nothing,
    when_nothing_changes_a_page_says_so,
    each_page_is_read_with_loaders_of_its_own,
);
on_postgres!(a_change_through_another_process_is_called_out);
on_sqlite!(a_change_through_another_process_is_found);

async fn what_is_written_while_a_reader_catches_up_comes_once_and_in_order(server: TestServer) {
    const FIRST: usize = 40;
    const THEN: usize = 60;
    let write = async |n: usize| {
        let row = public(given::organisation(&format!("Organisation {n}")));
        server.put(row).await.id
    };
    let mut made = BTreeSet::new();
    for n in 0..FIRST {
        made.insert(id("organisation", write(n).await).to_string());
    }
    let document =
        "subscription { changes(limit: 7) { hasMore position changes { op id position } } }";
    let writers = join_all((FIRST..FIRST + THEN).map(write));
    let reader = async {
        let mut socket = server.subscribe(document, json!({})).await;
        let (mut read, mut last) = (Vec::new(), String::new());
        while read.len() < FIRST + THEN {
            let page = page(&mut socket).await;
            for change in page["changes"].as_array().unwrap() {
                let position = change["position"].as_str().unwrap();
                assert!(*position > *last, "{position} after {last}");
                position.clone_into(&mut last);
                read.push(change["id"].to_string());
            }
            assert!(*page["position"].as_str().unwrap() >= *last, "{page}");
        }
        read
    };
    let (written, read) = join(writers, reader).await;
    made.extend(
        written
            .into_iter()
            .map(|row| id("organisation", row).to_string()),
    );
    assert_eq!(read.len(), FIRST + THEN, "each comes once");
    assert_eq!(BTreeSet::from_iter(read), made);
}

async fn a_reader_goes_on_from_its_cursor(server: TestServer) {
    let first = server.put(public(given::organisation("First"))).await.id;
    let variables = json!({ "types": ["ORGANISATION"] });
    let mut socket = server.as_anonymous().subscribe(live(), variables).await;
    let begin = page(&mut socket).await;
    assert_eq!(begin["hasMore"], false);
    assert_eq!(
        told(&begin),
        [("UPSERT", id("organisation", first).as_str().unwrap())]
    );
    assert_eq!(begin["changes"][0]["record"]["name"], "First");

    let second = server.put(public(given::organisation("Second"))).await.id;
    let after = json!({ "after": begin["cursor"], "types": ["ORGANISATION"] });
    let mut other = server.as_anonymous().subscribe(live(), after).await;
    for socket in [&mut socket, &mut other] {
        let page = page(socket).await;
        assert_eq!(
            told(&page),
            [("UPSERT", id("organisation", second).as_str().unwrap())]
        );
        assert_eq!(page["hasMore"], false);
    }
    // The filter belongs to the cursor, here as in the query.
    let wrong = json!({ "after": begin["cursor"], "types": ["CLUSTER"] });
    let mut socket = server.as_anonymous().subscribe(live(), wrong).await;
    let refused = socket.next().await;
    let code = &refused["payload"][0]["extensions"]["code"];
    assert_eq!(
        (&refused["type"], code),
        (&json!("error"), &json!("CURSOR_FILTER_MISMATCH"))
    );
}

async fn what_a_reader_may_not_see_sends_it_nothing(server: TestServer) {
    let mut socket = server.as_anonymous().subscribe(live(), json!({})).await;
    let begin = page(&mut socket).await;
    assert_eq!(
        (told(&begin), &begin["hasMore"]),
        (Vec::new(), &json!(false))
    );
    for n in 0..5 {
        server
            .put(given::organisation(&format!("Hidden {n}")))
            .await;
    }
    let shown = server.put(public(given::organisation("Shown"))).await.id;
    let next = page(&mut socket).await;
    assert_eq!(
        told(&next),
        [("UPSERT", id("organisation", shown).as_str().unwrap())]
    );
}

async fn when_nothing_changes_a_page_says_so(app: TestApp) {
    let server = within(app, |limits| limits.heartbeat = Duration::from_millis(10)).await;
    let mut socket = server.subscribe(live(), json!({})).await;
    let mut cursors = BTreeSet::new();
    for _ in 0..3 {
        let page = page(&mut socket).await;
        assert_eq!((told(&page), &page["hasMore"]), (Vec::new(), &json!(false)));
        cursors.insert(page["cursor"].to_string());
    }
    assert_eq!(cursors.len(), 1, "it stands where it stood: {cursors:?}");
}

/// What one page has loaded is not shown in the next.
async fn each_page_is_read_with_loaders_of_its_own(server: TestServer) {
    let organisation = server.put(public(given::organisation("Before"))).await.id;
    let cluster = server
        .put(public(given::cluster(organisation, "Cluster")))
        .await
        .id;
    let document = "subscription { changes(filter: { types: [CLUSTER] }) { hasMore changes {
        op id record { ... on Cluster { organisation { name } } } } } }";
    let mut socket = server.subscribe(document, json!({})).await;
    let name = |page: &Value| page["changes"][0]["record"]["organisation"]["name"].clone();
    assert_eq!(name(&page(&mut socket).await), "Before");
    let renamed = tests::change(organisation, given::organisation("After"));
    server.put(renamed).await;
    server
        .put(tests::change(
            cluster,
            given::cluster(organisation, "Cluster 2"),
        ))
        .await;
    assert_eq!(name(&page(&mut socket).await), "After");
}

/// A change through one process reaches who follows another one; each looks by itself so often.
async fn between_two(app: TestApp, looks: Duration) {
    let later = start_of_time() + TimeDelta::days(1);
    let other = TestApp::at(app.database.clone(), later).await.unwrap();
    let (here, there) = (app.registry.clone(), other.registry.clone());
    let server = within(other, |_| {}).await;
    let followed = async {
        let mut socket = server.as_anonymous().subscribe(live(), json!({})).await;
        assert_eq!(told(&page(&mut socket).await), []);
        for n in 0..3 {
            let row = public(given::organisation(&format!("Call {n}")));
            let made = id("organisation", app.put(row).await.id);
            let page = page(&mut socket).await;
            assert_eq!(told(&page), [("UPSERT", made.as_str().unwrap())]);
        }
    };
    let awake = join(here.keep_awake(looks), there.keep_awake(looks));
    match select(followed.boxed_local(), awake.boxed_local()).await {
        Either::Left(((), _)) => {}
        Either::Right(_) => panic!("nobody keeps awake any more"),
    }
}

async fn a_change_through_another_process_is_called_out(app: TestApp) {
    between_two(app, LONG).await;
}

async fn a_change_through_another_process_is_found(app: TestApp) {
    between_two(app, Duration::from_millis(10)).await;
}
