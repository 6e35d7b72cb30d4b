//! The sources of a cluster: how many there may be, and that only what they have is asked for.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use super::{Pusher, register};
use crate::posted::code;

on_both! {
    a_cluster_has_so_many_sources_and_no_more,
    a_source_with_an_impossible_name_is_none,
}

const REGISTER: &str = "mutation R($name: String!) { registerSource(input: { name: $name }) {
    source { name } userErrors { code path message } } }";

async fn a_cluster_has_so_many_sources_and_no_more(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    for n in 1..partner_registry::registry::MAX_SOURCES {
        register(&server, alpha.tenant, &format!("source {n}")).await;
    }
    let registered = |name: &str| {
        let answer = alpha.caller.query(REGISTER, json!({ "name": name }));
        answer["registerSource"].clone()
    };
    let refused = registered("one more");
    assert_eq!(refused["source"], Value::Null);
    let error = &refused["userErrors"][0];
    assert_eq!(
        (&error["code"], &error["path"]),
        (&json!("INVALID_STATE"), &json!("name"))
    );
    assert_eq!(registered("crm")["userErrors"], json!([]), "it is there");
    Pusher::new(&server, "Beta").await;
}

async fn a_source_with_an_impossible_name_is_none(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    for name in ["crm\u{0}", "\u{0}", "nothing"] {
        let input = json!({ "source": name, "rows": [] });
        let (_, answer) = alpha.caller.ask(super::PUSH, json!({ "input": input }));
        assert_eq!(code(&answer), "BAD_REQUEST", "{answer}");
    }
}
