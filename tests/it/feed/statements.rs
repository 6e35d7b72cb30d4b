//! What a write sends to the database, and in which order.

use entities::organisation;
use partner_registry::registry::{Filter, PageRequest, RowWrite, Slice};
use tests::{TestApp, on_both};

use crate::given;

on_both! {
    many_changes_take_the_clock_once,
    after_the_clock_come_only_heads_and_log,
    a_write_without_changes_leaves_the_clock_alone,
    a_page_is_read_in_one_statement,
}

fn organisations(n: usize) -> Vec<RowWrite<organisation::Entity>> {
    (0..n)
        .map(|n| given::organisation(&format!("Organisation {n}")))
        .collect()
}

async fn many_changes_take_the_clock_once(app: TestApp) {
    let before = app.statements.take();
    assert!(!before.is_empty(), "the statements are seen");
    let (_, last) = app.write(organisations(500)).await.unwrap();
    assert_eq!(last, Some(500));
    let sent = app.statements.take();
    assert_eq!(
        sent.iter().filter(|sql| sql.contains("feed_clock")).count(),
        1,
        "{sent:#?}"
    );
}

async fn after_the_clock_come_only_heads_and_log(app: TestApp) {
    let _ = app.statements.take();
    app.write(organisations(3)).await.unwrap();
    let sent = app.statements.take();
    let clock = sent
        .iter()
        .position(|sql| sql.starts_with("UPDATE \"feed_clock\""))
        .unwrap();
    let after: Vec<&str> = sent[clock + 1..]
        .iter()
        .map(|sql| sql.split('(').next().unwrap().trim())
        .collect();
    assert_eq!(
        after,
        ["INSERT INTO \"change_head\"", "INSERT INTO \"change_log\""]
    );
}

async fn a_write_without_changes_leaves_the_clock_alone(app: TestApp) {
    let _ = app.statements.take();
    let (written, last) = app.write(vec![given::organisation("")]).await.unwrap();
    assert_eq!((written[0].errors.len(), last), (1, None));
    let sent = app.statements.take();
    assert!(
        sent.iter().all(|sql: &String| !sql.contains("feed_clock")),
        "{sent:#?}"
    );
}

async fn a_page_is_read_in_one_statement(app: TestApp) {
    app.write(organisations(3)).await.unwrap();
    let _ = app.statements.take();
    let request = PageRequest::<organisation::Entity> {
        filter: Filter::default(),
        search: None,
        order: Vec::new(),
        slice: Slice {
            limit: 2,
            ..Slice::default()
        },
    };
    app.registry
        .page(&app.actor, &request, false)
        .await
        .unwrap();
    assert_eq!(app.statements.take().len(), 1);
}
