//! `members.graphql`, the search: full text, ranked, folded, by prefixes.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::{each, post};

const DOCUMENT: &str = include_str!("../../data/contract/members.graphql");

on_both!(
    the_best_matches_come_first,
    accents_case_and_word_ends_do_not_matter
);

fn found(server: &TestServer, text: &str) -> Value {
    let answer = server.operation(DOCUMENT, "Search", json!({ "text": text }));
    json!(each(&answer["organisations"]["nodes"], "/name"))
}

async fn the_best_matches_come_first(server: TestServer) {
    for (name, description) in [
        ("Zentrum", Some("Bio Life, und was dazu gehört")),
        ("Anders", Some("Life sciences and biology")),
        ("Life and Bio", None),
        ("Bio Life Toscana", None),
        ("Bio Life Aragón", None),
        ("BIO-LIFE", None),
        ("Life", Some("No other word")),
        ("Bio", None),
    ] {
        let data = json!({ "name": name, "description": description });
        post(&server, "organisation", &data);
    }
    let expected = json!([
        "BIO-LIFE",
        "Bio Life Aragón",
        "Bio Life Toscana",
        "Life and Bio",
        "Anders",
        "Zentrum",
    ]);
    assert_eq!(found(&server, "bio life"), expected);
}

async fn accents_case_and_word_ends_do_not_matter(server: TestServer) {
    for name in [
        "Žilinská univerzita v Žiline",
        "Smørrebrød A/S",
        "Straße der Wissenschaft",
    ] {
        post(
            &server,
            "organisation",
            &json!({ "name": name, "country": "SK" }),
        );
    }
    let also = json!({ "name": "By another name", "names": [
        { "value": "Gheorghe Asachi Technical University", "type": "TRANSLATION" },
    ] });
    post(&server, "organisation", &also);
    for (text, expected) in [
        ("zilinska", json!(["Žilinská univerzita v Žiline"])),
        (
            "ŽILINSKÁ UNIVERZITA",
            json!(["Žilinská univerzita v Žiline"]),
        ),
        ("ziline univ", json!(["Žilinská univerzita v Žiline"])),
        ("smorre", json!(["Smørrebrød A/S"])),
        ("STRASSE wissen", json!(["Straße der Wissenschaft"])),
        ("asachi", json!(["By another name"])),
        ("issenschaft", json!([])),
        ("zilinska technical", json!([])),
        ("\" OR *", json!([])),
        ("!?", json!([])),
    ] {
        assert_eq!(found(&server, text), expected, "{text}");
    }
    let everything = found(&server, "");
    assert_eq!(
        everything.as_array().map(Vec::len),
        Some(4),
        "no words: everything"
    );
}
