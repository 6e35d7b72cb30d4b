//! `reference.graphql`: what pickers and filters are filled with.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::{by_id, each, post};

const DOCUMENT: &str = include_str!("../../data/contract/reference.graphql");

on_both!(pickers_are_filled);

fn pickers(server: &TestServer, variables: Value) -> Value {
    server.operation(DOCUMENT, "Pickers", variables)
}

async fn pickers_are_filled(server: TestServer) {
    for (name, acronym) in [
        ("Żywność", None),
        ("arahealth", Some("AH")),
        ("Eurobiomed", None),
    ] {
        let data = json!({ "name": format!("{name} Association"), "region": "ES24" });
        let organisation = post(&server, "organisation", &data);
        let organisation = by_id(&organisation);
        let data = json!({ "organisation": organisation, "name": name, "acronym": acronym });
        post(&server, "cluster", &data);
    }

    let answer = pickers(
        &server,
        json!({ "within": "IT", "level": 2, "scheme": "NACE_2_1" }),
    );
    let regions = &answer["regions"];
    assert_eq!(
        regions["totalCount"], 21,
        "NUTS 2024 has 21 regions of level 2 in Italy"
    );
    assert_eq!(regions["nodes"].as_array().map(Vec::len), Some(21));
    let tuscany = json!({
        "code": "ITI1", "name": "Toscana", "nameLatin": "Toscana", "level": 2, "version": 2024,
        "country": "IT", "parent": { "code": "ITI" },
    });
    assert!(
        regions["nodes"].as_array().unwrap().contains(&tuscany),
        "{regions:#}"
    );
    let concepts = &answer["concepts"];
    assert_eq!(concepts["totalCount"], 22 + 87 + 287 + 651, "NACE Rev. 2.1");
    assert_eq!(
        concepts["nodes"].as_array().map(Vec::len),
        Some(200),
        "a page of 200"
    );
    let clusters = &answer["clusters"];
    assert_eq!(clusters["totalCount"], 3);
    assert_eq!(
        json!(each(&clusters["nodes"], "/name")),
        json!(["arahealth", "Eurobiomed", "Żywność"])
    );

    let answer = pickers(
        &server,
        json!({ "level": 0, "text": "Ελλάδα", "scheme": "FREE_TEXT" }),
    );
    let greece = json!([{
        "code": "EL", "name": "Ελλάδα", "nameLatin": "Elláda", "level": 0, "version": 2024,
        "country": "GR", "parent": null,
    }]);
    assert_eq!(answer["regions"]["nodes"], greece);
    assert_eq!(answer["concepts"], json!({ "totalCount": 0, "nodes": [] }));

    let variables = json!({ "within": "GR3", "text": "medic", "scheme": "EMERGING_INDUSTRY" });
    let answer = pickers(&server, variables);
    assert_eq!(
        answer["regions"]["totalCount"], 0,
        "no name in Attica holds the word"
    );
    let medical = json!([{
        "scheme": "EMERGING_INDUSTRY", "code": "MEDICAL_DEVICES", "label": "Medical Devices",
        "parent": null,
    }]);
    assert_eq!(answer["concepts"]["nodes"], medical);
}
