//! `audit verify`, and the server that keeps the audit, as processes.

use std::process::Output;

use sea_orm::ConnectionTrait;
use serde_json::Value;
use tests::{TestDatabase, on_both};

use crate::program::{Serving, run, said};

on_both!(a_server_keeps_the_audit_and_the_command_line_verifies_it);

fn verify(database: &TestDatabase, arguments: &[&str]) -> Output {
    let command = ["audit", "verify", "--database-url", database.url()];
    run(&[&command, arguments].concat())
}

/// What is printed of a chain that holds.
fn intact(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

async fn a_server_keeps_the_audit_and_the_command_line_verifies_it(database: TestDatabase) {
    let mut serving = Serving::start(database.url(), &[]);
    let address = serving.address();
    let url = database.url();
    let client = [
        "client",
        "create",
        "--operator",
        "--name",
        "console",
        "--scope",
        "sync",
    ];
    let made = run(&[&client[..], &["--database-url", url]].concat());
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let [id, secret] = ["client_id", "client_secret"].map(|name| made[name].as_str().unwrap());
    for (secret, status) in [(secret, 200), ("wrong", 401)] {
        let body = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
        let asked = ureq::post(format!("http://{address}/oauth/token"));
        let asked = asked.config().http_status_as_error(false).build();
        let asked = asked.content_type("application/x-www-form-urlencoded");
        assert_eq!(asked.send(&body).unwrap().status(), status);
    }
    assert_eq!(serving.stop(), Some(0));

    // The first signing key, the client, and the two sign-ins.
    let first = intact(&verify(&database, &[]));
    assert_eq!(
        (&first["sealed"], &first["unsealed"]),
        (&4.into(), &0.into())
    );
    let seal = first["seal"].as_str().unwrap();
    assert_eq!(intact(&verify(&database, &["--expect", seal])), first);

    let db = database.connect().await;
    let forged = "UPDATE audit_event SET network = NULL WHERE kind = 'SIGN_IN_FAILED'";
    db.execute_unprepared(forged).await.unwrap();
    let other = format!("4:{}", "A".repeat(43));
    for (arguments, words) in [
        (&[][..], "the audit is broken: event-4 was changed"),
        (&["--expect", "5"], "`5` is no seal"),
        (&["--expect", &other], "event-4 was changed"),
    ] {
        let refused = verify(&database, arguments);
        assert!(!refused.status.success() && refused.stdout.is_empty());
        assert!(said(&refused).contains(words), "{}", said(&refused));
    }
    assert_eq!(verify(&database, &[]).status.code(), Some(1));
}
