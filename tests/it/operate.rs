//! What `docs/operate.md` tells operators to do, word by word and in its order, on a registry with the
//! demo: each request is sent with a token of the client that was made last.

use partner_registry::delivery::demo;
use serde_json::{Map, Value, json};
use tests::{Backend, Caller, TestServer, on_both};

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
    // The ids that were answered, by the names of their fields.
    let mut ids = Map::new();
    let mut requests = 0;
    for step in steps() {
        match step {
            Step::Command(command) => {
                if let Some(made) = command_runs(&server, command) {
                    caller = server.with_token(made);
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
}

/// Who is responsible for what was written first.
fn steward_of(caller: &Caller, organisation: &Value) -> Value {
    let document = "query ($id: ID!) { organisation(id: $id) { visibility steward { name } } }";
    let data = caller.query(document, json!({ "id": organisation }));
    assert_eq!(data["organisation"]["visibility"], "PARTNERS");
    data["organisation"]["steward"]["name"].clone()
}

/// Runs a command; a token of the client that it makes, if it makes one.
fn command_runs(server: &TestServer, command: &str) -> Option<String> {
    let mut arguments = words(command);
    if arguments[0] == "backup" {
        if server.database.backend() == Backend::Postgres {
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
    Some(token(&sign_in(server, (id?, secret?))))
}
