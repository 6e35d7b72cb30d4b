//! Lists within records: each is paged by itself, in both directions, and under any alias.

use serde_json::{Value, json};
use tests::{TestServer, on_both, on_sqlite};

use crate::posted::{by_id, each, post, text};

on_both!(
    each_record_pages_its_own_list,
    aliases_of_a_list_are_lists_of_their_own
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
