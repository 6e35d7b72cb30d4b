//! A page is one snapshot, and a number of statements that does not grow with it.

use entities::organisation;
use tests::{TestApp, TestServer, change, on_both, start_of_time};

use super::copy::Reader;
use crate::contract::sync::operation;
use crate::given;
use crate::sight::{Tenant, public};
use serde_json::json;

on_both! {
    what_is_written_while_a_page_is_read_is_on_the_next_one,
    a_page_takes_the_same_statements_for_2_and_for_200,
    an_empty_page_takes_two_statements,
}

async fn what_is_written_while_a_page_is_read_is_on_the_next_one(app: TestApp) {
    let row = public(given::organisation("Before"));
    let id = app.put(row).await.id;
    let later = start_of_time() + chrono::Duration::days(1);
    let writer = TestApp::at(app.database.clone(), later).await.unwrap();
    let mut reader = Reader::new("reader", app.actor.clone());
    // Between the first statement of the page and the second another process commits.
    app.statements.after_next({
        let runtime = tokio::runtime::Handle::current();
        move || {
            let write = async move {
                writer.put(change(id, given::organisation("After"))).await;
                writer.put(public(given::organisation("New"))).await;
            };
            std::thread::scope(|scope| {
                let done = scope.spawn(|| runtime.block_on(write)).join();
                done.expect("it writes");
            });
        }
    });
    let page = tokio::task::block_in_place(|| {
        tokio::runtime::Handle::current().block_on(reader.read(&app.registry, 200))
    });
    assert_eq!(page.changes.len(), 1);
    let row = reader.copy.values().next();
    assert!(format!("{row:?}").contains("Before"), "{row:?}");
    assert_eq!((page.position, page.has_more), (1, false));
    let page = reader.read(&app.registry, 200).await;
    assert_eq!((page.changes.len(), page.position), (2, 3));
    reader.compare(&app.registry).await;
}

async fn a_page_takes_the_same_statements_for_2_and_for_200(server: TestServer) {
    let tenant = Tenant::new(&server, "Biocluster").await;
    let caller = tenant.caller(&server);
    let mut cursor =
        caller.query("{ syncStatus { cursor } }", json!({}))["syncStatus"]["cursor"].clone();
    let mut taken = Vec::new();
    for n in [1, 100] {
        let rows = (0..n).map(|k| given::organisation(&format!("Organisation {n} {k}")));
        let (written, _) = server
            .write::<organisation::Entity>(rows.map(public).collect())
            .await
            .unwrap();
        let rows = written.iter().map(|row| {
            let id = row.record.as_ref().unwrap().id;
            public(given::membership(tenant.cluster, id))
        });
        server.write(rows.collect()).await.unwrap();
        let _ = server.statements.take();
        let page = caller.query(operation("Pull"), json!({ "after": cursor, "limit": 1000 }));
        cursor = page["changes"]["cursor"].clone();
        let changes = page["changes"]["changes"].as_array().map(Vec::len);
        assert_eq!(changes, Some(2 * n));
        taken.push(server.statements.take().len());
    }
    assert!(taken[0] == taken[1] && taken[1] <= 13, "{taken:?}");
}

async fn an_empty_page_takes_two_statements(app: TestApp) {
    let tenant = Tenant::new(&app, "Biocluster").await;
    let mut reader = Reader::new("cluster", tenant.actor());
    reader.catch_up(&app.registry).await;
    let _ = app.statements.take();
    reader.read(&app.registry, 200).await;
    let sent = app.statements.take();
    assert_eq!(sent.len(), 2, "the clock, and what it shares: {sent:#?}");
}
