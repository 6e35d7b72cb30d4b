//! What the sources must look like: who may name whom, and the habits of the house.

use crate::source::{Name, Source, sources};

/// The folders, and what they must not name.
#[rustfmt::skip]
const MUST_NOT_NAME: &[(&str, &str)] = &[
    ("api/src/http", "crate::registry crate::feed crate::store sea_orm entities"),
    ("api/src/graphql", "crate::http crate::feed crate::store sea_orm actix_web"),
    ("api/src/auth", "crate::http crate::graphql crate::delivery crate::registry crate::store"),
    ("api/src/delivery", "crate::http crate::graphql"),
    ("api/src/registry", "crate::http crate::graphql crate::delivery async_graphql actix_web"),
    ("api/src/feed", "crate::http crate::graphql crate::delivery crate::registry async_graphql actix_web"),
    ("api/src/store", "crate::http crate::graphql crate::delivery crate::registry crate::feed async_graphql actix_web"),
    ("api/src/reference", "crate::http crate::graphql crate::delivery crate::registry crate::store sea_orm"),
    ("entities", "partner_registry migration async_graphql actix_web"),
    ("migration", "partner_registry entities"),
];

/// The feed's own tables.
const FEED_TABLES: &str =
    "change_head change_log feed_clock feed_secret feed_term past_sight record_party";

/// What begins a transaction; `begin` of other things takes arguments.
const BEGINS: &str =
    "begin() begin_with_options begin_with_config transaction transaction_with_config";

/// What writes rows.
const WRITES: &str = "insert_many update_many delete_many delete_by_id exec_without_returning \
                      execute_unprepared execute_raw ActiveModel";

fn is_one_of(word: &str, words: &str) -> bool {
    words.split_whitespace().any(|it| it == word)
}

/// Who alone may name or call something, what that is, and the words for it.
type Only = (&'static [&'static str], fn(&Name) -> bool, &'static str);

/// Every write of a record ends in the feed.
const ONLY: &[Only] = &[
    (
        &["api/src/feed/"],
        |name| is_of_feed(name) && is_one_of(name.last(), WRITES),
        "only feed writes its tables",
    ),
    (
        &["api/src/feed/", "api/src/store/"],
        |name| is_of_feed(name) && !name.last().ends_with("Op"),
        "only feed and store name the feed's tables",
    ),
    (
        &["api/src/feed/", "api/src/store/"],
        |name| is_one_of(name.last(), WRITES),
        "only feed and store write rows",
    ),
    (
        &["api/src/registry/"],
        |name| is_one_of(name.last(), BEGINS),
        "only registry begins transactions",
    ),
];

fn is_of_feed(name: &Name) -> bool {
    name.segments.iter().any(|it| is_one_of(it, FEED_TABLES))
}

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
    let rules = rules.flat_map(|(folder, names)| names.split(' ').map(move |name| (folder, name)));
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

fn ways_round_the_feed(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    if !is_in(source, "api/src") {
        return found;
    }
    let mut names = source.names();
    names.extend(source.calls());
    for (allowed, is_meant, what) in ONLY {
        if !allowed.iter().any(|path| source.path.starts_with(path)) {
            let meant = names.iter().filter(|name| is_meant(name));
            found.extend(meant.map(|name| said(source, name, what)));
        }
    }
    found
}

/// The tables of shared records.
const RECORD_TABLES: &str =
    "organisation cluster membership partnership partnership_member project participation {table}";

/// A migration writes no record; what other tables say of them it may take over.
fn records_in_migrations(source: &Source) -> Vec<String> {
    let lines = source
        .text
        .lines()
        .enumerate()
        .filter(|_| is_in(source, "migration"));
    let writes = lines.filter(|(_, line)| {
        let words = ["INSERT INTO ", "DELETE FROM ", "UPDATE "];
        let tables = words.iter().filter_map(|word| line.split(word).nth(1));
        let mut tables = tables.filter_map(|rest| rest.split([' ', '"']).next());
        tables.any(|table| is_one_of(table, RECORD_TABLES))
    });
    writes
        .map(|(n, _)| format!("{}:{}: a migration writes no record", source.path, n + 1))
        .collect()
}

/// There is no way to a record without saying who: every method of the registry that can be reached
/// from outside takes the actor first.
fn doors_without_actor(source: &Source) -> Vec<String> {
    const NO_RECORDS: &[&str] = &["is_ready", "for_thread", "keep_awake"];
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
fn migrations_write_no_record() {
    assert_none(records_in_migrations);
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
                "api/src/registry/x.rs:1: only feed and store name the feed's tables",
                "api/src/registry/x.rs:2: only feed and store write rows",
            ],
        ),
        (
            ways_round_the_feed,
            "api/src/store/x.rs",
            "fn f() { change_head::Entity::find(); feed_clock::Entity::update_many(); }",
            &["api/src/store/x.rs:1: only feed writes its tables"],
        ),
        (
            ways_round_the_feed,
            "api/src/delivery/x.rs",
            "async fn f() { progress.begin(1); db\n.begin().await; }",
            &["api/src/delivery/x.rs:2: only registry begins transactions"],
        ),
        (
            records_in_migrations,
            "migration/src/x.rs",
            "\"INSERT INTO project VALUES (1)\"\n\"UPDATE project_x SET a = 1\"",
            &["migration/src/x.rs:1: a migration writes no record"],
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
