//! Records made as a client makes them: through the mutations of the API.

use serde_json::{Value, json};
use tests::TestServer;

/// Runs a mutation, and returns its payload with the record under `record`.
pub(crate) fn mutate(server: &TestServer, verb: &str, noun: &str, input: &Value) -> Value {
    let title = capital(noun);
    let input_type = match verb {
        "archive" | "restore" => "ArchiveInput".to_owned(),
        _ => format!("{}{title}Input", capital(verb)),
    };
    let document = format!(
        "mutation Write($input: {input_type}!) {{
            answer: {verb}{title}(input: $input) {{
                record: {noun} {{ id version visibility }}
                userErrors {{ code path message }}
            }}
        }}"
    );
    server.query(&document, json!({ "input": input }))["answer"].take()
}

/// Makes a record, and returns its id.
pub(crate) fn post(server: &TestServer, noun: &str, data: &Value) -> String {
    let payload = mutate(server, "create", noun, &json!({ "data": data }));
    assert_eq!(payload["userErrors"], json!([]), "{noun} {data}");
    text(&payload, "/record/id")
}

/// Names another record in an input.
pub(crate) fn by_id(id: &str) -> Value {
    json!({ "id": id })
}

/// An id in the right form, of which there is no record.
pub(crate) fn nobody(prefix: &str) -> String {
    format!("{prefix}_01h455vb4pex5vsknk084sn02q")
}

/// The text at a place of an answer.
pub(crate) fn text(answer: &Value, pointer: &str) -> String {
    let text = answer.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("no text at {pointer} of {answer:#}"))
        .to_owned()
}

/// What stands at the same place of each item of a list.
pub(crate) fn each<'a>(list: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let items = list
        .as_array()
        .unwrap_or_else(|| panic!("no list: {list:#}"));
    items
        .iter()
        .map(|item| item.pointer(pointer).unwrap_or(&Value::Null))
        .collect()
}

/// The first code of an answer's errors, which is there.
pub(crate) fn code(answer: &Value) -> String {
    text(answer, "/errors/0/extensions/code")
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at(1);
    format!("{}{rest}", first.to_ascii_uppercase())
}
