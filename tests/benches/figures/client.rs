//! A client of the registry, or of the floor, that keeps its connection.

use std::net::SocketAddr;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

/// One who asks at an address.
pub(crate) struct Client {
    agent: ureq::Agent,
    url: String,
    token: Option<String>,
}

impl Client {
    /// With a token, or as nobody.
    pub(crate) fn new(address: SocketAddr, path: &str, token: Option<&str>) -> Self {
        Self {
            agent: ureq::agent(),
            url: format!("http://{address}{path}"),
            token: token.map(ToOwned::to_owned),
        }
    }

    /// What is answered, as it is written; an answer with errors is none.
    pub(crate) fn post(&self, body: &str) -> Result<String> {
        let mut request = self.agent.post(&self.url);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let answer = request.content_type("application/json").send(body)?;
        let answer = answer.into_body().into_with_config().limit(u64::MAX);
        let answer = answer.read_to_string()?;
        ensure!(!answer.starts_with(r#"{"errors""#), "{answer}");
        ensure!(!answer.contains(r#","errors":[{"message""#), "{answer}");
        Ok(answer)
    }

    /// What an operation of a document answers.
    pub(crate) fn ask(&self, document: &str, operation: &str, variables: &Value) -> Result<Value> {
        let body = body(document, operation, variables);
        let answer = self.post(&body).with_context(|| operation.to_owned())?;
        let mut answer: Value = serde_json::from_str(&answer)?;
        Ok(answer["data"].take())
    }
}

/// The body of a request.
pub(crate) fn body(document: &str, operation: &str, variables: &Value) -> String {
    json!({ "query": document, "operationName": operation, "variables": variables }).to_string()
}
