//! The limits against a small schema. Must not need the real one.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write;
use std::time::Instant;

use async_graphql::parser::parse_query;
use async_graphql::{Value, value};

use super::*;

const SDL: &str = "
    type Query {
        one: Thing
        many: [Thing!]!
        tags: [String!]!
        things(first: Int, after: String, last: Int, filter: ThingFilter): ThingConnection!
    }
    type Mutation { make(input: Make): Thing }
    interface Node { id: ID! }
    type Thing implements Node {
        id: ID!
        other: Thing
        things(first: Int, last: Int): ThingConnection!
    }
    type ThingConnection {
        edges: [ThingEdge!]!
        nodes: [Thing!]!
        pageInfo: PageInfo!
        totalCount: Int!
    }
    type ThingEdge { cursor: String! node: Thing! }
    type PageInfo { hasNextPage: Boolean! }
    input Make { name: String }
    input ThingFilter {
        and: [ThingFilter!]
        or: [ThingFilter!]
        not: ThingFilter
        name: StringFilter
        things: ThingListFilter
    }
    input ThingListFilter { some: ThingFilter none: ThingFilter }
    input StringFilter { eq: String in: [String!] }
    schema { query: Query mutation: Mutation }";

const INTROSPECTION_BOMB: &str = "
    { __schema { types { ...T } } }
    fragment T on __Type { fields { type { ...U } } }
    fragment U on __Type { possibleTypes { inputFields { name } } }";

/// The limit that a query reaches when each is one less than what it asks for.
fn refusal(query: &str, variables: Value, limits: &Limits) -> Option<(String, u64)> {
    let document = parse_query(query).unwrap();
    let shape = Shape::of(SDL).unwrap();
    let variables = Variables::from_value(variables);
    let error = check(&document, &variables, &shape, limits).err()?;
    let extension = |name| error.extension(name).cloned().unwrap_or_default();
    let (Value::String(limit), Value::Number(actual)) = (extension("limit"), extension("actual"))
    else {
        return Some((error.code().as_str().to_owned(), 0));
    };
    Some((limit, actual.as_u64().unwrap()))
}

fn cost(query: &str, variables: Value) -> u64 {
    let limits = Limits {
        cost: 0,
        ..Limits::default()
    };
    refusal(query, variables, &limits).map_or(0, |(limit, actual)| {
        assert_eq!(limit, "cost");
        actual
    })
}

#[test]
fn the_cost_is_that_of_the_published_formula() {
    for (query, variables, expected) in [
        ("{ __typename tags }", value!({}), 0),
        ("{ one { id } }", value!({}), 1),
        ("{ one { other { other { id } } } }", value!({}), 3),
        (
            &format!(
                "{{ things(first: 10) {{ nodes {{ {} }} }} }}",
                "id ".repeat(102)
            ),
            value!({}),
            30,
        ),
        ("{ many { id } }", value!({}), 5),
        ("{ many { other { id } } }", value!({}), 10),
        ("{ things { nodes { id } } }", value!({}), 50),
        (
            "{ things { edges { cursor node { id } } } }",
            value!({}),
            50,
        ),
        ("{ things(first: 3) { nodes { id } } }", value!({}), 3),
        (
            "{ things(last: 4) { nodes { other { id } } } }",
            value!({}),
            8,
        ),
        (
            "{ things(first: 3) { totalCount pageInfo { hasNextPage } } }",
            value!({}),
            4,
        ),
        (
            "query($n: Int) { things(first: $n) { nodes { id } } }",
            value!({"n": 7}),
            7,
        ),
        (
            "query($n: Int = 9) { things(first: $n) { nodes { id } } }",
            value!({}),
            9,
        ),
        (
            "query($n: Int) { things(first: $n) { nodes { id } } }",
            value!({}),
            50,
        ),
        ("{ things(first: -1) { nodes { id } } }", value!({}), 50),
        (
            "{ things(first: 100000) { nodes { id } } }",
            value!({}),
            200,
        ),
        (
            "{ things(first: 99999999999999999999) { nodes { id } } }",
            value!({}),
            50,
        ),
        (
            "{ things(first: 10) { nodes { things(first: 10) { nodes { id } } } } }",
            value!({}),
            110,
        ),
        (
            "{ things(first: 10) { ...C } } fragment C on ThingConnection { nodes { ...T } edges { node { ...T } } } fragment T on Thing { other { id } }",
            value!({}),
            30,
        ),
        (
            "{ one { ... on Node { id } ... { other { id } } } }",
            value!({}),
            2,
        ),
        (
            "mutation { make(input: {name: \"x\"}) { other { id } } }",
            value!({}),
            2,
        ),
        (
            "{ __schema { types { name fields { name } } } }",
            value!({}),
            3,
        ),
        ("{ unknown { things { nodes { id } } } }", value!({}), 3),
    ] {
        assert_eq!(cost(query, variables), expected, "{query}");
    }
}

