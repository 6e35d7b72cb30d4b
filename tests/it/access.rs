//! Who may read each field, and which scope each mutation needs: tables that are read against the
//! schema itself, so that neither can say less than the other.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;
use tests::{TestServer, on_both};

use crate::given::one_of_each;
use crate::sdl::{fields, mutations, named, needs_arguments, object_fields, selections, types};

/// A row a field of an object type; a column a kind of principal.
const READERS: &str = include_str!("../data/access/readers.tsv");
/// A row a mutation, with the scope that its client needs.
const SCOPES: &str = include_str!("../data/access/scopes.tsv");

/// What a kind of principal gets from a field.
const ANSWERS: [&str; 4] = ["allowed", "null", "not found", "forbidden"];

/// The columns of a table and its rows by their first cell.
fn table(text: &str) -> (Vec<&str>, BTreeMap<&str, Vec<&str>>) {
    let mut lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let columns = lines
        .next()
        .expect("a header")
        .split('\t')
        .skip(1)
        .collect();
    let mut rows = BTreeMap::new();
    for line in lines {
        let mut cells = line.split('\t');
        let name = cells.next().unwrap_or_default();
        let other = rows.insert(name, cells.collect());
        assert_eq!(other, None, "{name} has two rows");
    }
    (columns, rows)
}

/// The things without a row, and the rows about nothing.
fn differences(rows: &BTreeMap<&str, Vec<&str>>, things: &BTreeSet<String>) -> Vec<String> {
    let without = things
        .iter()
        .filter(|thing| !rows.contains_key(thing.as_str()));
    let without = without.map(|thing| format!("without a row: {thing}"));
    let beyond = rows.keys().filter(|name| !things.contains(**name));
    without
        .chain(beyond.map(|name| format!("about nothing: {name}")))
        .collect()
}

#[test]
fn every_field_says_who_may_read_it() {
    let (principals, rows) = table(READERS);
    assert_eq!(principals, ["operator"], "until sign-in exists");
    assert_eq!(
        differences(&rows, &object_fields()),
        [""; 0],
        "in tests/data/access/readers.tsv"
    );
    for (field, answers) in &rows {
        let says = answers.len() == principals.len()
            && answers.iter().all(|answer| ANSWERS.contains(answer));
        assert!(
            says,
            "{field}: {answers:?}; one of {ANSWERS:?} for each of {principals:?}"
        );
    }
}

#[test]
fn every_mutation_says_which_scope_it_needs() {
    let (columns, rows) = table(SCOPES);
    assert_eq!(columns, ["scope"]);
    assert_eq!(
        differences(&rows, &mutations()),
        [""; 0],
        "in tests/data/access/scopes.tsv"
    );
    for (mutation, scope) in &rows {
        let noun = mutation.trim_start_matches(|letter: char| letter.is_ascii_lowercase());
        let expected = match noun {
            "Organisation" | "Cluster" | "Membership" | "Partnership" | "PartnershipMember" => {
                "members:write"
            }
            "Project" | "Participation" => "projects:write",
            _ => panic!("{mutation} writes {noun}: which scope is that?"),
        };
        assert_eq!(*scope, [expected], "{mutation}");
    }
}

#[test]
fn a_missing_row_and_an_idle_row_are_found() {
    let things = BTreeSet::from(["A.x".to_owned(), "A.y".to_owned()]);
    for (text, expected) in [
        (
            "# words\nfield\toperator\n\nA.x\tallowed\nA.y\tallowed\n",
            &[][..],
        ),
        ("field\toperator\nA.x\tallowed\n", &["without a row: A.y"]),
        (
            "field\toperator\nA.x\tallowed\nA.z\tallowed\n",
            &["without a row: A.y", "about nothing: A.z"],
        ),
    ] {
        assert_eq!(differences(&table(text).1, &things), expected, "{text}");
    }
}

on_both!(what_the_operator_may_read_is_answered);

/// Each list at the root, with all that its rows have and the leaves of what hangs on them.
async fn what_the_operator_may_read_is_answered(server: TestServer) {
    one_of_each(&server).await;
    let types = types();
    let mut lists = 0;
    for list in fields(&types["Query"]) {
        let (name, returns) = (&list.name.node, named(list));
        if !returns.ends_with("Connection") || needs_arguments(list) {
            continue;
        }
        let document = format!(
            "{{ {name} {{ {} }} }}",
            selections(&types, &returns, 2).join(" ")
        );
        let answer = server.query(&document, json!({}));
        assert!(
            answer[name.as_str()]["nodes"][0].is_object(),
            "{name}: {answer}"
        );
        lists += 1;
    }
    assert!(
        lists > 7,
        "the seven types of records, and regions: {lists}"
    );
}
