//! Pushes that meet: at the same records in other orders, and at one key.

use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both, on_postgres};

use super::{PUSH, Pusher, organisation, outcomes};
use crate::posted::code;

on_both! {
    pushes_in_opposite_orders_are_all_answered,
}

on_postgres! {
    a_push_that_others_are_in_the_way_of_is_tried_again,
    a_push_that_others_stay_in_the_way_of_says_so,
    a_key_that_another_process_holds_is_in_progress,
    a_database_that_cannot_take_a_key_does_not_answer_now,
}

/// Organisations of one name are written one after the other, so each comes in a set of its own.
fn twins(order: &[usize], round: usize) -> Value {
    let rows = order.iter().map(|n| {
        let data = json!({ "name": "Twin", "country": "IT", "description": format!("Round {round}"),
            "identifiers": [{ "scheme": "EU_PIC", "value": format!("9{n:08}") }] });
        organisation(&format!("x{n}"), data)
    });
    rows.collect()
}

async fn pushes_in_opposite_orders_are_all_answered(server: TestServer) {
    let pair = Pusher::partners(&server).await;
    for one in &pair {
        one.push(twins(&[0, 1, 2, 3], 0));
    }
    for round in 1..=100 {
        let orders = [[0, 1, 2, 3], [3, 2, 1, 0]];
        let sent = pair.iter().zip(orders).map(|(one, order)| {
            let caller = one.caller.clone();
            let input = json!({ "source": "crm", "rows": twins(&order, round) });
            tokio::task::spawn_blocking(move || caller.ask(PUSH, json!({ "input": input })).1)
        });
        for answer in join_all(sent).await {
            let answer = answer.unwrap();
            assert_eq!(answer["errors"], Value::Null, "round {round}: {answer}");
            let outcomes = outcomes(&answer["data"]["pushRecords"]).join(" ");
            assert_eq!(outcomes, "UPDATED UPDATED UPDATED UPDATED");
        }
    }
    assert_ledger(&server.database).await;
}

/// Makes the first writers of a claim fail as if they and another waited for each other.
async fn in_the_way(server: &TestServer, times: u32) {
    let db = server.database.connect().await;
    let function = format!(
        "CREATE FUNCTION in_the_way() RETURNS trigger LANGUAGE plpgsql AS
         $$BEGIN IF nextval('met') <= {times} THEN
             RAISE EXCEPTION 'in the way' USING ERRCODE = '40P01';
         END IF; RETURN NEW; END$$"
    );
    let trigger = "CREATE TRIGGER in_the_way BEFORE INSERT ON source_record FOR EACH ROW
        EXECUTE FUNCTION in_the_way()";
    for statement in ["CREATE SEQUENCE met", &function, trigger] {
        db.execute_unprepared(statement).await.unwrap();
    }
}

async fn a_push_that_others_are_in_the_way_of_is_tried_again(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    in_the_way(&server, 2).await;
    let input = json!({ "idempotencyKey": "night-1",
        "rows": [organisation("a1", json!({ "name": "Biotech" }))] });
    assert_eq!(outcomes(&alpha.push_as(input.clone())), ["CREATED"]);
    assert_eq!(alpha.push_as(input)["replayed"], true);
    assert_ledger(&server.database).await;
}

async fn a_push_that_others_stay_in_the_way_of_says_so(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    in_the_way(&server, 1_000).await;
    let rows = json!([organisation("a1", json!({ "name": "Biotech" }))]);
    assert_eq!(code(&alpha.ask(json!({ "rows": rows })).1), "UNAVAILABLE");
    assert_ledger(&server.database).await;
}

async fn a_key_that_another_process_holds_is_in_progress(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let push = || {
        alpha
            .ask(json!({ "rows": [], "idempotencyKey": "night-1" }))
            .1
    };
    let other = server.database.connect().await;
    let tx = other.begin().await.unwrap();
    let principal = alpha.tenant.principal();
    let take =
        format!("INSERT INTO idempotency_key VALUES ('{principal}', 'night-1', '', 'null', now())");
    tx.execute_unprepared(&take).await.unwrap();
    server.on_writer("SET lock_timeout = '50ms'").await;
    assert_eq!(code(&push()), "IDEMPOTENCY_IN_PROGRESS");
    tx.rollback().await.unwrap();
    assert_eq!(push()["data"]["pushRecords"]["replayed"], false);
}

async fn a_database_that_cannot_take_a_key_does_not_answer_now(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let full = "53100";
    server
        .database
        .fail_inserts("idempotency_key", "true", full)
        .await;
    let input = json!({ "rows": [], "idempotencyKey": "night-1" });
    assert_eq!(code(&alpha.ask(input).1), "UNAVAILABLE");
}
