//! A copy that is kept by `changes` alone, of whichever server answers.

use std::collections::BTreeMap;
use std::thread::JoinHandle;

use serde_json::{Value, json};

use super::client::Client;

/// What a copy keeps of each record, by the lists that have it.
const KEPT: [(&str, &str, &str); 2] = [
    (
        "organisations",
        "Organisation",
        "id version name description visibility steward { name }",
    ),
    (
        "memberships",
        "Membership",
        "id version visibility organisation { id } cluster { id }",
    ),
];

/// A reader with its copy.
pub(super) struct Reader {
    client: Client,
    cursor: Value,
    position: String,
    copy: BTreeMap<String, Value>,
}

impl Reader {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            cursor: Value::Null,
            position: String::new(),
            copy: BTreeMap::new(),
        }
    }

    /// Reads until nothing is pushed any more, and then to the end.
    pub(super) fn start(mut self) -> JoinHandle<Self> {
        std::thread::spawn(move || {
            loop {
                let is_quiet = self.client.is_quiet();
                let has_more = self.read();
                if is_quiet && !has_more {
                    return self;
                }
            }
        })
    }

    /// Reads a page and applies it; whether there is more.
    fn read(&mut self) -> bool {
        let kept = KEPT.map(|(_, kind, fields)| format!("... on {kind} {{ {fields} }}"));
        let document = format!(
            "query ($after: Cursor) {{
                changes(after: $after, limit: 50, waitMs: 200,
                        filter: {{ types: [ORGANISATION, MEMBERSHIP] }}) {{
                    cursor hasMore rebase {{ reason }}
                    changes {{ op id position record {{ {} }} }} }} }}",
            kept.join(" ")
        );
        let mut answer = self
            .client
            .query(&document, &json!({ "after": self.cursor }));
        let page = answer["changes"].take();
        assert_eq!(page["rebase"], Value::Null, "no kill makes one begin anew");
        for change in page["changes"].as_array().unwrap() {
            let word = |name: &str| change[name].as_str().unwrap().to_owned();
            let (id, position) = (word("id"), word("position"));
            assert!(position > self.position, "{change} after {}", self.position);
            self.position = position;
            match &*word("op") {
                "UPSERT" => self.copy.insert(id, change["record"].clone()),
                _ => self.copy.remove(&id),
            };
        }
        self.cursor = page["cursor"].clone();
        page["hasMore"] == true
    }

    /// Compares the copy with all that the reader may see.
    pub(super) fn compare(mut self) {
        let mut all = BTreeMap::new();
        for (list, _, fields) in KEPT {
            let records = self.client.all(list, fields).into_iter();
            all.extend(records.map(|it| (it["id"].as_str().unwrap().to_owned(), it)));
        }
        assert_eq!(self.copy, all, "left: the copy");
    }
}
