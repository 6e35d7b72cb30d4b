//! Who may read each field, and which scope each mutation needs: tables that are read against the
//! schema itself, so that neither can say less than the other.

use std::collections::{BTreeMap, BTreeSet};

use async_graphql::Positioned;
use async_graphql::parser::types::{ConstDirective, TypeDefinition, TypeKind};
use partner_registry::auth::{Permission, Permissions, Principal};
use partner_registry::registry::Reference;
use partner_registry::registry::access::{Granted, NewClient};
use serde_json::{Value, json};
use tests::{Caller, TestApp, TestServer, on_both};

use crate::given::{cluster, one_of_each, organisation};
use crate::push::Pusher;
use crate::sdl::{fields, mutations, named, needs_arguments, object_fields, selections, types};

/// A row a field of an object type; a column a kind of principal.
const READERS: &str = include_str!("../data/access/readers.tsv");
/// A row a mutation, with the scope that its client needs.
const SCOPES: &str = include_str!("../data/access/scopes.tsv");

/// What a kind of principal gets from a field.
const ANSWERS: [&str; 4] = ["allowed", "null", "not found", "forbidden"];

/// The kinds of principals.
const PRINCIPALS: [&str; 4] = ["operator", "cluster", "agency", "anonymous"];

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
    assert_eq!(principals, PRINCIPALS);
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
    let types = types();
    let described = fields(&types["Mutation"]).into_iter().map(|field| {
        let words = field.description.as_ref().map(|words| words.node.as_str());
        (field.name.node.as_str(), words.unwrap_or_default())
    });
    for (mutation, words) in described {
        let [scope] = rows[mutation][..] else {
            panic!("{mutation} needs one scope: {:?}", rows[mutation]);
        };
        let says = format!("Needs the scope `{scope}`.");
        assert!(words.ends_with(&says), "{mutation}: {words}; it {says}");
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

on_both!(
    what_the_operator_may_read_is_answered,
    each_root_field_is_open_to_those_whom_the_table_names,
    no_mutation_is_open_without_its_scope,
);

/// Each root field, asked for by each kind of principal with all scopes. Whether a record is there is
/// another question.
async fn each_root_field_is_open_to_those_whom_the_table_names(server: TestServer) {
    let (_, rows) = table(READERS);
    let callers = callers(&server, Permissions::all()).await;
    for (ty, field, document) in root_fields() {
        let answers = &rows[format!("{ty}.{field}").as_str()];
        for ((caller, kind), expected) in callers.iter().zip(PRINCIPALS).zip(answers) {
            let answer = if ty == "Subscription" {
                followed(caller, &document).await
            } else {
                caller.ask(&document, json!({})).1
            };
            let actual = if is_forbidden(&answer) {
                "forbidden"
            } else {
                "allowed"
            };
            assert_eq!(actual, *expected, "{kind} asks for {document}: {answer}");
        }
    }
}

/// The first answer to a subscription.
async fn followed(caller: &Caller, document: &str) -> Value {
    let mut message = caller.subscribe(document, json!({})).await.next().await;
    let payload = message["payload"].take();
    if message["type"] == "error" {
        json!({ "errors": payload })
    } else {
        payload
    }
}

async fn no_mutation_is_open_without_its_scope(server: TestServer) {
    let (_, rows) = table(SCOPES);
    for (ty, field, document) in root_fields() {
        if ty == "Mutation" {
            let needed: Permission = *Permission::ALL
                .iter()
                .find(|one| one.as_str() == rows[field.as_str()][0])
                .expect("a scope");
            let others = Permission::ALL.into_iter().filter(|one| *one != needed);
            let caller = server.acting_for(Principal::Operator, others.collect());
            let (_, answer) = caller.ask(&document, json!({}));
            assert!(is_forbidden(&answer), "{document}: {answer}");
            let caller = server.acting_for(Principal::Operator, [needed].into_iter().collect());
            let (_, answer) = caller.ask(&document, json!({}));
            assert!(!is_forbidden(&answer), "{document}: {answer}");
        }
    }
}

/// Someone of each kind, in the order of the table.
async fn callers(server: &TestServer, permissions: Permissions) -> Vec<Caller> {
    let organisation = server.put(organisation("EUROBIOMED")).await.id;
    let cluster = server.put(cluster(organisation, "EUROBIOMED")).await.id;
    let actor = &server.actor;
    let agency = Reference::Id(organisation.into());
    let agency = server.registry.register_agency(actor, agency).await;
    let agency = agency.expect("an agency").id;
    vec![
        server.acting_for(Principal::Operator, permissions),
        server.acting_for(Principal::Cluster(cluster), permissions),
        server.acting_for(Principal::Agency(agency), permissions),
        server.as_anonymous(),
    ]
}

async fn one_client_and_grant(app: &TestApp) {
    let organisation = app.put(organisation("Regione Lazio")).await.id;
    let (registry, actor) = (&app.registry, &app.actor);
    let new = NewClient {
        principal: Principal::Operator,
        name: "console".to_owned(),
        permissions: Permissions::all(),
    };
    registry.create_client(actor, new).await.expect("a client");
    let agency = registry.register_agency(actor, Reference::Id(organisation.into()));
    let agency = agency.await.expect("an agency").id;
    let region = Granted::Region("ITI4".to_owned());
    let grant = registry.grant_agency(actor, agency, region).await;
    grant.expect("a grant");
}

/// Two organisations of one name, of which the second waits to be looked at.
async fn one_review(server: &TestServer) {
    for (pusher, id) in Pusher::partners(server).await.iter().zip(["a1", "b1"]) {
        pusher.organisation(id, json!({ "name": "Twin", "country": "IT" }));
    }
}

/// Whether the answer is that this is not for the one who asks.
fn is_forbidden(answer: &Value) -> bool {
    let code = answer["errors"][0]["extensions"]["code"].as_str();
    assert!(
        !matches!(code, Some("INTERNAL" | "GRAPHQL_VALIDATION_FAILED")),
        "{answer}"
    );
    matches!(code, Some("FORBIDDEN" | "UNAUTHENTICATED"))
}

/// Each field of `Query`, `Mutation` and `Subscription`, with a document that asks for it and says no more than it
/// must.
fn root_fields() -> Vec<(&'static str, String, String)> {
    let types = types();
    let mut all = Vec::new();
    for (ty, word) in [
        ("Query", "query"),
        ("Mutation", "mutation"),
        ("Subscription", "subscription"),
    ] {
        for field in fields(&types[ty]) {
            let arguments: Vec<_> = field
                .arguments
                .iter()
                .filter(|argument| !argument.node.ty.node.nullable)
                .map(|argument| {
                    let value = least(&types, &argument.node.ty.node.to_string());
                    format!("{}: {value}", argument.node.name.node)
                })
                .collect();
            let arguments = match arguments.as_slice() {
                [] => String::new(),
                some => format!("({})", some.join(", ")),
            };
            let name = &field.name.node;
            let document = format!("{word} {{ {name}{arguments} {{ __typename }} }}");
            all.push((ty, name.to_string(), document));
        }
    }
    all
}

/// The least value of an input type.
fn least(types: &BTreeMap<String, TypeDefinition>, ty: &str) -> String {
    let name = ty.trim_end_matches('!');
    if name.starts_with('[') {
        return "[]".to_owned();
    }
    match types.get(name).map(|ty| &ty.kind) {
        Some(TypeKind::Enum(one)) => one.values[0].node.value.node.to_string(),
        Some(TypeKind::InputObject(input)) => {
            let is_one_of = |it: &Positioned<ConstDirective>| it.node.name.node == "oneOf";
            let one_of = types[name].directives.iter().any(is_one_of);
            let needed = input
                .fields
                .iter()
                .filter(|field| one_of || !field.node.ty.node.nullable);
            let needed = needed.take(if one_of { 1 } else { usize::MAX });
            let fields: Vec<_> = needed
                .map(|field| {
                    let value = least(types, &field.node.ty.node.to_string());
                    format!("{}: {value}", field.node.name.node)
                })
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        _ => match name {
            "Int" => "1".to_owned(),
            "Float" => "0.5".to_owned(),
            "Boolean" => "true".to_owned(),
            "ID" => "\"organisation_00000000000000000000000001\"".to_owned(),
            _ => "\"x\"".to_owned(),
        },
    }
}

/// Each list at the root, with all that its rows have and the leaves of what hangs on them.
async fn what_the_operator_may_read_is_answered(server: TestServer) {
    one_of_each(&server).await;
    one_client_and_grant(&server).await;
    one_review(&server).await;
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
