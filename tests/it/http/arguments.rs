//! Arguments that are not what they should be: ids, cursors, pages, regions, enums.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::{code, each, post, text};

on_both!(
    a_bad_argument_is_refused_with_its_code,
    a_bad_variable_is_refused_with_its_code,
    an_unknown_id_is_not_found,
    a_cursor_serves_the_list_that_it_came_from,
    a_page_is_as_large_as_it_may_be,
);

/// Ids in the right form, of which there is no record.
const UNKNOWN: &str = "organisation_01h455vb4pex5vsknk084sn02q";
const UNKNOWN_PROJECT: &str = "project_01h455vb4pex5vsknk084sn02q";

/// The status, the first code, and whether there is data.
fn outcome(server: &TestServer, document: &str, variables: Value) -> (u16, String, bool) {
    let (status, answer) = server.ask(document, variables);
    assert!(
        answer["errors"][0]["message"].is_string(),
        "{document} {answer}"
    );
    (status, code(&answer), answer.get("data").is_some())
}

/// What only its resolver can judge is answered with 200, what is refused before anything runs
/// with 400.
async fn a_bad_argument_is_refused_with_its_code(server: TestServer) {
    const BAD: &[&str] = &[
        r#"node(id: "")"#,
        r#"node(id: "organisation")"#,
        r#"node(id: "organisation_!")"#,
        r#"node(id: "01h455vb4pex5vsknk084sn02q")"#,
        r#"node(id: "unicorn_01h455vb4pex5vsknk084sn02q")"#,
        r#"node(id: "organisation_81h455vb4pex5vsknk084sn02q")"#,
        r#"nodes(ids: ["nonsense"])"#,
        r#"organisation(id: "project_01h455vb4pex5vsknk084sn02q")"#,
        r#"organisations(filter: { id: { eq: "project_01h455vb4pex5vsknk084sn02q" } })"#,
        r#"organisations(filter: { region: { within: "XX9" } })"#,
        r#"organisations(filter: { region: { eq: "" } })"#,
        r#"organisations(filter: { region: { in: ["ITI1", "Atlantis"] } })"#,
        r#"organisations(filter: { updatedAt: { gt: "yesterday" } })"#,
        r#"projects(filter: { startsOn: { gt: "2026-02-30" } })"#,
        r#"regions(within: "XX9")"#,
        "organisations(first: -1)",
        "organisations(last: -1)",
        "organisations(first: 1, last: 1)",
        "organisations(first: 99999999999)",
        "concepts(scheme: NACE_2, first: -1)",
    ];
    const TOO_LARGE: &[&str] = &[
        "organisations(first: 100000)",
        "organisations(last: 201)",
        "regions(first: 201)",
    ];
    const CURSOR: &[&str] = &[
        r#"organisations(after: "")"#,
        r#"organisations(after: "no cursor")"#,
        r#"organisations(before: "AAAAAAAAAAAAAAAA")"#,
        r#"regions(after: "XX9")"#,
    ];
    const INVALID: &[&str] = &[
        "organisations(first: 1.5)",
        r#"organisations(first: "1")"#,
        "organisations(filter: { kind: { eq: CASTLE } })",
        r#"organisations(filter: { colour: { eq: "red" } })"#,
        "organisations(orderBy: [{ field: SIZE }])",
        r#"organisations(colour: "red")"#,
        "castles",
        "concepts",
        "node",
    ];
    for (status, expected, fields) in [
        (200, "BAD_REQUEST", BAD),
        (200, "PAGE_SIZE_TOO_LARGE", TOO_LARGE),
        (200, "CURSOR_INVALID", CURSOR),
        (400, "GRAPHQL_VALIDATION_FAILED", INVALID),
        (400, "GRAPHQL_PARSE_FAILED", &["organisations( "]),
    ] {
        for field in fields {
            let actual = outcome(
                &server,
                &format!("{{ {field} {{ __typename }} }}"),
                json!({}),
            );
            let expected = (status, expected.to_owned(), status == 200);
            assert_eq!(actual, expected, "{field}");
        }
    }
    let empty = outcome(&server, "", json!({}));
    assert_eq!(empty, (400, "BAD_REQUEST".to_owned(), false));
    let many = json!({ "ids": vec![UNKNOWN; 101] });
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let many = outcome(&server, document, many);
    assert_eq!(many, (200, "PAGE_SIZE_TOO_LARGE".to_owned(), true));

    let (_, answer) = server.ask("{ organisations(first: 100000) { totalCount } }", json!({}));
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!(
        (&extensions["max"], &extensions["actual"]),
        (&json!(200), &json!(100_000))
    );
    assert_eq!(answer["errors"][0]["path"], json!(["organisations"]));
}

async fn a_bad_variable_is_refused_with_its_code(server: TestServer) {
    const BAD: &str = "BAD_REQUEST";
    const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";
    let first = "organisations(first: $v)";
    let kind = "organisations(filter: { kind: { eq: $v } })";
    let ids = "projects(filter: { id: { in: [$v] } })";
    let scheme = "concepts(scheme: $v)";
    for (ty, field, value, expected) in [
        ("Int", first, json!(-1), BAD),
        ("Int", first, json!(5_000_000_000_i64), BAD),
        ("Int", first, json!(201), "PAGE_SIZE_TOO_LARGE"),
        ("Int", first, json!(1.5), INVALID),
        ("Int", first, json!("2"), INVALID),
        ("Castle", first, json!(1), INVALID),
        ("String", first, json!("1"), INVALID),
        ("OrganisationKind", kind, json!("CASTLE"), INVALID),
        ("OrganisationKind", kind, json!(7), INVALID),
        ("ID!", ids, json!(UNKNOWN), BAD),
        ("ID!", ids, Value::Null, BAD),
        ("ConceptScheme!", scheme, json!("NACE_9"), INVALID),
    ] {
        let document = format!("query($v: {ty}) {{ {field} {{ totalCount }} }}");
        let (_, actual, _) = outcome(&server, &document, json!({ "v": value }));
        assert_eq!(actual, expected, "{document} {value}");
    }
}

