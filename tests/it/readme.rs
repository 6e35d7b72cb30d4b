//! The examples of the README and of docs/sync.md, word by word, against the demo.

use partner_registry::delivery::demo;
use serde_json::Value;
use tests::{TestServer, on_both};

const README: &str = include_str!("../../README.md");
const SYNC: &str = include_str!("../../docs/sync.md");

/// The bodies and the answers of a text's `curl` examples.
fn examples(text: &str) -> Vec<(Value, Value)> {
    let blocks: Vec<&str> = text.split("```").skip(1).step_by(2).collect();
    let of = |language: &str| -> Vec<&str> {
        blocks
            .iter()
            .filter_map(|block| block.strip_prefix(language))
            .collect()
    };
    let bodies = of("sh\n").into_iter().map(|shell| {
        let body = shell
            .split("-d '")
            .nth(1)
            .expect("a body")
            .trim_end()
            .trim_end_matches('\'');
        serde_json::from_str(body).expect("a body in JSON")
    });
    let answers = of("json\n").into_iter();
    let answers = answers.map(|answer| serde_json::from_str(answer).expect("an answer in JSON"));
    bodies.zip(answers).collect()
}

async fn the_examples_answer_what_they_say(server: TestServer) {
    assert!(
        demo::load_if_empty(&server.registry, &server.actor)
            .await
            .expect("the demo loads")
    );
    let examples = examples(README);
    assert_eq!(examples.len(), 3, "README promises three examples");
    let nobody = server.as_anonymous();
    for (body, expected) in examples {
        let document = body["query"].as_str().expect("a document");
        let data = nobody.query(document, body["variables"].clone());
        assert_eq!(data, expected["data"], "{document}");
    }
}

/// The examples of sync go on from each other: a cursor is written as `…`.
async fn the_examples_of_sync_answer_what_they_say(server: TestServer) {
    demo::load_if_empty(&server.registry, &server.actor)
        .await
        .expect("the demo loads");
    let examples = examples(SYNC);
    assert_eq!(examples.len(), 2, "a first page, and the next one");
    let nobody = server.as_anonymous();
    let mut cursor = Value::Null;
    for (body, expected) in examples {
        let mut variables = body["variables"].clone();
        if variables["after"] == "…" {
            variables["after"] = cursor;
        }
        let document = body["query"].as_str().expect("a document");
        let mut data = nobody.query(document, variables);
        cursor = data["changes"]["cursor"].take();
        data["changes"]["cursor"] = "…".into();
        assert_eq!(data, expected["data"], "{document}");
    }
}

on_both!(
    the_examples_answer_what_they_say,
    the_examples_of_sync_answer_what_they_say,
);
