//! The examples of docs/access.md, word by word.

use partner_registry::auth::issuer::Issuers;
use partner_registry::auth::{Permission, Principal};
use serde_json::{Value, json};
use tests::{TestServer, on_both};
use ureq::SendBody;
use ureq::http::Method;

use partner_registry::auth::type_id;
use partner_registry::registry::access::NewClient;

const DOCUMENT: &str = include_str!("../../docs/access.md");

/// The blocks of a language.
fn blocks(language: &str) -> Vec<&'static str> {
    let blocks = DOCUMENT.split("```").skip(1).step_by(2);
    blocks
        .filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n'))
        .collect()
}

/// The text of the last argument in single quotes.
fn body(shell: &str) -> &str {
    shell.rsplit('\'').nth(1).unwrap()
}

async fn the_examples_answer_what_they_say(server: TestServer) {
    let (shells, answers) = (blocks("sh"), blocks("json"));
    let [viewer, token, bearer] = shells[..] else {
        panic!("three examples: {shells:?}");
    };
    let answers: Vec<Value> = answers
        .iter()
        .map(|answer| serde_json::from_str(answer).unwrap())
        .collect();
    let nobody = server.as_anonymous();
    let ask = |caller: &tests::Caller, shell: &str| {
        let json = [("content-type", "application/json")];
        caller.post_raw(body(shell).as_bytes(), &json).json()
    };
    assert_eq!(ask(&nobody, viewer), answers[0]);

    let new = NewClient {
        principal: Principal::Operator,
        name: "console".to_owned(),
        permissions: "registry:read admin".parse().unwrap(),
    };
    let issued = server
        .registry
        .create_client(&server.actor, new)
        .await
        .unwrap();
    let form = token
        .split(" -d ")
        .skip(1)
        .map(str::trim)
        .collect::<Vec<_>>();
    let id = type_id::write(type_id::CLIENT, issued.client.id);
    let form = format!(
        "{}&client_id={id}&client_secret={}",
        form.join("&"),
        issued.secret
    );
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-length", &form.len().to_string()),
    ];
    let mut form = form.as_bytes();
    let form = SendBody::from_reader(&mut form);
    let mut said = nobody
        .request(Method::POST, "/oauth/token", &headers, form)
        .json();
    let token = said["access_token"].as_str().unwrap().to_owned();
    said["access_token"] = json!("…");
    assert_eq!(said, answers[1]);
    assert_eq!(ask(&server.with_token(token), bearer), answers[2]);
    let documents = blocks("graphql");
    assert_eq!(documents.len(), 2);
    for document in documents {
        server.query(document, json!({}));
    }
}

#[test]
fn the_example_of_issuers_is_one() {
    let [file] = blocks("issuers")[..] else {
        panic!("one file of issuers");
    };
    let issuers = Issuers::parse(file).unwrap();
    assert_eq!(issuers.issuers[0].principals.len(), 2);
}

#[test]
fn each_scope_is_described() {
    for scope in Permission::ALL {
        assert!(DOCUMENT.contains(&format!("`{scope}`")), "{scope}");
    }
}

on_both!(the_examples_answer_what_they_say);
