//! What a request reads of a row depends on what it asks for; what it is told does not.

use partner_registry::delivery::demo;
use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::sdl::{fields, named, needs_arguments, selections, types};

on_both!(
    a_field_alone_is_what_it_is_among_all,
    what_is_at_hand_is_what_the_engine_resolves,
);

/// Each field of each type of records, asked for by itself.
async fn a_field_alone_is_what_it_is_among_all(server: TestServer) {
    demo::load_if_empty(&server.registry, &server.actor)
        .await
        .expect("the demo loads");
    let types = types();
    let mut told = 0;
    for list in fields(&types["Query"]) {
        let (name, returns) = (&list.name.node, named(list));
        let record = returns.strip_suffix("Connection").unwrap_or_default();
        if needs_arguments(list) || !types.contains_key(record) {
            continue;
        }
        let ask = |selection: &str| -> Vec<Value> {
            let document = format!("{{ {name}(first: 20) {{ nodes {{ {selection} }} }} }}");
            let data = server.query(&document, json!({}));
            data[name.as_str()]["nodes"]
                .as_array()
                .expect("rows")
                .clone()
        };
        let each = selections(&types, record, 1);
        let all = ask(&each.join(" "));
        for selection in each {
            let field = selection.split(' ').next().unwrap_or_default();
            for (alone, among) in ask(&selection).iter().zip(&all) {
                assert_eq!(alone[field], among[field], "{record}.{field}");
                told += usize::from(!among[field].is_null() && among[field] != json!([]));
            }
        }
    }
    assert!(told > 1_000, "the demo has much to tell: {told}");
}

/// Fields at hand are written without the engine, unless a document asks for a field with selections
/// twice: then the engine resolves all of it.
async fn what_is_at_hand_is_what_the_engine_resolves(server: TestServer) {
    demo::load_if_empty(&server.registry, &server.actor)
        .await
        .expect("the demo loads");
    let types = types();
    let mut compared = 0;
    for list in fields(&types["Query"]) {
        let (name, returns) = (&list.name.node, named(list));
        let Some(node) = returns.strip_suffix("Connection") else {
            continue;
        };
        if needs_arguments(list) {
            continue;
        }
        let nodes = selections(&types, node, 2).join(" ");
        let ask = |more: &str| {
            let document = format!(
                "{{ {name}(first: 20) {{ pageInfo {{ hasNextPage }} {more} nodes {{ __typename {nodes} }} }} }}"
            );
            server.query(&document, json!({}))
        };
        let (at_hand, by_engine) = (ask(""), ask("pageInfo { hasNextPage }"));
        assert_eq!(at_hand, by_engine, "{name}");
        compared += at_hand.to_string().len();
    }
    assert!(compared > 100_000, "the demo has much to tell: {compared}");
}
