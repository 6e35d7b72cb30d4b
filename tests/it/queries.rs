//! The statements of a request depend on its depth, never on how many rows it finds.

use entities::{cluster, membership, organisation, participation, project};
use partner_registry::registry::{Patch, RowWrite, Shared};
use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::given;
use crate::posted::each;

const MEMBERS: &str = include_str!("../data/contract/members.graphql");
const PROJECTS: &str = include_str!("../data/contract/projects.graphql");

/// What `Projects` and `Members` may need: a page and a count for each of their lists, and a look-up
/// for each kind of record that the rows lead to.
const MOST: usize = 10;

on_both!(
    projects_need_the_same_statements_for_2_and_for_20,
    members_need_the_same_statements_for_2_and_for_20,
    a_count_is_a_statement_only_where_it_is_asked_for,
    nodes_need_a_statement_for_each_type,
);

/// Projects with three participants each, in Tuscany, who belong to a cluster.
async fn fill(server: &TestServer, projects: usize) {
    let organisations = (0..3 * projects).map(|n| {
        let mut row = given::organisation(&format!("Organisation {n}"));
        row.patch.region = Patch::Set("ITI14".to_owned());
        row
    });
    let organisations = write::<organisation::Entity>(server, organisations).await;
    let runs = organisations[0].id;
    let cluster = [given::cluster(runs, "Cluster")];
    let cluster = write::<cluster::Entity>(server, cluster).await[0].id;
    let members = organisations
        .iter()
        .map(|member| given::membership(cluster, member.id));
    write::<membership::Entity>(server, members).await;
    let titles = (0..projects).map(|n| given::project(&format!("Project {n}")));
    let rows = write::<project::Entity>(server, titles).await;
    let participations = organisations.iter().enumerate().map(|(n, organisation)| {
        let mut row = given::participation(rows[n / 3].id, organisation.id);
        row.patch.order = Patch::set_or_clear(i32::try_from(n).ok());
        row
    });
    write::<participation::Entity>(server, participations).await;
}

/// Writes rows in one transaction.
async fn write<E: Shared>(
    server: &TestServer,
    rows: impl IntoIterator<Item = RowWrite<E>>,
) -> Vec<E::Model> {
    let (written, _) = server
        .write(rows.into_iter().collect())
        .await
        .expect("the rows are written");
    written
        .into_iter()
        .map(|row| row.record.expect("a record"))
        .collect()
}

/// The statements that an operation sends, with how many rows its list has.
fn statements(server: &TestServer, document: &str, name: &str, list: &str) -> (Vec<String>, usize) {
    let _ = server.statements.take();
    let answer = server.operation(document, name, json!({ "region": "ITI1", "first": 200 }));
    let rows = answer[list]["nodes"].as_array().expect("a list").len();
    (server.statements.take(), rows)
}

async fn assert_constant(server: &TestServer, document: &str, name: &str, list: &str) {
    fill(server, 2).await;
    let (few, rows_then) = statements(server, document, name, list);
    fill(server, 18).await;
    let (many, rows_now) = statements(server, document, name, list);
    assert_eq!(rows_now, 10 * rows_then, "ten times the rows");
    assert!(
        few.len() <= MOST,
        "{} statements:\n{}",
        few.len(),
        few.join("\n")
    );
    let shown = || format!("{}\n\nand\n\n{}", few.join("\n"), many.join("\n"));
    assert_eq!(few.len(), many.len(), "{}", shown());
}

async fn projects_need_the_same_statements_for_2_and_for_20(server: TestServer) {
    assert_constant(&server, PROJECTS, "Projects", "projects").await;
}

async fn members_need_the_same_statements_for_2_and_for_20(server: TestServer) {
    assert_constant(&server, MEMBERS, "Members", "organisations").await;
}

/// How many statements a document sends.
fn count(server: &TestServer, document: &str, variables: Value) -> usize {
    let _ = server.statements.take();
    server.query(document, variables);
    server.statements.take().len()
}

async fn a_count_is_a_statement_only_where_it_is_asked_for(server: TestServer) {
    fill(&server, 3).await;
    for (document, expected) in [
        ("{ projects { nodes { id } } }", 1),
        ("{ projects { totalCount nodes { id } } }", 2),
        (
            "{ projects { edges { cursor } pageInfo { hasNextPage hasPreviousPage } } }",
            1,
        ),
        (
            "{ projects { nodes { participations { nodes { id } } } } }",
            2,
        ),
        (
            "{ projects { nodes { participations { totalCount nodes { id } } } } }",
            2,
        ),
        (
            "{ projects(search: \"project\") { totalCount nodes { id } } }",
            1,
        ),
        (
            "{ projects(search: \"nowhere\") { totalCount nodes { id } } }",
            1,
        ),
        (
            "{ projects { nodes { participations(first: 1) { nodes { id } } } } }",
            2,
        ),
        (
            "query($no: Boolean!) { projects { totalCount @include(if: $no) nodes { id } } }",
            1,
        ),
        (
            "{ regions { totalCount } concepts(scheme: NACE_2) { totalCount } }",
            0,
        ),
    ] {
        assert_eq!(
            count(&server, document, json!({ "no": false })),
            expected,
            "{document}"
        );
    }
}

async fn nodes_need_a_statement_for_each_type(server: TestServer) {
    fill(&server, 10).await;
    let answer = server.query(
        "{ projects { nodes { id } } organisations { nodes { id } } }",
        json!({}),
    );
    let document = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Record { version } } }";
    let ids = |list: &str, many| {
        each(&answer[list]["nodes"], "/id")
            .into_iter()
            .take(many)
            .collect()
    };
    let (projects, organisations): (Vec<_>, Vec<_>) =
        (ids("projects", 10), ids("organisations", 20));
    for (ids, expected) in [
        (&projects[..2], 1),
        (&projects[..], 1),
        (&[&projects[..1], &organisations[..1]].concat()[..], 2),
        (&[&projects[..], &organisations[..]].concat()[..], 2),
    ] {
        assert_eq!(
            count(&server, document, json!({ "ids": ids })),
            expected,
            "{} ids",
            ids.len()
        );
    }
}