#[test]
fn each_limit_is_named_and_what_reaches_it_passes() {
    let none = Limits::default();
    let introspection = "{ __schema { types { fields { type { ofType { ofType { name } } } } } } }";
    for (query, limits, expected) in [
        (
            "{ one { id } tags }",
            Limits {
                selections: 3,
                ..none
            },
            None,
        ),
        (
            "{ one { id } tags }",
            Limits {
                selections: 2,
                ..none
            },
            Some(("selections", 3)),
        ),
        (
            "query A { tags } query B { tags }",
            Limits {
                selections: 1,
                ..none
            },
            Some(("selections", 2)),
        ),
        (
            "{ ...F ...F } fragment F on Query { tags }",
            Limits {
                selections: 3,
                ..none
            },
            Some(("selections", 4)),
        ),
        ("{ one { id } }", Limits { depth: 2, ..none }, None),
        (
            "{ one { ... { ...F } } } fragment F on Thing { other { id } }",
            Limits { depth: 2, ..none },
            Some(("depth", 3)),
        ),
        (introspection, Limits { depth: 1, ..none }, None),
        (INTROSPECTION_BOMB, none, Some(("introspectionDepth", 3))),
        (
            introspection,
            Limits { nesting: 5, ..none },
            Some(("nesting", 6)),
        ),
        (
            "{ ... { ... { tags } } }",
            Limits { nesting: 1, ..none },
            Some(("nesting", 2)),
        ),
        ("{ a: tags b: tags }", Limits { aliases: 2, ..none }, None),
        (
            "{ a: tags ...F ...F } fragment F on Query { b: tags }",
            Limits { aliases: 2, ..none },
            Some(("aliases", 3)),
        ),
        (
            "{ tags ... { tags one { id } } }",
            Limits {
                root_fields: 2,
                ..none
            },
            Some(("rootFields", 3)),
        ),
        (
            "{ tags one { id } }",
            Limits {
                root_fields: 2,
                ..none
            },
            None,
        ),
        (
            "query @a { ...F @a @b } fragment F on Query @a { tags @a }",
            Limits {
                directives: 4,
                ..none
            },
            Some(("directives", 5)),
        ),
        (
            "{ a: a { ...A } } fragment A on X { ...B } fragment B on X { ...A ...A }",
            none,
            Some(("GRAPHQL_VALIDATION_FAILED", 0)),
        ),
        ("{ ...Gone }", none, None),
    ] {
        let expected = expected.map(|(limit, actual)| (limit.to_owned(), actual));
        assert_eq!(refusal(query, value!({}), &limits), expected, "{query}");
    }
}

#[test]
fn filters_are_counted_in_the_document_and_in_variables() {
    let none = Limits::default();
    let query = "query($f: ThingFilter, $g: ThingFilter!) { things(filter: $f) { totalCount } }";
    let inline = "query($w: String) { things(filter: {not: {things: {some: {name: {eq: $w}}}}}) { totalCount } }";
    let five = value!({"f": {"not": {"and": [{"or": [{}, {"not": {}}]}]}}});
    for (query, variables, limits, expected) in [
        (query, five.clone(), none, None),
        (
            query,
            five,
            Limits {
                filter_depth: 4,
                ..none
            },
            Some(("filterDepth", 5)),
        ),
        (
            inline,
            value!({}),
            Limits {
                filter_depth: 3,
                ..none
            },
            None,
        ),
        (
            inline,
            value!({}),
            Limits {
                filter_depth: 2,
                ..none
            },
            Some(("filterDepth", 3)),
        ),
        (
            inline,
            value!({"w": "x"}),
            Limits {
                filter_predicates: 0,
                ..none
            },
            Some(("filterPredicates", 1)),
        ),
        (
            query,
            value!({"f": {"name": {"eq": "a", "in": ["b", "c"]}, "things": {"some": {}, "none": null}}}),
            Limits {
                filter_predicates: 2,
                ..none
            },
            Some(("filterPredicates", 3)),
        ),
    ] {
        let expected = expected.map(|(limit, actual)| (limit.to_owned(), actual));
        assert_eq!(refusal(query, variables, &limits), expected, "{query}");
    }
}

#[test]
fn a_bomb_of_fragments_is_refused_at_once() {
    let mut bomb = String::from("{ ...F0 }");
    for level in 0..20 {
        let spread = format!("...F{} ", level + 1).repeat(9);
        write!(bomb, " fragment F{level} on Query {{ {spread} }}").unwrap();
    }
    bomb.push_str(" fragment F20 on Query { many { things(first: 200) { nodes { id } } } }");
    let limits = Limits::default();
    let start = Instant::now();
    check_text(&bomb, &limits).unwrap();
    let (limit, actual) = refusal(&bomb, value!({}), &limits).unwrap();
    assert_eq!(limit, "selections");
    assert_eq!(actual, u64::MAX);
    assert!(start.elapsed().as_millis() < 50, "{:?}", start.elapsed());
}

#[test]
fn a_chain_of_fragments_does_not_overflow_the_stack() {
    let mut chain = String::from("{ ...F0 }");
    for level in 0..20_000 {
        write!(
            chain,
            " fragment F{level} on Query {{ ... {{ ...F{} }} }}",
            level + 1
        )
        .unwrap();
    }
    let expected = Some(("nesting".to_owned(), 33));
    assert_eq!(refusal(&chain, value!({}), &Limits::default()), expected);
}
