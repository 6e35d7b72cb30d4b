//! The limits of a request: what reaches a limit is served, what is over it is refused by name.

use partner_registry::graphql::Limits;
use serde_json::{Value, json};
use tests::{TestServer, on_sqlite};

use crate::posted::code;

// No database has a part in what is refused before anything runs.
on_sqlite!(
    what_reaches_a_limit_is_served_and_what_is_over_it_refused,
    the_limits_are_published,
    a_bomb_of_fragments_is_refused_unexpanded,
    a_page_too_large_is_refused_as_that,
);

/// A document in which something is there so many times.
type Document = fn(usize) -> String;

/// The region at the root, and what is asked of it.
fn region(selection: &str) -> String {
    format!("{{ region(code: \"IT\") {{ {selection} }} }}")
}

/// `one` so many times, the number in it.
fn times(n: usize, one: impl Fn(usize) -> String) -> String {
    (0..n).map(one).collect()
}

/// A fragment of 100 fields, spread as often as it takes; the spreads count, too.
fn selections(n: usize) -> String {
    let spreads = "...F ".repeat((n - 1) / 101);
    let fields = "code ".repeat((n - 1) % 101);
    let fragment = "name ".repeat(100);
    format!(
        "{} fragment F on Region {{ {fragment} }}",
        region(&format!("{spreads}{fields}"))
    )
}

/// Filters within filters, which ask nothing.
fn filters(n: usize) -> String {
    let filter = format!("{}{}", "{ not: ".repeat(n - 1), "{ name: { eq: \"x\" } }");
    let closed = " }".repeat(n - 1);
    format!("{{ organisations(filter: {filter}{closed}) {{ nodes {{ id }} }} }}")
}

fn predicates(n: usize) -> String {
    let any = times(n, |n| format!("{{ name: {{ eq: \"x{n}\" }} }} "));
    format!("{{ organisations(filter: {{ or: [{any}] }}) {{ nodes {{ id }} }} }}")
}

/// Three lists within each other cost 50 × (1 + 50 × (2 + c)) points, so `n` is one of these.
fn cost(n: usize) -> String {
    let inner = (n - 50) / 2_500 - 2;
    let of_cluster = format!("memberships(first: {inner}) {{ nodes {{ id }} }}");
    let memberships =
        format!("memberships(first: 50) {{ nodes {{ cluster {{ {of_cluster} }} }} }}");
    format!("{{ organisations(first: 50) {{ nodes {{ {memberships} }} }} }}")
}

async fn what_reaches_a_limit_is_served_and_what_is_over_it_refused(server: TestServer) {
    let limits = Limits::default();
    let table: [(&str, usize, usize, Document); 11] = [
        ("documentBytes", limits.document_bytes, 1, |n| {
            let document = region("code");
            format!("{document}{}", " ".repeat(n - document.len()))
        }),
        ("tokens", limits.tokens, 1, |n| {
            region(&"code ".repeat(n - 10))
        }),
        ("nesting", limits.nesting, 1, |n| {
            region(&format!(
                "{} code {}",
                "... { ".repeat(n - 2),
                "} ".repeat(n - 2)
            ))
        }),
        ("selections", limits.selections, 1, selections),
        ("depth", limits.depth, 1, |n| {
            region(&format!(
                "{} code {}",
                "parent { ".repeat(n - 2),
                "} ".repeat(n - 2)
            ))
        }),
        ("aliases", limits.aliases, 1, |n| {
            region(&times(n, |n| format!("a{n}: code ")))
        }),
        ("rootFields", limits.root_fields, 1, |n| {
            format!("{{ {} }}", times(n, |n| format!("a{n}: __typename ")))
        }),
        ("directives", limits.directives, 1, |n| {
            region(&format!("name {}", "code @skip(if: true) ".repeat(n)))
        }),
        ("filterDepth", limits.filter_depth, 1, filters),
        ("filterPredicates", limits.filter_predicates, 1, predicates),
        ("cost", 497_550, 2_500, cost),
    ];
    for (limit, max, step, document) in table {
        let (status, answer) = server.ask(&document(max), json!({}));
        assert_eq!(
            (status, answer.get("errors")),
            (200, None),
            "{limit} of {max}: {answer}"
        );

        let (status, answer) = server.ask(&document(max + step), json!({}));
        let extensions = &answer["errors"][0]["extensions"];
        let max = if limit == "cost" { limits.cost } else { max };
        let actual = if limit == "cost" { 500_050 } else { max + step };
        let expected = json!({
            "code": "QUERY_TOO_COMPLEX", "limit": limit, "max": max, "actual": actual,
        });
        assert_eq!((status, extensions), (400, &expected), "{answer}");
        assert_eq!(answer.get("data"), None, "nothing ran");
    }

    for (document, limit, actual) in [
        (filters(11), "filterDepth", 11),
        (predicates(101), "filterPredicates", 101),
    ] {
        let (_, answer) = server.ask(&document, json!({}));
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(
            (&extensions["limit"], &extensions["actual"]),
            (&json!(limit), &json!(actual))
        );
    }

    // Variables hide nothing.
    let mut filter = json!({ "name": { "eq": "x" } });
    for _ in 0..10 {
        filter = json!({ "and": [filter] });
    }
    let document = "query($filter: OrganisationFilter) {
        organisations(filter: $filter) { nodes { id } }
    }";
    let (_, answer) = server.ask(document, json!({ "filter": filter }));
    assert_eq!(
        answer["errors"][0]["extensions"]["limit"], "filterDepth",
        "{answer}"
    );
}

