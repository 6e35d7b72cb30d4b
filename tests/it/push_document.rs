//! The examples of docs/push.md, word by word: each document, with what is sent and what is answered.

use std::collections::HashMap;

use entities::record::Visibility::Partners;
use partner_registry::registry::Patch;
use serde_json::Value;
use tests::{TestServer, on_both};

use crate::given;
use crate::push::Pusher;
use crate::sight::shown;

const DOCUMENT: &str = include_str!("../../docs/push.md");

/// An id in the document: its kind, and then that it differs each time.
const ANY: &str = "_…";

/// The blocks in their order: language and content.
fn blocks() -> Vec<(&'static str, &'static str)> {
    let blocks = DOCUMENT.split("```").skip(1).step_by(2);
    blocks.filter_map(|block| block.split_once('\n')).collect()
}

/// The ids of the kinds that the answers so far have told, the last of each.
#[derive(Default)]
struct Told(HashMap<String, Value>);

impl Told {
    /// What is sent: in the place of an id the one that was told.
    fn fill(&self, sent: &mut Value) {
        match sent {
            Value::String(text) if text.ends_with(ANY) => {
                *sent = self
                    .0
                    .get(text.as_str())
                    .expect("an id that was told")
                    .clone();
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.fill(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.fill(field)),
            _ => {}
        }
    }

    /// What is answered, as the document has it: of an id its kind.
    fn note(&mut self, answer: &mut Value) {
        match answer {
            Value::String(text) => {
                let kind = text.rsplit_once('_').filter(|(_, rest)| rest.len() == 26);
                let Some(shown) = kind.map(|(kind, _)| format!("{kind}{ANY}")) else {
                    return;
                };
                let id = std::mem::replace(answer, Value::String(shown.clone()));
                self.0.insert(shown, id);
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.note(item)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.note(field)),
            _ => {}
        }
    }
}

async fn the_examples_answer_what_they_say(server: TestServer) {
    let [tuscany, alpine] = Pusher::partners_named(&server, ["Tuscany", "Alpine Health"]).await;
    let mut known = given::organisation("Rete Oncologica Toscana");
    known.patch.country = Patch::Set("IT".to_owned());
    alpine.tenant.put(&server, shown(Partners, known)).await;
    let mut told = Told::default();
    let (mut document, mut sent, mut answered) = ("", None, 0);
    for (language, block) in blocks() {
        match (language, sent.take()) {
            ("graphql", None) => document = block,
            ("json", None) => {
                let mut variables: Value = serde_json::from_str(block).expect(block);
                told.fill(&mut variables);
                sent = Some(variables);
            }
            ("json", Some(variables)) => {
                let expected: Value = serde_json::from_str(block).expect(block);
                let mut answer = tuscany.caller.query(document, variables);
                told.note(&mut answer);
                assert_eq!(answer, expected, "{answer:#}");
                answered += 1;
            }
            other => panic!("a document, what is sent, what is answered: {other:?}"),
        }
    }
    assert_eq!(answered, 7);
}

on_both!(the_examples_answer_what_they_say);
