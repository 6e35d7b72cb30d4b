//! A push that is sent again is done once; one that is only tried, or that fails as a whole, is not done.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{PUSH, Pusher, organisation, outcomes};
use crate::posted::{code, each};

on_both! {
    a_repeated_push_gets_its_first_answer,
    the_header_is_a_key_as_well,
    a_key_is_for_one_push,
    a_key_is_its_principals_own,
    a_push_that_is_tried_leaves_nothing,
    all_or_nothing_is_nothing_when_a_row_fails,
    all_or_nothing_is_all_when_none_does,
    of_many_who_send_one_push_at_once_one_does_it,
    a_key_in_a_header_that_cannot_be_read_is_refused,
    a_key_is_forgotten_by_whose_it_was,
    what_was_taken_back_has_no_version,
}

fn rows() -> Value {
    json!([
        organisation("a1", json!({ "name": "Biotech", "country": "IT" })),
        organisation("a2", json!({ "name": "" })),
    ])
}

async fn a_repeated_push_gets_its_first_answer(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let input = json!({ "rows": rows(), "idempotencyKey": "night-1" });
    let mut first = alpha.push_as(input.clone());
    assert_eq!(outcomes(&first), ["CREATED", "REJECTED"]);
    assert_eq!(first["replayed"], false);
    alpha.organisation("a1", json!({ "name": "Biotech Italia" }));
    let again = alpha.push_as(input);
    first["replayed"] = json!(true);
    assert_eq!(again, first, "with its position");
    assert_ledger(&server.database).await;
}

async fn the_header_is_a_key_as_well(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let send = |input: Value, key: &str| {
        let body = json!({ "query": PUSH, "variables": { "input": input } }).to_string();
        let token = format!("Bearer {}", alpha.caller.token());
        let headers = [
            ("content-type", "application/json"),
            ("authorization", token.as_str()),
            ("idempotency-key", key),
        ];
        alpha.caller.post_raw(body.as_bytes(), &headers).json()
    };
    let input = json!({ "source": "crm", "rows": rows() });
    let first = send(input.clone(), "night-1");
    assert_eq!(first["data"]["pushRecords"]["replayed"], false, "{first}");
    assert_eq!(
        send(input.clone(), "night-1")["data"]["pushRecords"]["replayed"],
        true
    );
    let mut both = input;
    both["idempotencyKey"] = json!("night-2");
    assert_eq!(code(&send(both, "night-1")), "BAD_REQUEST");
}

async fn a_key_is_for_one_push(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    alpha.push_as(json!({ "rows": rows(), "idempotencyKey": "night-1" }));
    let other = json!({ "rows": [], "idempotencyKey": "night-1" });
    assert_eq!(code(&alpha.ask(other).1), "IDEMPOTENCY_KEY_REUSED");
    for key in ["", "x\ny", &"x".repeat(201)] {
        let input = json!({ "rows": rows(), "idempotencyKey": key });
        assert_eq!(code(&alpha.ask(input).1), "BAD_REQUEST");
    }
}

async fn a_key_is_its_principals_own(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let input = json!({ "rows": [], "idempotencyKey": "night-1" });
    for one in [&alpha, &beta] {
        assert_eq!(one.push_as(input.clone())["replayed"], false);
    }
}

async fn a_push_that_is_tried_leaves_nothing(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let tried = alpha.push_as(json!({ "rows": rows(), "dryRun": true, "idempotencyKey": "k" }));
    assert_eq!(tried["dryRun"], true);
    assert_eq!(outcomes(&tried), ["CREATED", "REJECTED"]);
    assert_eq!(each(&tried["results"], "/id"), [&Value::Null, &Value::Null]);
    assert_eq!(tried["position"], Value::Null);
    let done = alpha.push(rows());
    assert_eq!(outcomes(&done), ["CREATED", "REJECTED"]);
    assert_ledger(&server.database).await;
}

async fn all_or_nothing_is_nothing_when_a_row_fails(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let done = alpha.push_as(json!({ "rows": rows(), "mode": "ALL_OR_NOTHING" }));
    assert_eq!(outcomes(&done), ["ROLLED_BACK", "REJECTED"]);
    assert_eq!(done["position"], Value::Null);
    assert_eq!(done["dryRun"], false);
    assert_eq!(outcomes(&alpha.push(rows())), ["CREATED", "REJECTED"]);
}

async fn all_or_nothing_is_all_when_none_does(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let row = organisation("a1", json!({ "name": "Biotech" }));
    let done = alpha.push_as(json!({ "rows": [row], "mode": "ALL_OR_NOTHING" }));
    assert_eq!(outcomes(&done), ["CREATED"]);
    assert!(done["position"].is_string());
}

