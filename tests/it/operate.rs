//! What `docs/operate.md` tells operators to do, word by word, on a registry with the demo.

use partner_registry::delivery::demo;
use serde_json::json;
use tests::{Backend, TestServer, on_both};

use crate::program::{run, said};

const OPERATE: &str = include_str!("../../docs/operate.md");

on_both!(each_step_does_what_it_says);

async fn each_step_does_what_it_says(server: TestServer) {
    demo::load_if_empty(&server.registry, &server.actor)
        .await
        .expect("the demo loads");
    let mutations = OPERATE.split("```graphql\n").skip(1);
    let mut done = 0;
    for mutation in mutations.filter_map(|rest| rest.split("```").next()) {
        let data = server.query(mutation, json!({}));
        for answer in data.as_object().expect("answers").values() {
            assert_eq!(answer["userErrors"], json!([]), "{mutation}");
        }
        done += 1;
    }
    let commands = OPERATE.lines();
    for command in commands.filter_map(|line| line.strip_prefix("    partner-registry ")) {
        let mut arguments = Vec::new();
        for (n, part) in command.split('"').enumerate() {
            if n % 2 == 1 {
                arguments.push(part.to_owned());
            } else {
                arguments.extend(part.split_whitespace().map(str::to_owned));
            }
        }
        let is_backup = arguments[0] == "backup";
        if is_backup && server.database.backend() == Backend::Postgres {
            continue;
        }
        if is_backup {
            let file = server.database.directory().join(&arguments[1]);
            arguments[1] = file.display().to_string();
        }
        arguments.extend([
            "--database-url".to_owned(),
            server.database.url().to_owned(),
        ]);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = run(&arguments);
        assert!(output.status.success(), "{command}: {}", said(&output));
        done += 1;
    }
    assert!(done >= 3, "{done} steps");
}
