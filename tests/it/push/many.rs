//! Many rows, in few statements, and in none where there is nothing new.

use serde_json::{Value, json};
use tests::{TestServer, as_long_as, assert_ledger, on_both};

use super::{Pusher, membership, organisation};

on_both! {
    a_nightly_push_repeated_unchanged_takes_no_position,
    statements_do_not_grow_with_rows,
}

/// Rows of the nightly push, when nothing is said.
const ROWS: usize = 1_000;

fn members(from: usize, to: usize) -> Value {
    let rows = (from..to).flat_map(|n| {
        let pic = format!("9{n:08}");
        let data = json!({ "name": format!("Organisation {n}"), "country": "IT", "kind": "COMPANY",
            "region": "ITI14", "website": format!("https://o{n}.example"),
            "address": { "city": "Firenze", "postalCode": "50123" },
            "identifiers": [{ "scheme": "EU_PIC", "value": pic }] });
        [
            organisation(&format!("a{n}"), data),
            membership(&format!("m{n}"), &format!("a{n}")),
        ]
    });
    rows.collect()
}

async fn a_nightly_push_repeated_unchanged_takes_no_position(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let rows = as_long_as("REGISTRY_TEST_ROWS", ROWS);
    let night = || -> Vec<Value> {
        let pages = (0..rows / 2).step_by(250);
        pages
            .map(|from| alpha.push(members(from, from + 250)))
            .collect()
    };
    for page in night() {
        assert_eq!(page["summary"]["created"], 500);
    }
    for page in night() {
        assert_eq!(page["summary"]["unchanged"], 500);
        assert_eq!(page["position"], Value::Null);
    }
    assert_ledger(&server.database).await;
}

async fn statements_do_not_grow_with_rows(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    alpha.push(members(0, 1));
    let mut counted = Vec::new();
    for (from, to) in [(10, 12), (20, 120)] {
        drop(server.statements.take());
        alpha.push(members(from, to));
        counted.push(server.statements.take().len());
    }
    assert_eq!(counted[0], counted[1], "two and a hundred organisations");
}
