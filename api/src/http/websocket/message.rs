//! The messages of `graphql-transport-ws`: read strictly, written as they are. Must not act on them.

use async_graphql::Request;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::graphql::endpoint::Answer;

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(super) enum Message {
    /// It says who it is.
    ConnectionInit {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    /// It asks whether we are there.
    Ping {
        #[serde(default)]
        payload: Option<Map<String, Value>>,
    },
    /// It says that it is there.
    Pong {
        #[serde(default, rename = "payload")]
        _payload: Option<Map<String, Value>>,
    },
    /// It begins an operation.
    Subscribe { id: String, payload: Box<Request> },
    /// It ends an operation.
    Complete { id: String },
}

impl Message {
    /// Reads a message.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let message = serde_json::from_str(text)
            .map_err(|error| format!("The message cannot be read: {error}"))?;
        match &message {
            Self::Subscribe { id, .. } | Self::Complete { id } if id.is_empty() => {
                Err("The message's `id` is empty".to_owned())
            }
            Self::Subscribe { payload, .. } if payload.query.is_empty() => {
                Err("The message's `payload` has no `query`".to_owned())
            }
            _ => Ok(message),
        }
    }
}

/// The connection is there.
pub(super) fn acknowledged() -> String {
    r#"{"type":"connection_ack"}"#.to_owned()
}

/// We are there.
pub(super) fn pong(payload: Option<Map<String, Value>>) -> String {
    match payload {
        Some(payload) => serde_json::json!({ "type": "pong", "payload": payload }).to_string(),
        None => r#"{"type":"pong"}"#.to_owned(),
    }
}

/// An answer to an operation; one that has no data is the operation's error, and its end.
pub(super) fn answer(id: &str, answer: &Answer) -> String {
    if answer.has_data() {
        of_operation("next", id, Some(&answer.to_json()))
    } else {
        of_operation("error", id, Some(&answer.errors_to_json()))
    }
}

/// The operation is at its end.
pub(super) fn complete(id: &str) -> String {
    of_operation("complete", id, None)
}

/// The payload is JSON already, and large: it is not read again.
fn of_operation(kind: &str, id: &str, payload: Option<&[u8]>) -> String {
    let mut text = format!(r#"{{"type":"{kind}","id":{}"#, Value::from(id));
    if let Some(payload) = payload {
        text.push_str(r#","payload":"#);
        text.push_str(&String::from_utf8_lossy(payload));
    }
    text.push('}');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_message_is_refused_with_words() {
        for (text, words) in [
            ("", "cannot be read"),
            ("[]", "cannot be read"),
            (r#"{"type":"start","id":"1"}"#, "unknown variant"),
            (r#"{"id":"1"}"#, "missing field `type`"),
            (
                r#"{"type":"subscribe","payload":{"query":"{ a }"}}"#,
                "missing field `id`",
            ),
            (
                r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#,
                "`id` is empty",
            ),
            (
                r#"{"type":"subscribe","id":"1"}"#,
                "missing field `payload`",
            ),
            (
                r#"{"type":"subscribe","id":"1","payload":{}}"#,
                "no `query`",
            ),
            (r#"{"type":"complete","id":1}"#, "cannot be read"),
            (r#"{"type":"complete","id":""}"#, "`id` is empty"),
            (
                r#"{"type":"connection_init","payload":7}"#,
                "cannot be read",
            ),
        ] {
            let error = Message::read(text).err().unwrap_or_default();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn an_id_is_written_as_it_was_sent() {
        let id = "a\"b\\";
        let text = complete(id);
        let read: Value = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(read, serde_json::json!({ "type": "complete", "id": id }));
    }
}
