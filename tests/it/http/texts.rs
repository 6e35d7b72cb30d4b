//! Texts that databases read in their own way: signs of patterns and of quoting, a zero character,
//! more values than a statement can carry.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::{each, mutate, post};

on_both!(
    signs_of_sql_are_letters_like_any_other,
    no_text_is_an_internal_error
);

async fn signs_of_sql_are_letters_like_any_other(server: TestServer) {
    for website in [
        "https://a.example/50%",
        "https://a.example/a_b",
        r"https://a.example/c\d",
    ] {
        post(
            &server,
            "organisation",
            &json!({ "name": website, "website": website }),
        );
    }
    post(
        &server,
        "cluster",
        &json!({
            "name": "O'Brien; DROP TABLE cluster --",
            "acronym": "50%_\\'\"",
            "organisation": { "id": post(&server, "organisation", &json!({ "name": "O'Brien" })) },
        }),
    );
    for (comparison, value, expected) in [
        ("contains", "%", 1),
        ("contains", "_", 1),
        ("contains", "\\", 1),
        ("contains", "%_\\'\"", 1),
        ("contains", "0_", 0),
        ("startsWith", "50%", 1),
        ("startsWith", "5_%", 0),
        ("eq", "50%_\\'\"", 1),
        ("eq", "%", 0),
    ] {
        let document = format!(
            "query($v: String) {{ clusters(filter: {{ acronym: {{ {comparison}: $v }} }}) {{ totalCount }} }}"
        );
        let answer = server.query(&document, json!({ "v": value }));
        assert_eq!(
            answer["clusters"]["totalCount"], expected,
            "{comparison} {value}"
        );
    }
    for (words, expected) in [
        ("o'brien", 1),
        ("O'BRIEN; drop", 1),
        ("\"brien\"", 1),
        ("br%", 1),
    ] {
        let document = "query($v: String) { clusters(search: $v) { nodes { name } } }";
        let answer = server.query(document, json!({ "v": words }));
        assert_eq!(
            each(&answer["clusters"]["nodes"], "/name").len(),
            expected,
            "{words}"
        );
    }
}

/// A value for each way in which a text reaches a statement.
async fn no_text_is_an_internal_error(server: TestServer) {
    let zero = "a\u{0}b";
    let long = "x ".repeat(20_000);
    let name = "organisations(filter: { name: { eq: $v } })";
    let country = "organisations(filter: { country: { startsWith: $v } })";
    let search = "organisations(search: $v)";
    let after = "organisations(after: $v)";
    let region = "organisations(filter: { region: { within: $v } })";
    let identifier = "organisations(filter: { identifiers: { some: { value: { eq: $v } } } })";
    for place in [name, country, search, after, region, identifier] {
        for value in [zero, &long, "\u{fffe}\u{10ffff}", "' OR 1=1 --", "🦀"] {
            let document = format!("query($v: String!) {{ {place} {{ totalCount }} }}");
            assert_no_fault(&server, &document, json!({ "v": value }));
        }
    }
    let keys = json!([{ "scheme": "VAT", "value": zero }, { "scheme": "OTHER", "value": long }]);
    let document =
        "query($v: [IdentifierKey!]!) { organisationsByIdentifier(keys: $v) { key { value } } }";
    assert_no_fault(&server, document, json!({ "v": keys }));

    // More values than a statement of either database has room for.
    let many: Vec<_> = (0..70_000).map(|n| format!("{n}")).collect();
    let document =
        "query($v: [String!]) { organisations(filter: { name: { in: $v } }) { totalCount } }";
    assert_no_fault(&server, document, json!({ "v": many }));

    // The ends of what the calendar has.
    for moment in [
        "-262143-01-01T00:00:00Z",
        "+262142-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
    ] {
        let document = "query($v: DateTime) {
            organisations(filter: { updatedAt: { gt: $v } }) { totalCount }
        }";
        assert_no_fault(&server, document, json!({ "v": moment }));
    }

    for field in [
        "name",
        "description",
        "location",
        "legalForm",
        "country",
        "region",
        "website",
    ] {
        let mut data = json!({ "name": "A name" });
        data[field] = json!(zero);
        let payload = mutate(&server, "create", "organisation", &json!({ "data": data }));
        assert_ne!(
            payload["userErrors"],
            json!([]),
            "{field} holds a zero character"
        );
    }
    for data in [
        json!({ "name": "A", "names": [{ "value": zero, "type": "ALIAS" }] }),
        json!({ "name": "A", "identifiers": [{ "scheme": "OTHER", "value": zero }] }),
        json!({ "name": "A", "address": { "city": zero } }),
        json!({ "name": "A", "classifications": [{ "scheme": "FREE_TEXT", "label": zero }] }),
    ] {
        let payload = mutate(&server, "create", "organisation", &json!({ "data": data }));
        assert_ne!(payload["userErrors"], json!([]), "{data}");
    }
    assert_eq!(
        server.count::<entities::organisation::Entity>(None).await,
        0,
        "nothing was written"
    );
}

/// An answer, or a refusal that is the client's to mend.
fn assert_no_fault(server: &TestServer, document: &str, variables: Value) {
    let shown: String = variables.to_string().chars().take(60).collect();
    let (_, answer) = server.ask(document, variables);
    let codes = answer
        .get("errors")
        .map(|errors| json!(each(errors, "/extensions/code")));
    for fault in ["INTERNAL", "UNAVAILABLE", "TIMEOUT"] {
        let found = codes
            .as_ref()
            .is_some_and(|codes| codes.to_string().contains(fault));
        assert!(!found, "{document} {shown}: {answer}");
    }
}
