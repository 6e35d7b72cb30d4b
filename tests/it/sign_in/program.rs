//! The command line for clients, keys and tokens, as people and scripts use it.

use std::process::Output;

use entities::signing_key;
use partner_registry::registry::Patch;
use sea_orm::EntityTrait;
use serde_json::Value;
use tests::{TestApp, TestDatabase, on_both, on_sqlite, start_of_time};

use crate::given;
use crate::program::{program, run, said};

on_both!(clients_are_kept_from_the_command_line);
on_sqlite!(
    keys_are_wrapped_with_the_master_key,
    a_token_is_printed_for_trying_things
);

/// What a command prints that must succeed.
fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", said(output));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// A command on a client, over a database.
fn client(database: &TestDatabase, arguments: &[&str]) -> Output {
    run(&[&["client"], arguments, &["--database-url", database.url()]].concat())
}

async fn clients_are_kept_from_the_command_line(database: TestDatabase) {
    let app = TestApp::at(database.clone(), start_of_time())
        .await
        .unwrap();
    let organisation = app.put(given::organisation("Fondazione TLS")).await.id;
    let mut row = given::cluster(organisation, "Tuscany Life Sciences Cluster");
    row.patch.acronym = Patch::Set("TLS".to_owned());
    app.put(row).await;
    let create = |of: &[&str], name: &str, scope: &str| {
        let create = ["create", "--name", name, "--scope", scope];
        client(&database, &[&create, of].concat())
    };
    let mut ids = Vec::new();
    for (of, name) in [
        (&["--operator"][..], "console"),
        (&["--cluster", "tls"], "CRM"),
        (&["--cluster", "tuscany life sciences CLUSTER"], "Dashboard"),
    ] {
        let printed = stdout(&create(of, name, "registry:read"));
        let printed: Value = serde_json::from_str(&printed).unwrap();
        let fields: Vec<_> = printed.as_object().unwrap().keys().cloned().collect();
        assert_eq!(fields, ["client_id", "client_secret"]);
        ids.push(printed["client_id"].as_str().unwrap().to_owned());
    }
    for (of, name, scope, words) in [
        (
            &["--operator"][..],
            "console",
            "admin",
            "there is a client of that name",
        ),
        (
            &["--operator"],
            "other",
            "everything",
            "`everything` is no scope",
        ),
        (
            &["--cluster", "nowhere"],
            "other",
            "admin",
            "there is no cluster `nowhere`",
        ),
        (
            &["--agency", "agency_0"],
            "other",
            "admin",
            "no id of an agency",
        ),
        (&[], "other", "admin", "required"),
        (
            &["--operator", "--cluster", "tls"],
            "other",
            "admin",
            "cannot be used with",
        ),
    ] {
        let refused = create(of, name, scope);
        assert!(
            !refused.status.success() && refused.stdout.is_empty(),
            "{of:?} {name}"
        );
        assert!(
            said(&refused).contains(words),
            "{words}: {}",
            said(&refused)
        );
    }
    let rotated = stdout(&client(&database, &["rotate", &ids[1]]));
    assert!(
        rotated.contains(&ids[1]) && rotated.contains("prs_"),
        "{rotated}"
    );
    assert_eq!(stdout(&client(&database, &["revoke", &ids[1]])), "");
    assert!(!client(&database, &["rotate", &ids[1]]).status.success());
    let list = stdout(&client(&database, &["list"]));
    let rows: Vec<Value> = list
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let names: Vec<_> = rows
        .iter()
        .map(|row| (row["name"].as_str().unwrap(), row["revoked_at"].is_null()))
        .collect();
    assert_eq!(
        names,
        [("console", true), ("CRM", false), ("Dashboard", true)]
    );
    assert!(!list.contains("prs_") && !list.contains("argon2"), "{list}");
    let clusters = app
        .registry
        .clusters_of(&app.actor, vec![organisation.into()]);
    let cluster = clusters.await.unwrap().into_values().next().unwrap();
    assert_eq!(
        cluster.steward_id,
        Some(cluster.id),
        "it is registered, too"
    );
}

async fn keys_are_wrapped_with_the_master_key(database: TestDatabase) {
    let token = |master: &str| {
        let mut command = program(&["token", "--database-url", database.url()]);
        command.env("REGISTRY_MASTER_KEY", master).output().unwrap()
    };
    let keys = async || {
        let rows = signing_key::Entity::find()
            .all(&database.connect().await)
            .await
            .unwrap();
        let mut private: Vec<_> = rows.into_iter().filter_map(|row| row.private_key).collect();
        private.pop().filter(|_| private.is_empty()).unwrap()
    };
    stdout(&token(""));
    assert!(keys().await.starts_with("plain:"));
    let (master, other) = ("A".repeat(43) + "=", "B".repeat(42) + "A=");
    stdout(&token(&master));
    let wrapped = keys().await;
    assert!(
        wrapped.starts_with("xchacha20poly1305:"),
        "a plain key is replaced by a wrapped one"
    );
    stdout(&token(&master));
    assert_eq!(keys().await, wrapped);
    for (master, words) in [
        ("", "set REGISTRY_MASTER_KEY"),
        (&other, "does not open the database's signing key"),
        ("short", "a master key is 32 bytes in base64"),
    ] {
        let refused = token(master);
        assert_eq!(refused.status.code(), Some(1));
        assert!(said(&refused).contains(words), "{}", said(&refused));
    }
    let refused = run(&["keys", "rotate", "--database-url", database.url()]);
    assert!(
        said(&refused).contains("set REGISTRY_MASTER_KEY"),
        "{}",
        said(&refused)
    );
    assert_eq!(keys().await, wrapped);
    let mut rotate = program(&["keys", "rotate", "--database-url", database.url()]);
    stdout(&rotate.env("REGISTRY_MASTER_KEY", &master).output().unwrap());
    assert_ne!(keys().await, wrapped);
}

async fn a_token_is_printed_for_trying_things(database: TestDatabase) {
    let url = database.url();
    let token = |arguments: &[&str]| run(&[&["token", "--database-url", url], arguments].concat());
    let parts = |output: &Output| stdout(output).trim().split('.').count();
    assert_eq!(parts(&token(&[])), 3);
    let made = stdout(&client(
        &database,
        &["create", "--operator", "--name", "a", "--scope", "sync"],
    ));
    let made: Value = serde_json::from_str(&made).unwrap();
    let id = made["client_id"].as_str().unwrap();
    assert_eq!(parts(&token(&["--client", id])), 3);
    assert_eq!(parts(&token(&["--client", id, "--scope", "sync"])), 3);
    for (arguments, words) in [
        (
            &["--client", id, "--scope", "admin"][..],
            "the client has the scopes: sync",
        ),
        (&["--client", "x"], "no id of a client"),
        (&["--public-url", "ftp://x"], "is no public URL"),
    ] {
        let refused = token(arguments);
        assert_eq!(refused.status.code(), Some(1), "{arguments:?}");
        assert!(said(&refused).contains(words), "{}", said(&refused));
    }
}
