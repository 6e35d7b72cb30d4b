//! What `docs/operate.md` tells operators to do, word by word and in its order, on a registry with the
//! demo: each request is sent with a token of the client that was made last.

use std::process::Command;

use chrono::TimeDelta;
use partner_registry::auth::issuer::Issuers;
use partner_registry::delivery::demo;
use partner_registry::http::Web;
use serde_json::{Map, Value, json};
use tests::{Backend, Caller, TestApp, TestDatabase, TestServer, on_both, start_of_time};

use crate::program::{run, said, words};
use crate::sign_in::{sign_in, token};

const OPERATE: &str = include_str!("../../docs/operate.md");

on_both!(each_step_does_what_it_says);

/// What the document says to do.
enum Step {
    Command(&'static str),
    Request(&'static str),
}

/// The steps, in their order.
fn steps() -> Vec<Step> {
    let mut steps = Vec::new();
    for (n, part) in OPERATE.split("```").enumerate() {
        if n % 2 == 1 {
            steps.extend(part.strip_prefix("graphql\n").map(Step::Request));
        } else {
            let commands = part.lines();
            let commands = commands.filter_map(|line| line.strip_prefix("    partner-registry "));
            steps.extend(commands.map(Step::Command));
        }
    }
    steps
}

async fn each_step_does_what_it_says(server: TestServer) {
    demo::load_if_empty(&server.registry, &server.actor)
        .await
        .expect("the demo loads");
    let mut caller = server.as_anonymous();
    let mut client = None;
    // The ids that were answered, by the names of their fields.
    let mut ids = Map::new();
    let mut requests = 0;
    for step in steps() {
        match step {
            Step::Command(command) => {
                if let Some(made) = command_runs(&server, command) {
                    caller = signed_in(&server, &made);
                    client = Some(made);
                }
            }
            Step::Request(document) => {
                let mut variables = ids.clone();
                variables.retain(|name, _| document.contains(&format!("${name}")));
                let answers = caller.query(document, Value::Object(variables));
                for answer in answers.as_object().expect("answers").values() {
                    assert_eq!(answer["userErrors"], json!([]), "{document}");
                    let fields = answer.as_object().expect("fields").iter();
                    ids.extend(fields.map(|(name, field)| (name.clone(), field["id"].clone())));
                }
                requests += 1;
            }
        }
    }
    assert_eq!(requests, 5);
    assert_eq!(steward_of(&caller, &ids["organisation"]), "EUROBIOMED");
    let client = client.expect("the cluster's client");
    a_copy_takes_its_place(server, &client, &ids["organisation"]).await;
}

/// What was there at the backup is there again, for the client of then, and what came later is not.
async fn a_copy_takes_its_place(server: TestServer, client: &Client, organisation: &Value) {
    let late = crate::given::organisation("After the backup");
    let late = crate::sight::id("organisation", server.put(late).await.id);
    let server = restored(server).await;
    let caller = signed_in(&server, client);
    assert_eq!(steward_of(&caller, organisation), "EUROBIOMED");
    let document = "query ($id: ID!) { organisation(id: $id) { id } }";
    let gone = server.query(document, json!({ "id": late }));
    assert_eq!(gone["organisation"], Value::Null);
}

/// Stops the registry, puts the copy in the place of its database and starts it, as the document says.
async fn restored(server: TestServer) -> TestServer {
    let (database, registry) = (server.database.clone(), server.registry.clone());
    drop(server);
    registry.close().await.expect("its connections close");
    match database.backend() {
        Backend::Sqlite => {
            let file = |name: &str| {
                assert!(OPERATE.contains(name), "the document names {name}");
                database.directory().join(name)
            };
            for beside in ["registry.db-wal", "registry.db-shm"] {
                // Who stopped last may have removed it.
                let _ = std::fs::remove_file(file(beside));
            }
            let copy = file("registry-2026-11-22.db");
            std::fs::rename(copy, file("registry.db")).expect("the copy");
        }
        Backend::Postgres => in_the_shell(&database, "pg_restore"),
    }
    let app = TestApp::at(database, start_of_time() + TimeDelta::days(1)).await;
    let app = app.expect("the registry opens");
    TestServer::serve(app, Issuers::default(), Web::default()).await
}

/// Runs the command of the document that begins with this word.
fn in_the_shell(database: &TestDatabase, word: &str) {
    let mut commands = OPERATE.split('`');
    let command = commands.find(|text| text.starts_with(&format!("{word} ")));
    let mut shell = Command::new("sh");
    shell.args(["-c", command.expect(word)]);
    shell.env("REGISTRY_DATABASE_URL", database.url());
    let output = shell
        .current_dir(database.directory())
        .output()
        .expect(word);
    assert!(output.status.success(), "{word}: {}", said(&output));
}

/// The id and the secret of a client.
type Client = (String, String);

fn signed_in(server: &TestServer, (id, secret): &Client) -> Caller {
    server.with_token(token(&sign_in(server, (id, secret))))
}

/// Who is responsible for what was written first.
fn steward_of(caller: &Caller, organisation: &Value) -> Value {
    let document = "query ($id: ID!) { organisation(id: $id) { visibility steward { name } } }";
    let data = caller.query(document, json!({ "id": organisation }));
    assert_eq!(data["organisation"]["visibility"], "PARTNERS");
    data["organisation"]["steward"]["name"].clone()
}

/// Runs a command; the client that it makes, if it makes one.
fn command_runs(server: &TestServer, command: &str) -> Option<Client> {
    let mut arguments = words(command);
    if arguments[0] == "backup" {
        if server.database.backend() == Backend::Postgres {
            in_the_shell(&server.database, "pg_dump");
            return None;
        }
        let file = server.database.directory().join(&arguments[1]);
        arguments[1] = file.display().to_string();
    }
    let database = ["--database-url", server.database.url()];
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let output = run(&[&arguments[..], &database].concat());
    assert!(output.status.success(), "{command}: {}", said(&output));
    let made: Value = serde_json::from_slice(&output.stdout).ok()?;
    let [id, secret] = ["client_id", "client_secret"].map(|name| made[name].as_str());
    Some((id?.to_owned(), secret?.to_owned()))
}

#[test]
fn the_files_that_it_names_are_there() {
    for (name, words) in [
        ("../Containerfile", "REGISTRY_PUBLIC_URL="),
        ("partner-registry.service", "partner-registry serve"),
    ] {
        assert!(OPERATE.contains(&format!("]({name})")), "{name}");
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/").to_owned() + name;
        let text = std::fs::read_to_string(&file).expect(&file);
        assert!(text.contains(words), "{name}");
    }
}
