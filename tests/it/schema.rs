//! The contract: `schema.graphql` is what the code says, it is described throughout, and it is one.

use std::path::Path;

use async_graphql::Positioned;
use async_graphql::parser::types::{InputValueDefinition, TypeKind};

use crate::sdl::{fields, types};

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "whoever changes the schema says so in the shell"
)]
fn the_committed_schema_is_that_of_the_code() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schema.graphql");
    let sdl = partner_registry::graphql::sdl();
    if std::env::var("UPDATE_SCHEMA").is_ok_and(|value| value == "1") {
        std::fs::write(&path, &sdl).expect("schema.graphql is written");
    }
    let committed = std::fs::read_to_string(&path).expect("schema.graphql");
    let changed: Vec<_> = lines_beyond(&committed, &sdl, '-')
        .chain(lines_beyond(&sdl, &committed, '+'))
        .take(20)
        .collect();
    assert!(
        committed == sdl,
        "UPDATE_SCHEMA=1 cargo test -p tests schema rewrites schema.graphql:\n{}",
        changed.join("\n")
    );
}

/// The lines of a text that another one lacks.
fn lines_beyond<'a>(
    text: &'a str,
    other: &'a str,
    sign: char,
) -> impl Iterator<Item = String> + 'a {
    let known: std::collections::HashSet<_> = other.lines().collect();
    text.lines()
        .filter(move |line| !known.contains(line))
        .map(move |line| format!("{sign} {line}"))
}

#[test]
fn everything_is_described() {
    let mut silent = Vec::new();
    let mut hear = |what: String, description: Option<&Positioned<String>>| {
        if description.is_none_or(|words| words.node.trim().is_empty()) {
            silent.push(what);
        }
    };
    for (name, ty) in &types() {
        hear(name.clone(), ty.description.as_ref());
        for field in fields(ty) {
            let field_name = format!("{name}.{}", field.name.node);
            hear(field_name.clone(), field.description.as_ref());
            for argument in &field.arguments {
                let Positioned { node: argument, .. } = argument;
                let what = format!("{field_name}({}:)", argument.name.node);
                hear(what, argument.description.as_ref());
            }
        }
        match &ty.kind {
            TypeKind::Enum(members) => {
                for member in &members.values {
                    let what = format!("{name}.{}", member.node.value.node);
                    hear(what, member.node.description.as_ref());
                }
            }
            TypeKind::InputObject(input) => {
                for field in &input.fields {
                    let what = format!("{name}.{}", field.node.name.node);
                    hear(what, field.node.description.as_ref());
                }
            }
            _ => {}
        }
    }
    assert!(
        silent.is_empty(),
        "without a description:\n{}",
        silent.join("\n")
    );
}

#[test]
fn every_type_has_the_fields_of_its_interfaces() {
    let types = types();
    let mut missing = Vec::new();
    let mut implementations = 0;
    for (name, ty) in &types {
        let TypeKind::Object(object) = &ty.kind else {
            continue;
        };
        for interface in &object.implements {
            implementations += 1;
            for wanted in fields(&types[interface.node.as_str()]) {
                let here = fields(ty)
                    .into_iter()
                    .find(|field| field.name == wanted.name);
                if here.is_none_or(|field| field.ty.node != wanted.ty.node) {
                    missing.push(format!("{name}.{}: {}", wanted.name.node, wanted.ty.node));
                }
            }
        }
    }
    assert_eq!(
        implementations, 14,
        "seven types of records are `Node` and `Record`"
    );
    assert!(
        missing.is_empty(),
        "an interface has what its type has not:\n{}",
        missing.join("\n")
    );
}

#[test]
fn every_list_that_can_grow_is_paged_in_both_directions() {
    let mut capped = Vec::new();
    let mut connections = 0;
    for (name, ty) in &types() {
        for field in fields(ty) {
            if !field.ty.node.to_string().ends_with("Connection!") {
                continue;
            }
            connections += 1;
            let has = |argument: &str, ty: &str| {
                let is = |it: &Positioned<InputValueDefinition>| {
                    it.node.name.node == argument && it.node.ty.node.to_string() == ty
                };
                field.arguments.iter().any(is)
            };
            let pages = [
                ("first", "Int"),
                ("after", "String"),
                ("last", "Int"),
                ("before", "String"),
            ];
            if !pages.iter().all(|(argument, ty)| has(argument, ty)) {
                capped.push(format!("{name}.{}", field.name.node));
            }
        }
    }
    assert!(
        connections >= 9,
        "the lists of `Query` at least: {connections}"
    );
    assert!(
        capped.is_empty(),
        "without first, after, last or before:\n{}",
        capped.join("\n")
    );
}
