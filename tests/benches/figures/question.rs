//! What is asked: documents of the contract, word by word, with the values of their variables.

use serde_json::{Value, json};

use crate::client;

const MEMBERS: &str = include_str!("../../data/contract/members.graphql");
const PROJECTS: &str = include_str!("../../data/contract/projects.graphql");

/// An operation of a document.
pub(crate) struct Question {
    /// Its name; the floor answers it under this path.
    pub(crate) operation: &'static str,
    /// The whole document, with the other operations in it.
    pub(crate) document: &'static str,
    /// The values of its variables.
    pub(crate) variables: Value,
    /// The part of the floor's speed that is promised on `PostgreSQL`.
    pub(crate) promised: f64,
}

impl Question {
    /// The first 50 organisations of Tuscany, with what they take part in.
    pub(crate) fn members() -> Self {
        Self {
            operation: "Members",
            document: MEMBERS,
            variables: json!({ "region": "ITI1", "first": 50 }),
            promised: 0.5,
        }
    }

    /// The newest projects about health, with their consortia.
    pub(crate) fn projects(first: u32) -> Self {
        Self {
            operation: "Projects",
            document: PROJECTS,
            variables: json!({ "search": "health", "first": first }),
            promised: 0.5,
        }
    }

    /// Who holds these identifiers.
    pub(crate) fn by_identifiers(keys: &[(String, String)]) -> Self {
        let keys = keys
            .iter()
            .map(|(scheme, value)| json!({ "scheme": scheme, "value": value }));
        Self {
            operation: "ByIdentifiers",
            document: MEMBERS,
            variables: json!({ "keys": keys.collect::<Vec<_>>() }),
            promised: 0.3,
        }
    }

    /// The body of the request, the same for the registry and for the floor.
    pub(crate) fn body(&self) -> String {
        let Self {
            operation,
            document,
            variables,
            ..
        } = self;
        client::body(document, operation, variables)
    }
}