async fn an_unknown_id_is_not_found(server: TestServer) {
    let document = "query($id: ID!, $project: ID!) {
        node(id: $id) { id }
        organisation(id: $id) { id }
        project(id: $project) { id }
        nodes(ids: [$id, $project]) { id }
        organisations(filter: { id: { eq: $id } }) { totalCount }
    }";
    let answer = server.query(
        document,
        json!({ "id": UNKNOWN, "project": UNKNOWN_PROJECT }),
    );
    let expected = json!({
        "node": null, "organisation": null, "project": null, "nodes": [null, null],
        "organisations": { "totalCount": 0 },
    });
    assert_eq!(answer, expected);
}

async fn a_cursor_serves_the_list_that_it_came_from(server: TestServer) {
    for (name, country) in [("Arahealth", "ES"), ("BioWin", "BE"), ("EUROBIOMED", "FR")] {
        post(
            &server,
            "organisation",
            &json!({ "name": name, "country": country }),
        );
        post(&server, "project", &json!({ "title": name }));
    }
    let own = "orderBy: [{ field: NAME }], filter: { country: { ne: \"DE\" } }";
    let list = |arguments: &str| {
        format!("{{ organisations({arguments}) {{ nodes {{ name }} edges {{ cursor }} }} }}")
    };
    let answer = server.query(&list(&format!("{own}, first: 1")), json!({}));
    let cursor = text(&answer, "/organisations/edges/0/cursor");

    for (arguments, expected) in [
        (
            format!("{own}, after: {cursor:?}"),
            json!(["BioWin", "EUROBIOMED"]),
        ),
        (
            format!("{own}, after: {cursor:?}, first: 1"),
            json!(["BioWin"]),
        ),
        (
            format!("{own}, after: {cursor:?}, last: 1"),
            json!(["EUROBIOMED"]),
        ),
        (format!("{own}, before: {cursor:?}"), json!([])),
    ] {
        let answer = server.query(&list(&arguments), json!({}));
        let names = each(&answer["organisations"]["nodes"], "/name");
        assert_eq!(json!(names), expected, "{arguments}");
    }

    let other_filter = "orderBy: [{ field: NAME }], filter: { country: { ne: \"FR\" } }";
    let other_order =
        "orderBy: [{ field: NAME, direction: DESC }], filter: { country: { ne: \"DE\" } }";
    let damaged = cursor.replacen(
        &cursor[..1],
        if cursor.starts_with('A') { "B" } else { "A" },
        1,
    );
    for document in [
        list(&format!("{other_filter}, after: {cursor:?}")),
        list(&format!("{other_order}, after: {cursor:?}")),
        list(&format!("{own}, search: \"bio\", after: {cursor:?}")),
        list(&format!("after: {cursor:?}")),
        list(&format!("{own}, after: {damaged:?}")),
        list(&format!("{own}, after: {:?}", &cursor[..cursor.len() - 3])),
        format!("{{ projects(orderBy: [{{ field: NAME }}], after: {cursor:?}) {{ totalCount }} }}"),
        format!("{{ regions(after: {cursor:?}) {{ totalCount }} }}"),
        format!(
            "{{ organisations {{ nodes {{ memberships(after: {cursor:?}) {{ totalCount }} }} }} }}"
        ),
    ] {
        let actual = outcome(&server, &document, json!({}));
        assert_eq!(
            actual,
            (200, "CURSOR_INVALID".to_owned(), true),
            "{document}"
        );
    }
}

async fn a_page_is_as_large_as_it_may_be(server: TestServer) {
    for n in 0..3 {
        post(
            &server,
            "organisation",
            &json!({ "name": format!("Organisation {n}") }),
        );
    }
    for (arguments, expected, next, previous) in [
        ("first: 0", 0, true, false),
        ("first: 2", 2, true, false),
        ("last: 2", 2, false, true),
        ("first: 200", 3, false, false),
        ("last: 200", 3, false, false),
        ("orderBy: []", 3, false, false),
        ("filter: null, first: null, after: null", 3, false, false),
        ("filter: {}", 3, false, false),
        ("filter: { and: [] }", 3, false, false),
        ("filter: { or: [] }", 0, false, false),
        ("filter: { not: {} }", 0, false, false),
        ("filter: { name: { in: [] } }", 0, false, false),
        ("filter: { name: { eq: null } }", 3, false, false),
    ] {
        let document = format!(
            "{{ organisations({arguments}) {{
                nodes {{ id }} pageInfo {{ hasNextPage hasPreviousPage }} totalCount
            }} }}"
        );
        let answer = server.query(&document, json!({}))["organisations"].take();
        assert_eq!(
            answer["nodes"].as_array().map(Vec::len),
            Some(expected),
            "{arguments}"
        );
        let page = json!({ "hasNextPage": next, "hasPreviousPage": previous });
        assert_eq!(answer["pageInfo"], page, "{arguments}");
    }
}
