//! Lists within records: each is paged by itself, in both directions, and under any alias.

use serde_json::{Value, json};
use tests::{TestServer, on_both, on_sqlite};

use crate::posted::{by_id, each, post, text};

on_both!(
    each_record_pages_its_own_list,
    aliases_of_a_list_are_lists_of_their_own,
    the_total_of_a_search_is_that_of_the_whole_list,
    a_document_is_answered_in_its_own_words,
);
on_sqlite!(reference_lists_page_like_any_other);

/// Two clusters, of five members and of three, who joined a day after each other.
fn clusters(server: &TestServer) -> [String; 2] {
    [("Big", 5), ("Small", 3)].map(|(name, members)| {
        let runs = post(
            server,
            "organisation",
            &json!({ "name": format!("{name} Association") }),
        );
        let cluster = json!({ "organisation": by_id(&runs), "name": name });
        let cluster = post(server, "cluster", &cluster);
        for n in 1..=members {
            let member = post(
                server,
                "organisation",
                &json!({ "name": format!("{name} {n}") }),
            );
            let data = json!({
                "cluster": by_id(&cluster), "organisation": by_id(&member),
                "startsOn": format!("2020-01-0{n}"),
                "category": if n % 2 == 0 { "FULL" } else { "OBSERVER" },
            });
            post(server, "membership", &data);
        }
        cluster
    })
}

const LISTS: &str = "
    query($ids: [ID!]!, $first: Int, $after: String, $last: Int, $before: String) {
        nodes(ids: $ids) { ... on Cluster {
            memberships(
                first: $first, after: $after, last: $last, before: $before,
                orderBy: [{ field: STARTS_ON, direction: DESC }]
            ) {
                totalCount
                pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
                nodes { organisation { name } }
            }
        } }
    }";

fn names(list: &Value) -> Value {
    json!(each(&list["nodes"], "/organisation/name"))
}

async fn each_record_pages_its_own_list(server: TestServer) {
    let [big, small] = clusters(&server);
    let ask = |ids: &[&String], mut page: Value| {
        page["ids"] = json!(ids);
        server.query(LISTS, page)["nodes"].take()
    };
    let both = ask(&[&big, &small], json!({ "first": 3 }));
    let lists = each(&both, "/memberships");
    assert_eq!(names(lists[0]), json!(["Big 5", "Big 4", "Big 3"]));
    assert_eq!(names(lists[1]), json!(["Small 3", "Small 2", "Small 1"]));
    assert_eq!(json!(each(&both, "/memberships/totalCount")), json!([5, 3]));
    assert_eq!(
        json!(each(&both, "/memberships/pageInfo/hasNextPage")),
        json!([true, false])
    );

    let after = text(lists[0], "/pageInfo/endCursor");
    let rest = ask(&[&big], json!({ "first": 3, "after": after }))[0]["memberships"].take();
    assert_eq!(names(&rest), json!(["Big 2", "Big 1"]));
    assert_eq!(rest["pageInfo"]["hasNextPage"], false);
    assert_eq!(rest["totalCount"], 5, "whatever the page");

    let last = ask(&[&big, &small], json!({ "last": 2 }));
    let lists = each(&last, "/memberships");
    assert_eq!(names(lists[0]), json!(["Big 2", "Big 1"]));
    assert_eq!(names(lists[1]), json!(["Small 2", "Small 1"]));
    assert_eq!(
        json!(each(&last, "/memberships/pageInfo/hasPreviousPage")),
        json!([true, true])
    );
    let before = text(lists[0], "/pageInfo/startCursor");
    let start = ask(&[&big], json!({ "last": 2, "before": before }))[0]["memberships"].take();
    assert_eq!(names(&start), json!(["Big 4", "Big 3"]));
    assert_eq!(
        ask(&[&big], json!({ "first": 0 }))[0]["memberships"]["nodes"],
        json!([])
    );
}

async fn aliases_of_a_list_are_lists_of_their_own(server: TestServer) {
    let [big, _] = clusters(&server);
    let document = "query($id: ID!) { cluster(id: $id) {
        oldest: memberships(first: 1, orderBy: [{ field: STARTS_ON }]) { ...List }
        newest: memberships(last: 1, orderBy: [{ field: STARTS_ON }]) { ...List }
        full: memberships(filter: { category: { eq: FULL } }, orderBy: [{ field: STARTS_ON }]) { ...List }
        none: memberships(filter: { category: { eq: FOUNDING } }) { ...List }
    } }
    fragment List on MembershipConnection { totalCount nodes { organisation { name } } }";
    let cluster = server.query(document, json!({ "id": big }))["cluster"].take();
    for (alias, count, expected) in [
        ("oldest", 5, json!(["Big 1"])),
        ("newest", 5, json!(["Big 5"])),
        ("full", 2, json!(["Big 2", "Big 4"])),
        ("none", 0, json!([])),
    ] {
        assert_eq!(names(&cluster[alias]), expected, "{alias}");
        assert_eq!(cluster[alias]["totalCount"], count, "{alias}");
    }
}