async fn of_many_who_send_one_push_at_once_one_does_it(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let input = json!({ "source": "crm", "rows": rows(), "idempotencyKey": "night-1" });
    let sent = (0..8).map(|_| {
        let (caller, input) = (alpha.caller.clone(), input.clone());
        tokio::task::spawn_blocking(move || caller.ask(PUSH, json!({ "input": input })).1)
    });
    let answers: Vec<Value> = join_all(sent)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let mut first = 0;
    for answer in &answers {
        match answer["data"]["pushRecords"]["replayed"].as_bool() {
            Some(replayed) => first += usize::from(!replayed),
            None => assert_eq!(code(answer), "IDEMPOTENCY_IN_PROGRESS"),
        }
    }
    assert_eq!(first, 1, "{answers:#?}");
    assert_ledger(&server.database).await;
}

async fn a_key_in_a_header_that_cannot_be_read_is_refused(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let input = json!({ "source": "crm", "rows": rows() });
    let body = json!({ "query": PUSH, "variables": { "input": input } }).to_string();
    let token = format!("Bearer {}", alpha.caller.token());
    for media in ["application/json", "text/event-stream"] {
        let headers = [
            ("content-type", "application/json"),
            ("accept", media),
            ("authorization", token.as_str()),
            ("idempotency-key", "Schlüssel"),
        ];
        let answer = alpha.caller.post_raw(body.as_bytes(), &headers);
        assert_eq!(answer.status, 400, "{media}");
        assert_eq!(code(&answer.json()), "BAD_REQUEST");
    }
    assert_eq!(outcomes(&alpha.push(rows())), ["CREATED", "REJECTED"]);
}

async fn a_key_is_forgotten_by_whose_it_was(server: TestServer) {
    use entities::idempotency_key::{Column, Entity};
    use sea_orm::{EntityTrait, QueryOrder};
    let [alpha, beta] = Pusher::partners(&server).await;
    let keys = || async {
        let rows = Entity::find().order_by_asc(Column::Key);
        let rows = rows.all(&server.database.connect().await).await.unwrap();
        rows.into_iter().map(|row| row.key).collect::<Vec<_>>()
    };
    let push = |one: &Pusher, key: &str| {
        let caller = one.tenant.caller(&server);
        let input = json!({ "source": "crm", "rows": [], "idempotencyKey": key });
        caller.query(PUSH, json!({ "input": input }));
    };
    push(&alpha, "a1");
    push(&beta, "b1");
    server.registry.clock().advance(chrono::TimeDelta::days(8));
    push(&beta, "b2");
    assert_eq!(keys().await, ["a1", "b2"]);
    push(&alpha, "a2");
    assert_eq!(keys().await, ["a2", "b2"]);
}

async fn what_was_taken_back_has_no_version(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let with_vat = |name: &str| {
        let vat = json!([{ "scheme": "VAT", "value": "IT00743110157" }]);
        json!({ "name": name, "country": "IT", "identifiers": vat })
    };
    alpha.organisation("a1", with_vat("Biotech"));
    beta.organisation("b1", json!({ "name": "Imaging" }));
    beta.organisation("b2", json!({ "name": "Gone" }));
    beta.organisation("b3", json!({ "name": "Same" }));
    let renamed = || organisation("b1", json!({ "name": "Imaging Italia" }));
    let rows = json!([
        renamed(),
        renamed(),
        super::withdraw("ORGANISATION", "b2"),
        organisation("b4", with_vat("Biotech")),
        organisation("b3", json!({ "name": "Same" })),
        organisation("b5", json!({ "name": "New" })),
        organisation("b5", json!({ "name": "Newer" })),
    ]);
    let tried = beta.push_as(json!({ "rows": rows, "dryRun": true }));
    let told = [
        "UPDATED",
        "UNCHANGED",
        "WITHDRAWN",
        "LINKED",
        "UNCHANGED",
        "CREATED",
        "UPDATED",
    ];
    assert_eq!(outcomes(&tried), told);
    let is_null = |field: &str| -> Vec<bool> {
        let values = each(&tried["results"], field).into_iter();
        values.map(Value::is_null).collect()
    };
    assert_eq!(
        is_null("/version"),
        [true, true, true, true, false, true, true]
    );
    assert_eq!(
        is_null("/id"),
        [false, false, false, false, false, true, true]
    );
    let mut failing = rows;
    failing
        .as_array_mut()
        .unwrap()
        .push(organisation("b6", json!({ "name": "" })));
    let failed = beta.push_as(json!({ "rows": failing, "mode": "ALL_OR_NOTHING" }));
    assert_eq!(each(&failed["results"], "/version")[..4], [&Value::Null; 4]);
}
