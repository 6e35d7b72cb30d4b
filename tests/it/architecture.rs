//! What the sources must look like: who may name whom, and the habits of the house.

use crate::source::{Name, Source, sources};

/// The folders, and what they must not name.
const MUST_NOT_NAME: &[(&str, &[&str])] = &[
    (
        "api/src/http",
        &[
            "crate::registry",
            "crate::feed",
            "crate::store",
            "sea_orm",
            "entities",
        ],
    ),
    (
        "api/src/graphql",
        &["sea_orm", "actix_web", "crate::store", "crate::http"],
    ),
    (
        "api/src/auth",
        &[
            "crate::http",
            "crate::graphql",
            "crate::registry",
            "crate::store",
        ],
    ),
    ("api/src/delivery", &["crate::http", "crate::graphql"]),
    (
        "api/src/registry",
        &[
            "async_graphql",
            "actix_web",
            "crate::graphql",
            "crate::http",
        ],
    ),
    (
        "api/src/feed",
        &[
            "async_graphql",
            "actix_web",
            "crate::registry",
            "crate::graphql",
            "crate::http",
        ],
    ),
    (
        "api/src/store",
        &[
            "async_graphql",
            "actix_web",
            "crate::registry",
            "crate::feed",
            "crate::graphql",
        ],
    ),
    (
        "api/src/reference",
        &["sea_orm", "async_graphql", "actix_web", "crate::registry"],
    ),
    (
        "entities",
        &[
            "partner_registry",
            "migration",
            "async_graphql",
            "actix_web",
        ],
    ),
    ("migration", &["partner_registry", "entities"]),
];

/// The feed's own tables: others may name their enums, but not read or write the rows.
const FEED_TABLES: &[&str] = &["change_head", "change_log", "feed_clock", "feed_term"];

/// What begins a transaction, and what writes without asking the registry.
const BEGINS: &[&str] = &[
    "begin",
    "begin_with_options",
    "begin_with_config",
    "transaction",
    "transaction_with_config",
];
const WRITES: &[&str] = &[
    "insert_many",
    "update_many",
    "delete_many",
    "delete_by_id",
    "exec_without_returning",
    "execute_unprepared",
    "execute_raw",
];

fn said(source: &Source, name: &Name, what: &str) -> String {
    format!("{}:{}: {what}", source.path, name.line)
}