async fn reference_lists_page_like_any_other(server: TestServer) {
    let document = "query($first: Int, $after: String, $last: Int, $before: String) {
        regions(within: \"IT\", level: 2, first: $first, after: $after, last: $last, before: $before) {
            totalCount
            pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            edges { cursor node { code } }
        }
    }";
    let ask = |page: Value| server.query(document, page)["regions"].take();
    let codes = |list: &Value| -> Vec<String> {
        each(&list["edges"], "/node/code")
            .iter()
            .map(|code| text(code, ""))
            .collect()
    };
    let all = codes(&ask(json!({ "first": 200 })));
    assert_eq!((all.len(), all.is_sorted()), (21, true), "{all:?}");
    let (mut forward, mut after) = (Vec::new(), Value::Null);
    let (mut backward, mut before) = (Vec::new(), Value::Null);
    for page in 1..=5 {
        let ahead = ask(json!({ "first": 5, "after": after }));
        let behind = ask(json!({ "last": 5, "before": before }));
        forward.extend(codes(&ahead));
        backward.splice(0..0, codes(&behind));
        for (list, next, previous) in [(&ahead, page < 5, page > 1), (&behind, page > 1, page < 5)]
        {
            assert_eq!(list["totalCount"], 21);
            assert_eq!(list["pageInfo"]["hasNextPage"], next, "page {page}");
            assert_eq!(list["pageInfo"]["hasPreviousPage"], previous, "page {page}");
        }
        after = ahead["pageInfo"]["endCursor"].clone();
        before = behind["pageInfo"]["startCursor"].clone();
    }
    assert_eq!((&forward, &backward), (&all, &all));
}

/// On each page, on the last, beyond it, and where nothing is found.
async fn the_total_of_a_search_is_that_of_the_whole_list(server: TestServer) {
    clusters(&server);
    let document = "query($search: String, $first: Int, $after: String) {
        organisations(search: $search, first: $first, after: $after) {
            totalCount
            pageInfo { endCursor hasNextPage }
            nodes { name }
        }
    }";
    let (mut after, mut seen) = (Value::Null, Vec::new());
    for (rows, more) in [(2, true), (2, true), (2, false), (0, false)] {
        let variables = json!({ "search": "big", "first": 2, "after": after });
        let list = server.query(document, variables)["organisations"].clone();
        let names: Vec<String> = each(&list["nodes"], "/name")
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            (
                &list["totalCount"],
                names.len(),
                &list["pageInfo"]["hasNextPage"]
            ),
            (&json!(6), rows, &json!(more)),
            "after {seen:?}"
        );
        seen.extend(names);
        if rows > 0 {
            after = list["pageInfo"]["endCursor"].clone();
        }
    }
    assert_eq!(seen.len(), 6);
    let nothing = server.query(document, json!({ "search": "nobody" }));
    assert_eq!(nothing["organisations"]["totalCount"], 0);
}

/// Fields come in the order of the document, however they are asked for and whether they wait.
async fn a_document_is_answered_in_its_own_words(server: TestServer) {
    clusters(&server);
    for (selection, expected) in [
        (
            "memberships(first: 1) { nodes { cluster { name } } } name again: name",
            r#"{"memberships":{"nodes":[{"cluster":{"name":"Big"}}]},"name":"Big 1","again":"Big 1"}"#,
        ),
        (
            "name ... on Record { version } ...F name __typename",
            r#"{"name":"Big 1","version":1,"isSme":null,"names":[],"__typename":"Organisation"}"#,
        ),
        (
            "... on Node @skip(if: true) { id } name @skip(if: true)",
            "{}",
        ),
        (
            "address { city } ...F address { street }",
            r#"{"address":{"city":null,"street":null},"isSme":null,"names":[]}"#,
        ),
        (
            "memberships { totalCount } name memberships { nodes { version } }",
            r#"{"memberships":{"totalCount":1,"nodes":[{"version":1}]},"name":"Big 1"}"#,
        ),
    ] {
        let list = "organisations(filter: { name: { eq: \"big 1\" } })";
        let mut document = format!("{{ {list} {{ nodes {{ {selection} }} }} }}");
        if selection.contains("...F") {
            document += " fragment F on Organisation { isSme names { value } }";
        }
        let body = json!({ "query": document }).to_string();
        let headers = [("content-type", "application/json")];
        let answer = server.post_raw(body.as_bytes(), &headers);
        let expected = format!("{{\"data\":{{\"organisations\":{{\"nodes\":[{expected}]}}}}}}");
        assert_eq!(answer.text, expected, "{selection}");
    }
}
