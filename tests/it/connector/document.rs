//! What `docs/connect-your-crm.md` tells clusters to do, word by word and in its order.

use tests::{TestServer, on_both};

use super::process::{Connector, DOCUMENT};
use crate::node::said;

on_both!(each_step_does_what_it_says);

/// The commands of the document and what it shows of their answers, in their order. After the first push
/// the CRM's people mend what the text says.
async fn each_step_does_what_it_says(server: TestServer) {
    let Some(connector) = Connector::of(&server).await else {
        return;
    };
    let (mut commands, mut seen) = (0, Vec::new());
    for block in DOCUMENT.split("```").skip(1).step_by(2) {
        if let Some(steps) = block.strip_prefix("console\n") {
            for step in steps.split("$ python -m connector ").skip(1) {
                let (command, shown) = step.split_once('\n').unwrap();
                let command = with_ids(command, &seen);
                let output = connector.run(&command.split(' ').collect::<Vec<_>>());
                assert_eq!(without_ids(&said(&output)), shown, "{command}");
                seen.extend(ids(&said(&output)));
                commands += 1;
                if commands == 2 {
                    connector.replace("members.csv", ";Luca;", ";Lucca;");
                }
            }
        } else if let Some(mapping) = block.strip_prefix("toml\n") {
            connector.add_to_mapping(mapping);
        }
    }
    assert_eq!(commands, 8);
}

/// The ids in a text.
fn ids(text: &str) -> Vec<String> {
    let is_part = |sign: char| sign.is_ascii_alphanumeric() || sign == '_';
    let words = text.split(|sign: char| !is_part(sign));
    words
        .filter(|word| word.contains("_0"))
        .map(str::to_owned)
        .collect()
}

/// A command with the ids that were last seen, where the document has `…`.
fn with_ids(command: &str, seen: &[String]) -> String {
    seen.iter().rev().fold(command.to_owned(), |command, id| {
        let (kind, _) = id.split_once("_0").unwrap();
        command.replace(&format!("{kind}_…"), id)
    })
}

/// A text with `…` for what differs from one registry to the next: ids, and numbers of records.
fn without_ids(text: &str) -> String {
    let ids = ids(text).into_iter();
    let text = ids.fold(text.to_owned(), |text, id| {
        let (kind, _) = id.split_once("_0").unwrap();
        text.replace(&id, &format!("{kind}_…"))
    });
    let number = |word: &str| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    let lines = text.lines().map(|line| {
        let words = line
            .split(' ')
            .map(|word| if number(word) { "…" } else { word });
        words.collect::<Vec<_>>().join(" ") + "\n"
    });
    lines.collect()
}
