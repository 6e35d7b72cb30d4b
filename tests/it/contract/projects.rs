//! `projects.graphql`, the projects: consortium, money, topics; and records of any type by their ids.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::{by_id, each, mutate, post, text};

const DOCUMENT: &str = include_str!("../../data/contract/projects.graphql");

on_both!(
    a_project_comes_with_consortium_money_and_topics,
    projects_come_newest_first_and_without_a_date_last,
    nodes_come_in_the_order_asked_with_null_for_the_unknown,
);

async fn a_project_comes_with_consortium_money_and_topics(server: TestServer) {
    // GanESS, as CORDIS has it; its second participant is made.
    let data = json!({
        "acronym": "GanESS",
        "title": "Gaseous detectors for neutrino physics at the European Spallation Source",
        "status": "SIGNED",
        "startsOn": "2022-02-01",
        "endsOn": "2028-01-31",
        "signedOn": "2022-01-25",
        "programme": "HORIZON.1.1",
        "fundingScheme": "HORIZON-ERC",
        "euContribution": { "amount": "1496205", "currency": "EUR" },
        "identifiers": [{ "scheme": "GRANT_AGREEMENT", "value": "101039048" }],
        "topics": [{ "scheme": "EUROSCIVOC", "label": "noble gases" }],
    });
    let project = post(&server, "project", &data);
    let organisation = |name: &str, region: Option<&str>| {
        post(
            &server,
            "organisation",
            &json!({ "name": name, "region": region }),
        )
    };
    let (dipc, runs) = (
        organisation("DIPC", Some("ES212")),
        organisation("Cluster ASBL", None),
    );
    let cluster = json!({ "organisation": by_id(&runs), "name": "Basque Health Cluster" });
    let cluster = post(&server, "cluster", &cluster);
    let membership = json!({ "cluster": by_id(&cluster), "organisation": by_id(&dipc) });
    post(&server, "membership", &membership);
    for (organisation, role, order, amount) in [
        (&runs, "PARTNER", 2, None),
        (&dipc, "COORDINATOR", 1, Some("1496204.5")),
    ] {
        let amount = amount.map(|amount| json!({ "amount": amount, "currency": "EUR" }));
        let data = json!({
            "project": by_id(&project), "organisation": by_id(organisation),
            "role": role, "order": order, "euContribution": amount,
        });
        post(&server, "participation", &data);
    }

    let variables = json!({ "search": "gaseous NEUTRINO", "first": 5 });
    let answer = server.operation(DOCUMENT, "Projects", variables);
    let mut node = answer["projects"]["nodes"][0].clone();
    let code = node["topics"][0]["code"].take();
    assert!(code.is_string(), "a word of the list has its code");
    let expected = json!({
        "id": project,
        "acronym": "GanESS",
        "title": "Gaseous detectors for neutrino physics at the European Spallation Source",
        "status": "SIGNED",
        "startsOn": "2022-02-01",
        "endsOn": "2028-01-31",
        "signedOn": "2022-01-25",
        "programme": "HORIZON.1.1",
        "fundingScheme": "HORIZON-ERC",
        "totalCost": null,
        "euContribution": { "amount": "1496205.00", "currency": "EUR" },
        "identifiers": [{ "scheme": "GRANT_AGREEMENT", "value": "101039048" }],
        "topics": [{ "scheme": "EUROSCIVOC", "code": null, "label": "noble gases" }],
        "participations": { "totalCount": 2, "nodes": [
            {
                "role": "COORDINATOR",
                "order": 1,
                "euContribution": { "amount": "1496204.50", "currency": "EUR" },
                "organisation": {
                    "id": dipc, "name": "DIPC", "country": "ES",
                    "region": { "code": "ES212", "name": "Gipuzkoa" },
                    "memberships": { "nodes": [{ "cluster": { "name": "Basque Health Cluster" } }] },
                },
            },
            {
                "role": "PARTNER",
                "order": 2,
                "euContribution": null,
                "organisation": {
                    "id": runs, "name": "Cluster ASBL", "country": null, "region": null,
                    "memberships": { "nodes": [] },
                },
            },
        ]},
    });
    assert_eq!(node, expected);
    let page =
        json!({ "hasNextPage": false, "endCursor": answer["projects"]["pageInfo"]["endCursor"] });
    assert_eq!(answer["projects"]["pageInfo"], page);
    assert_eq!(answer["projects"]["totalCount"], 1);
}

async fn projects_come_newest_first_and_without_a_date_last(server: TestServer) {
    for (title, starts_on) in [
        ("old", Some("2014-01-01")),
        ("without", None),
        ("new", Some("2026-01-01")),
        ("middle", Some("2021-06-01")),
    ] {
        post(
            &server,
            "project",
            &json!({ "title": title, "startsOn": starts_on }),
        );
    }
    let mut titles = Vec::new();
    let mut after = Value::Null;
    loop {
        let variables = json!({ "first": 1, "after": after });
        let projects = server.operation(DOCUMENT, "Projects", variables)["projects"].take();
        titles.push(text(&projects, "/nodes/0/title"));
        after = projects["pageInfo"]["endCursor"].clone();
        if projects["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(titles, ["new", "middle", "old", "without"]);
}

async fn nodes_come_in_the_order_asked_with_null_for_the_unknown(server: TestServer) {
    let organisation = post(&server, "organisation", &json!({ "name": "Tehnopol" }));
    let cluster = json!({ "organisation": by_id(&organisation), "name": "Connected Health" });
    let cluster = post(&server, "cluster", &cluster);
    let project = post(
        &server,
        "project",
        &json!({ "title": "A project", "acronym": "AP" }),
    );
    let membership = json!({ "cluster": by_id(&cluster), "organisation": by_id(&organisation) });
    let membership = post(&server, "membership", &membership);
    let gone = post(&server, "organisation", &json!({ "name": "Gone" }));
    mutate(&server, "archive", "organisation", &json!({ "id": gone }));

    let unknown = "project_01h455vb4pex5vsknk084sn02q";
    let ids = [
        &project,
        unknown,
        &cluster,
        &gone,
        &membership,
        &organisation,
        &project,
    ];
    let answer = server.operation(DOCUMENT, "AnyNode", json!({ "ids": ids }));
    let nodes = &answer["nodes"];
    assert_eq!(
        json!(each(nodes, "/id")),
        json!([
            project,
            null,
            cluster,
            null,
            membership,
            organisation,
            project
        ])
    );
    assert_eq!(
        json!(each(nodes, "/__typename")),
        json!([
            "Project",
            null,
            "Cluster",
            null,
            "Membership",
            "Organisation",
            "Project"
        ])
    );
    let at = &nodes[2]["createdAt"];
    assert!(
        at.as_str()
            .is_some_and(|at| at.starts_with("2026-11-22T08:00:00")),
        "{at}"
    );
    let expected = json!({
        "__typename": "Cluster",
        "id": cluster,
        "name": "Connected Health",
        "version": 1,
        "createdAt": at,
        "updatedAt": at,
        "visibility": "PARTNERS",
        "steward": { "name": "Partner Registry" },
    });
    assert_eq!(nodes[2], expected);
    assert_eq!(
        (&nodes[0]["acronym"], &nodes[5]["name"]),
        (&json!("AP"), &json!("Tehnopol"))
    );
}