fn is_in(source: &Source, folder: &str) -> bool {
    source
        .path
        .strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// `file:line: registry must not name async_graphql`.
fn forbidden_names(source: &Source) -> Vec<String> {
    let rules = MUST_NOT_NAME
        .iter()
        .filter(|(folder, _)| is_in(source, folder));
    let rules = rules.flat_map(|(folder, names)| names.iter().map(move |name| (folder, name)));
    let mut found = Vec::new();
    for (folder, forbidden) in rules {
        let folder = folder.rsplit('/').next().unwrap_or_default();
        let what = format!(
            "{folder} must not name {}",
            forbidden.trim_start_matches("crate::")
        );
        let names = source
            .names()
            .into_iter()
            .filter(|name| name.is_in(forbidden));
        found.extend(names.map(|name| said(source, &name, &what)));
    }
    found
}

/// Every write of a record ends in the feed: nothing else writes its tables, only the registry
/// begins transactions, only the feed and the store send statements that write.
fn ways_round_the_feed(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    if !is_in(source, "api/src") {
        return found;
    }
    let names = source.names();
    if !is_in(source, "api/src/feed") {
        let of_feed = names.iter().filter(|name| {
            let table = name
                .segments
                .iter()
                .any(|it| FEED_TABLES.contains(&it.as_str()));
            table && !name.last().ends_with("Op")
        });
        found.extend(of_feed.map(|name| said(source, name, "only feed names the feed's tables")));
    }
    let calls: Vec<Name> = source.calls();
    if !is_in(source, "api/src/registry") {
        let begins = calls.iter().filter(|name| BEGINS.contains(&name.last()));
        found.extend(begins.map(|name| said(source, name, "only registry begins transactions")));
    }
    if !is_in(source, "api/src/feed") && !is_in(source, "api/src/store") {
        let writes = calls
            .iter()
            .chain(&names)
            .filter(|name| WRITES.contains(&name.last()));
        found.extend(writes.map(|name| said(source, name, "only feed and store write rows")));
    }
    found
}

/// A migration writes no rows; the full-text index alone is filled by its triggers.
fn rows_in_migrations(source: &Source) -> Vec<String> {
    let lines = source
        .text
        .lines()
        .enumerate()
        .filter(|_| is_in(source, "migration"));
    let writes = lines.filter(|(_, line)| {
        let writes = ["INSERT INTO", "DELETE FROM", " SET "]
            .iter()
            .any(|word| line.contains(word));
        writes && !line.contains("INSERT INTO search_words (")
    });
    writes
        .map(|(n, _)| format!("{}:{}: a migration writes no rows", source.path, n + 1))
        .collect()
}

/// There is no way to a record without saying who: every method of the registry that can be reached
/// from outside takes the actor first.
fn doors_without_actor(source: &Source) -> Vec<String> {
    const NO_RECORDS: &[&str] = &["is_ready"];
    if !is_in(source, "api/src/registry") {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, _) in source.text.match_indices("pub async fn ") {
        let rest = source.text[at..].trim_start_matches("pub async fn ");
        let name = rest.split(['(', '<']).next().unwrap_or_default();
        let arguments: String = rest
            .split_once('(')
            .map_or("", |(_, it)| it)
            .split_whitespace()
            .collect();
        let says_who = ["&self,actor:&Actor", "&self,_actor:&Actor"];
        let method = arguments.starts_with("&self") && !NO_RECORDS.contains(&name);
        if method && !says_who.iter().any(|it| arguments.starts_with(it)) {
            let line = source.text[..at].matches('\n').count() + 1;
            found.push(format!(
                "{}:{line}: {name} does not say who asks",
                source.path
            ));
        }
    }
    found
}

fn bad_habits(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let lines = source.text.lines().count();
    if lines > 500 {
        found.push(format!("{}: {lines} lines; 500 at most", source.path));
    }
    if !source.text.starts_with("//! ") {
        found.push(format!(
            "{}:1: a module begins with `//!`, which says its job",
            source.path
        ));
    }
    let banned = ["utils", "helpers", "common", "manager", "service"];
    if source
        .path
        .split(['/', '.'])
        .any(|part| banned.contains(&part))
    {
        found.push(format!("{}: a name that says nothing", source.path));
    }
    for (n, line) in source.text.lines().enumerate() {
        let attribute = line
            .trim_start()
            .trim_start_matches("#!")
            .trim_start_matches('#');
        if attribute.starts_with("[allow(") {
            found.push(format!(
                "{}:{}: `expect` with a reason, not `allow`",
                source.path,
                n + 1
            ));
        }
    }
    found
}

fn assert_none(rule: fn(&Source) -> Vec<String>) {
    let sources = sources();
    assert!(sources.len() > 50, "the sources are found");
    let found: Vec<String> = sources.iter().flat_map(rule).collect();
    assert!(found.is_empty(), "\n{}", found.join("\n"));
}

#[test]
fn folders_name_only_what_they_may() {
    assert_none(forbidden_names);
}

#[test]
fn every_write_ends_in_the_feed() {
    assert_none(ways_round_the_feed);
}

#[test]
fn migrations_write_no_rows() {
    assert_none(rows_in_migrations);
}

#[test]
fn every_door_of_the_registry_asks_who() {
    assert_none(doors_without_actor);
}

#[test]
fn files_keep_the_habits() {
    assert_none(bad_habits);
}

#[test]
fn the_rules_bite() {
    type Rule = fn(&Source) -> Vec<String>;
    let table: &[(Rule, &str, &str, &[&str])] = &[
        (
            forbidden_names,
            "api/src/registry/x.rs",
            "//! x\nuse async_graphql::{Value, *};\nfn f() -> ::actix_web::Error {}\n",
            &[
                "api/src/registry/x.rs:2: registry must not name async_graphql",
                "api/src/registry/x.rs:2: registry must not name async_graphql",
                "api/src/registry/x.rs:3: registry must not name actix_web",
            ],
        ),
        (
            forbidden_names,
            "api/src/graphql/x.rs",
            "use crate::{auth::Actor, store as s};\n// sea_orm::Value\nfn f(a: super::super::store::Page) { \"sea_orm::\"; }\n",
            &[
                "api/src/graphql/x.rs:1: graphql must not name store",
                "api/src/graphql/x.rs:3: graphql must not name store",
            ],
        ),
        (
            forbidden_names,
            "api/src/http/x.rs",
            "use crate::graphql::store::Y;",
            &[],
        ),
        (
            ways_round_the_feed,
            "api/src/registry/x.rs",
            "use entities::change_head::{self, ChangeOp};\nfn f() { E::insert_many(rows); }",
            &[
                "api/src/registry/x.rs:1: only feed names the feed's tables",
                "api/src/registry/x.rs:2: only feed and store write rows",
            ],
        ),
        (
            ways_round_the_feed,
            "api/src/delivery/x.rs",
            "async fn f() { db\n.begin().await; }",
            &["api/src/delivery/x.rs:2: only registry begins transactions"],
        ),
        (
            rows_in_migrations,
            "migration/src/x.rs",
            "\"INSERT INTO source VALUES (1)\"",
            &["migration/src/x.rs:1: a migration writes no rows"],
        ),
        (
            doors_without_actor,
            "api/src/registry/x.rs",
            "pub async fn all<E>(&self, id: Uuid) {}\npub async fn one(&self, actor: &Actor) {}",
            &["api/src/registry/x.rs:1: all does not say who asks"],
        ),
        (
            bad_habits,
            "api/src/utils.rs",
            "use x;\n#![allow(dead_code)]\n",
            &[
                "api/src/utils.rs:1: a module begins with `//!`, which says its job",
                "api/src/utils.rs: a name that says nothing",
                "api/src/utils.rs:2: `expect` with a reason, not `allow`",
            ],
        ),
    ];
    for (rule, path, text, found) in table {
        assert_eq!(rule(&Source::new(path, text)), *found, "{path}: {text}");
    }
}
