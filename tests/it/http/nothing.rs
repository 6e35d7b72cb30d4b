//! Objects of which nothing is asked that they have: they are there all the same.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::{nobody, post};

on_both!(
    a_record_of_another_type_than_asked_is_an_empty_object,
    what_fragments_ask_for_stands_alone_in_the_answer,
);

async fn a_record_of_another_type_than_asked_is_an_empty_object(server: TestServer) {
    let project = post(&server, "project", &json!({ "title": "Early diagnosis" }));
    let document = "query One($id: ID!, $no: Boolean = false) {
        inline: node(id: $id) { ... on Organisation { name } }
        spread: node(id: $id) { ...OfOrganisation }
        left: node(id: $id) { id @include(if: $no) }
        nodes(ids: [$id]) { ... on Organisation { name } }
    } fragment OfOrganisation on Organisation { name }";
    let answer = server.query(document, json!({ "id": project }));
    let expected = json!({ "inline": {}, "spread": {}, "left": {}, "nodes": [{}] });
    assert_eq!(answer, expected);
    let answer = server.query(document, json!({ "id": nobody("project") }));
    let expected = json!({ "inline": null, "spread": null, "left": null, "nodes": [null] });
    assert_eq!(answer, expected, "what is not there is null");
}

async fn what_fragments_ask_for_stands_alone_in_the_answer(server: TestServer) {
    let member = post(&server, "organisation", &json!({ "name": "Charité" }));
    let document = "query One($id: ID!) {
        organisation(id: $id) { ...Named }
        organisations { totalCount nodes { ...Named } }
    }
    fragment Named on Organisation { name address { ... on Address { city } } }";
    let answer = server.query(document, json!({ "id": member }));
    let named = json!({ "name": "Charité", "address": { "city": Value::Null } });
    let all = json!({ "totalCount": 1, "nodes": [&named] });
    assert_eq!(
        answer,
        json!({ "organisation": named, "organisations": all })
    );
}
