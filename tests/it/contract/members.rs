//! `members.graphql`: members of a region, holders of identifiers, coordinators.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::{by_id, each, post};

const DOCUMENT: &str = include_str!("../../data/contract/members.graphql");

on_both!(
    members_are_those_of_the_region_and_all_below_it_by_name,
    members_come_with_what_they_take_part_in,
    each_key_has_one_answer_in_the_order_asked,
    coordinators_are_the_smes_that_lead_a_project_signed_since,
);

/// Organisations in and around Provence-Alpes-Côte d'Azur (FRL0), which was FR82 until 2013.
fn provence(server: &TestServer) {
    for (name, region) in [
        ("EUROBIOMED", Some("FRL04")),
        ("Aix-Marseille Université", Some("FR824")),
        ("Région Provence-Alpes-Côte d'Azur", Some("FRL0")),
        ("écoles du soleil", Some("FRL03")),
        ("LYONBIOPOLE AUVERGNE RHONE ALPES", Some("FRK26")),
        ("FONDAZIONE TOSCANA LIFE SCIENCES", Some("ITI19")),
        ("Nowhere in particular", None),
    ] {
        post(
            server,
            "organisation",
            &json!({ "name": name, "region": region }),
        );
    }
}

async fn members_are_those_of_the_region_and_all_below_it_by_name(server: TestServer) {
    provence(&server);
    let inside = json!([
        "Aix-Marseille Université",
        "écoles du soleil",
        "EUROBIOMED",
        "Région Provence-Alpes-Côte d'Azur",
    ]);
    for (region, expected) in [
        ("FRL0", inside.clone()),
        ("frl0", inside.clone()),
        ("FR82", inside),
        ("FRL04", json!(["Aix-Marseille Université", "EUROBIOMED"])),
        ("FR824", json!(["Aix-Marseille Université", "EUROBIOMED"])),
        ("FRK", json!(["LYONBIOPOLE AUVERGNE RHONE ALPES"])),
        ("IT", json!(["FONDAZIONE TOSCANA LIFE SCIENCES"])),
        ("GR", json!([])),
        ("EL", json!([])),
        ("GB", json!([])),
    ] {
        let variables = json!({ "region": region, "first": 50 });
        let members = &server.operation(DOCUMENT, "Members", variables)["organisations"];
        assert_eq!(
            json!(each(&members["nodes"], "/name")),
            expected,
            "{region}"
        );
        assert_eq!(
            members["totalCount"],
            expected.as_array().unwrap().len(),
            "{region}"
        );
    }

    // Page by page, the same.
    let mut names = Vec::new();
    let mut after = Value::Null;
    loop {
        let variables = json!({ "region": "FR", "first": 2, "after": after });
        let members = &server.operation(DOCUMENT, "Members", variables)["organisations"];
        assert_eq!(members["totalCount"], 5, "whatever the page");
        names.extend(each(&members["nodes"], "/name").into_iter().cloned());
        after = members["pageInfo"]["endCursor"].clone();
        if members["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(names.len(), 5);
    assert_eq!(names[3], "LYONBIOPOLE AUVERGNE RHONE ALPES");

    // A region of an older version is shown as its source gave it.
    let variables = json!({ "region": "FRL0", "first": 1 });
    let members = server.operation(DOCUMENT, "Members", variables);
    let region = &members["organisations"]["nodes"][0]["region"];
    assert_eq!(
        *region,
        json!({ "code": "FR824", "name": "Bouches-du-Rhône", "level": 3 })
    );
}

async fn members_come_with_what_they_take_part_in(server: TestServer) {
    let member = post(
        &server,
        "organisation",
        &json!({
            "name": "UNIVERSITATEA TEHNICA GHEORGHE ASACHI DIN IASI",
            "names": [{
                "value": "Gheorghe Asachi Technical University of Iasi",
                "type": "TRANSLATION",
                "language": "en",
            }],
            "kind": "UNIVERSITY",
            "region": "RO213",
            "website": "www.tuiasi.ro",
            "identifiers": [
                { "scheme": "EU_PIC", "value": "999853303" },
                { "scheme": "VAT", "value": "RO 4701606" },
            ],
        }),
    );
    let runs = post(
        &server,
        "organisation",
        &json!({ "name": "IMAGO-MOL", "country": "RO" }),
    );
    let data = json!({ "organisation": by_id(&runs), "name": "IMAGO-MOL", "acronym": "IM" });
    let cluster = post(&server, "cluster", &data);
    for (category, starts_on, ends_on) in [
        ("FULL", "2012-03-01", Value::Null),
        ("OBSERVER", "2010-01-01", json!("2012-02-29")),
    ] {
        let data = json!({
            "cluster": by_id(&cluster),
            "organisation": { "identifier": { "scheme": "EU_PIC", "value": "999853303" } },
            "category": category,
            "startsOn": starts_on,
            "endsOn": ends_on,
        });
        post(&server, "membership", &data);
    }
    for n in 1..=4 {
        let data = json!({ "acronym": format!("P{n}"), "title": format!("Project {n}") });
        let project = post(&server, "project", &data);
        let data = json!({
            "project": by_id(&project),
            "organisation": by_id(&member),
            "role": "COORDINATOR",
            "euContribution": { "amount": "1234567.5", "currency": "EUR" },
        });
        post(&server, "participation", &data);
    }

    let variables = json!({ "region": "RO21", "first": 10 });
    let answer = server.operation(DOCUMENT, "Members", variables);
    let node = &answer["organisations"]["nodes"][0];
    assert_eq!(node["id"], json!(member));
    assert_eq!(node["names"][0]["language"], "en");
    assert_eq!(
        (
            &node["kind"],
            &node["isSme"],
            &node["country"],
            &node["website"]
        ),
        (
            &json!("UNIVERSITY"),
            &Value::Null,
            &json!("RO"),
            &json!("https://www.tuiasi.ro")
        ),
    );
    let vat = json!({ "scheme": "VAT", "value": "RO4701606", "status": "CHECKSUM_OK" });
    assert!(
        node["identifiers"].as_array().unwrap().contains(&vat),
        "{node:#}"
    );
    assert_eq!(
        node["memberships"],
        json!({
            "totalCount": 2,
            "nodes": [
                {
                    "category": "FULL", "startsOn": "2012-03-01", "endsOn": null, "current": true,
                    "cluster": { "id": cluster, "name": "IMAGO-MOL", "acronym": "IM" },
                },
                {
                    "category": "OBSERVER", "startsOn": "2010-01-01", "endsOn": "2012-02-29",
                    "current": false,
                    "cluster": { "id": cluster, "name": "IMAGO-MOL", "acronym": "IM" },
                },
            ],
        })
    );
    let participations = &node["participations"];
    assert_eq!(participations["totalCount"], 4);
    let projects = each(&participations["nodes"], "/project/acronym");
    assert_eq!(json!(projects), json!(["P1", "P2", "P3"]));
    let money = json!({ "amount": "1234567.50", "currency": "EUR" });
    assert_eq!(participations["nodes"][0]["euContribution"], money);
}

async fn each_key_has_one_answer_in_the_order_asked(server: TestServer) {
    // Two departments share the VAT number of the company that they belong to.
    for (name, pic) in [
        ("EUROBIOMED", "986469243"),
        ("EUROBIOMED Toulon", "986469340"),
    ] {
        let identifiers = json!([
            { "scheme": "EU_PIC", "value": pic },
            { "scheme": "VAT", "value": "FR54489476952" },
        ]);
        let data = json!({ "name": name, "region": "FRL04", "identifiers": identifiers });
        post(&server, "organisation", &data);
    }
    let keys = json!([
        { "scheme": "EU_PIC", "value": "986469340" },
        { "scheme": "EU_PIC", "value": "999999999" },
        { "scheme": "VAT", "value": "fr 54 489 476 952" },
        { "scheme": "EU_PIC", "value": "986469243" },
        { "scheme": "RCN", "value": "986469243" },
    ]);
    let answer = server.operation(DOCUMENT, "ByIdentifiers", json!({ "keys": keys }));
    let answers = &answer["organisationsByIdentifier"];
    assert_eq!(
        json!(each(answers, "/key")),
        keys,
        "the keys as they were asked"
    );
    let mut names: Vec<Vec<&str>> = Vec::new();
    for organisations in each(answers, "/organisations") {
        let mut held: Vec<_> = each(organisations, "/name")
            .iter()
            .filter_map(|name| name.as_str())
            .collect();
        held.sort_unstable();
        names.push(held);
    }
    let shared = vec!["EUROBIOMED", "EUROBIOMED Toulon"];
    assert_eq!(
        names,
        [
            vec![shared[1]],
            vec![],
            shared.clone(),
            vec![shared[0]],
            vec![]
        ]
    );
    assert_eq!(
        answers[0]["organisations"][0]["region"],
        json!({ "code": "FRL04" })
    );
}

async fn coordinators_are_the_smes_that_lead_a_project_signed_since(server: TestServer) {
    let project = |signed_on: Option<&str>| {
        post(
            &server,
            "project",
            &json!({ "title": "A project", "signedOn": signed_on }),
        )
    };
    let (early, late, unsigned) = (
        project(Some("2021-12-31")),
        project(Some("2022-01-01")),
        project(None),
    );
    for (name, is_sme, role, project) in [
        ("TALIA SRL", Some(true), "COORDINATOR", &late),
        ("Élan Diagnostics", Some(true), "COORDINATOR", &late),
        ("signed too early", Some(true), "COORDINATOR", &early),
        ("not signed", Some(true), "COORDINATOR", &unsigned),
        ("a partner", Some(true), "PARTNER", &late),
        ("no SME", Some(false), "COORDINATOR", &late),
        ("SME or not", None, "COORDINATOR", &late),
    ] {
        let organisation = post(
            &server,
            "organisation",
            &json!({ "name": name, "isSme": is_sme }),
        );
        let data = json!({
            "project": by_id(project), "organisation": by_id(&organisation), "role": role,
        });
        post(&server, "participation", &data);
    }
    for (since, expected) in [
        ("2022-01-01", json!(["Élan Diagnostics", "TALIA SRL"])),
        ("2022-01-02", json!([])),
    ] {
        let answer = server.operation(DOCUMENT, "Coordinators", json!({ "since": since }));
        let found = &answer["organisations"];
        assert_eq!(
            json!(each(&found["nodes"], "/name")),
            expected,
            "since {since}"
        );
        assert_eq!(found["totalCount"], expected.as_array().unwrap().len());
    }
}
