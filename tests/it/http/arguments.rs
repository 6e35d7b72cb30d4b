//! Arguments that are not what they should be: ids, cursors, pages, regions, enums.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::{code, each, post, text};

on_both!(
    a_bad_argument_is_refused_with_its_code,
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

#[expect(clippy::too_many_lines, reason = "a table with a row for each case")]
async fn a_bad_argument_is_refused_with_its_code(server: TestServer) {
    const BAD: &str = "BAD_REQUEST";
    const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";
    const TOO_LARGE: &str = "PAGE_SIZE_TOO_LARGE";
    const CURSOR: &str = "CURSOR_INVALID";
    let organisations =
        |arguments: &str| format!("{{ organisations({arguments}) {{ nodes {{ id }} }} }}");
    let filter = |filter: &str| organisations(&format!("filter: {{ {filter} }}"));
    // What is asked, and the code of the refusal. What only its resolver can judge is answered
    // with 200, what is refused before anything runs with 400.
    for (document, status, expected) in [
        ("{ node(id: \"\") { id } }".to_owned(), 200, BAD),
        ("{ node(id: \"organisation\") { id } }".to_owned(), 200, BAD),
        (
            "{ node(id: \"organisation_!\") { id } }".to_owned(),
            200,
            BAD,
        ),
        (
            "{ node(id: \"01h455vb4pex5vsknk084sn02q\") { id } }".to_owned(),
            200,
            BAD,
        ),
        (
            "{ node(id: \"unicorn_01h455vb4pex5vsknk084sn02q\") { id } }".to_owned(),
            200,
            BAD,
        ),
        (
            "{ node(id: \"organisation_81h455vb4pex5vsknk084sn02q\") { id } }".to_owned(),
            200,
            BAD,
        ),
        ("{ nodes(ids: [\"nonsense\"]) { id } }".to_owned(), 200, BAD),
        (
            format!("{{ organisation(id: \"{UNKNOWN_PROJECT}\") {{ id }} }}"),
            200,
            BAD,
        ),
        (
            filter(&format!("id: {{ eq: \"{UNKNOWN_PROJECT}\" }}")),
            200,
            BAD,
        ),
        (
            format!("{{ nodes(ids: {:?}) {{ id }} }}", vec![UNKNOWN; 101]),
            200,
            TOO_LARGE,
        ),
        (organisations("first: -1"), 200, BAD),
        (organisations("last: -1"), 200, BAD),
        (organisations("first: 100000"), 200, TOO_LARGE),
        (organisations("last: 201"), 200, TOO_LARGE),
        (organisations("first: 1, last: 1"), 200, BAD),
        (organisations("first: 99999999999"), 200, BAD),
        (organisations("first: 1.5"), 400, INVALID),
        (organisations("first: \"1\""), 400, INVALID),
        (organisations("after: \"\""), 200, CURSOR),
        (organisations("after: \"no cursor\""), 200, CURSOR),
        (organisations("before: \"AAAAAAAAAAAAAAAA\""), 200, CURSOR),
        (filter("region: { within: \"XX9\" }"), 200, BAD),
        (filter("region: { eq: \"\" }"), 200, BAD),
        (filter("region: { in: [\"ITI1\", \"Atlantis\"] }"), 200, BAD),
        (
            "{ regions(within: \"XX9\") { totalCount } }".to_owned(),
            200,
            BAD,
        ),
        (
            "{ regions(after: \"XX9\") { totalCount } }".to_owned(),
            200,
            CURSOR,
        ),
        (
            "{ concepts(scheme: NACE_2, first: -1) { totalCount } }".to_owned(),
            200,
            BAD,
        ),
        (filter("kind: { eq: CASTLE }"), 400, INVALID),
        (organisations("orderBy: [{ field: SIZE }]"), 400, INVALID),
        (filter("colour: { eq: \"red\" }"), 400, INVALID),
        (
            "{ organisations { nodes { colour } } }".to_owned(),
            400,
            INVALID,
        ),
        ("{ concepts { totalCount } }".to_owned(), 400, INVALID),
        (filter("updatedAt: { gt: \"yesterday\" }"), 200, BAD),
        ("{ organisations ".to_owned(), 400, "GRAPHQL_PARSE_FAILED"),
        (String::new(), 400, BAD),
    ] {
        let actual = outcome(&server, &document, json!({}));
        assert_eq!(
            actual,
            (status, expected.to_owned(), status == 200),
            "{document}"
        );
    }

    // The same in variables, where the engine looks at them.
    for (ty, place, value, expected) in [
        ("Int", "organisations(first: $v)", json!(1.5), BAD),
        ("Int", "organisations(first: $v)", json!("many"), BAD),
        ("Int", "organisations(first: $v)", json!(-1), BAD),
        ("Int", "organisations(first: $v)", json!(100_000), TOO_LARGE),
        (
            "Int",
            "organisations(first: $v)",
            json!(5_000_000_000_i64),
            BAD,
        ),
        ("String", "organisations(after: $v)", json!(17), BAD),
        (
            "OrganisationKind",
            "organisations(filter: { kind: { eq: $v } })",
            json!("CASTLE"),
            BAD,
        ),
        (
            "Date",
            "projects(filter: { startsOn: { gt: $v } })",
            json!("2026-02-30"),
            BAD,
        ),
        (
            "ID!",
            "projects(filter: { id: { in: [$v] } })",
            json!(UNKNOWN),
            BAD,
        ),
        (
            "ID!",
            "projects(filter: { id: { in: [$v] } })",
            Value::Null,
            BAD,
        ),
        (
            "ConceptScheme!",
            "concepts(scheme: $v)",
            json!("NACE_9"),
            BAD,
        ),
    ] {
        let document = format!("query($v: {ty}) {{ {place} {{ totalCount }} }}");
        let (_, actual, _) = outcome(&server, &document, json!({ "v": value }));
        assert_eq!(actual, expected, "{document} {value}");
    }

    let (_, answer) = server.ask(&organisations("first: 100000"), json!({}));
    let extensions = &answer["errors"][0]["extensions"];
    assert_eq!(
        (&extensions["max"], &extensions["actual"]),
        (&json!(200), &json!(100_000))
    );
    assert_eq!(answer["errors"][0]["path"], json!(["organisations"]));
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