async fn the_limits_are_published(server: TestServer) {
    let document = "{ limits {
        bodyBytes documentBytes tokens selections depth nesting introspectionDepth aliases rootFields directives filterDepth
        filterPredicates cost page defaultPage timeoutSeconds socketOperations streams socketInitSeconds
        heartbeatSeconds
    } }";
    let expected = json!({ "limits": {
        "bodyBytes": 1_048_576, "documentBytes": 32_768, "tokens": 2_000, "selections": 5_000,
        "depth": 15, "nesting": 32, "introspectionDepth": 2, "aliases": 30, "rootFields": 20, "directives": 50, "filterDepth": 5,
        "filterPredicates": 100, "cost": 500_000, "page": 200, "defaultPage": 50,
        "timeoutSeconds": 10, "socketOperations": 50, "streams": 100, "socketInitSeconds": 10,
        "heartbeatSeconds": 25,
    } });
    assert_eq!(server.query(document, json!({})), expected);
}

/// Each fragment spreads the one below it twice: 2 to the power of 25 fields.
async fn a_bomb_of_fragments_is_refused_unexpanded(server: TestServer) {
    let bomb = times(25, |n| {
        format!("fragment f{} on Region{{...f{n} ...f{n}}}", n + 1)
    });
    let bomb = format!("{}fragment f0 on Region{{code}}{bomb}", region("...f25"));
    assert!(bomb.len() < 1_200, "{} bytes", bomb.len());
    let start = std::time::Instant::now();
    let (status, answer) = server.ask(&bomb, json!({}));
    eprintln!(
        "a bomb of {} bytes is refused in {:?}",
        bomb.len(),
        start.elapsed()
    );
    assert_eq!(
        (status, code(&answer)),
        (400, "QUERY_TOO_COMPLEX".to_owned()),
        "{answer}"
    );
    // The engine would stop at its own depth; ours counts before it, without expanding.
    let actual = answer["errors"][0]["extensions"]["actual"].as_u64();
    assert!(actual.is_some_and(|actual| actual > 5_000), "{answer}");

    let own = "fragment f on Region { ...f }";
    let mutual = "fragment f on Region { ...g } fragment g on Region { ...f ...f }";
    for cycle in [own, mutual] {
        let (status, answer) = server.ask(&format!("{} {cycle}", region("...f")), json!({}));
        let expected = (400, "GRAPHQL_VALIDATION_FAILED".to_owned());
        assert_eq!((status, code(&answer)), expected, "{answer}");
    }
}

/// The client hears of the size, whose remedy it knows, not of the cost.
async fn a_page_too_large_is_refused_as_that(server: TestServer) {
    for first in [201, 100_000, i32::MAX] {
        let document = format!("{{ organisations(first: {first}) {{ nodes {{ id }} }} }}");
        let (_, answer) = server.ask(&document, Value::Null);
        assert_eq!(code(&answer), "PAGE_SIZE_TOO_LARGE", "{first}");
    }
}
