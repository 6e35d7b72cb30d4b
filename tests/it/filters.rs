//! Filters: each comparator, and how they combine, also where there is no value and no relation.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::{by_id, each, mutate, post};

on_both!(
    a_comparator_finds_what_it_says,
    relations_are_asked_by_some_every_and_none,
    conditions_combine_as_logic_does,
);

/// Four organisations. Beta has no region, Gamma nothing but a name, and Delta's only participation
/// was archived.
fn fill(server: &TestServer) {
    let nace = json!([{ "scheme": "NACE_2", "code": "Q" }]);
    let vat = json!([{ "scheme": "VAT", "value": "FR54489476952" }]);
    let post = |noun: &str, data: Value| post(server, noun, &data);
    let alpha = post(
        "organisation",
        json!({
            "name": "Alpha", "kind": "COMPANY", "isSme": true, "region": "ITI14", "legalStatus": "ACTIVE",
            "identifiers": vat, "classifications": nace,
        }),
    );
    let beta = post(
        "organisation",
        json!({
            "name": "Beta", "kind": "UNIVERSITY", "isSme": false, "country": "FR",
        }),
    );
    post("organisation", json!({ "name": "Gamma" }));
    let delta = post("organisation", json!({ "name": "Délta", "region": "ITI1" }));
    let runs = json!({ "organisation": by_id(&beta), "name": "Medicen", "yearFounded": 2005 });
    let cluster = post("cluster", runs);
    for (member, category, starts_on) in [
        (&alpha, "FULL", None),
        (&beta, "FULL", Some("2012-03-01")),
        (&beta, "OBSERVER", Some("2010-01-01")),
    ] {
        post(
            "membership",
            json!({
                "cluster": by_id(&cluster), "organisation": by_id(member),
                "category": category, "startsOn": starts_on,
            }),
        );
    }
    let early = post(
        "project",
        json!({ "title": "Early", "signedOn": "2021-06-01" }),
    );
    let late = post(
        "project",
        json!({ "title": "Late", "signedOn": "2023-06-01" }),
    );
    for (organisation, project, role) in [
        (&alpha, &early, "COORDINATOR"),
        (&alpha, &late, "PARTNER"),
        (&beta, &late, "PARTNER"),
        (&delta, &late, "PARTNER"),
    ] {
        let id = post(
            "participation",
            json!({
                "organisation": by_id(organisation), "project": by_id(project), "role": role,
            }),
        );
        if organisation == &delta {
            mutate(server, "archive", "participation", &json!({ "id": id }));
        }
    }
}

/// Each filter finds these, by the first letters of their names.
fn assert_found(server: &TestServer, rows: &[(&str, &str)]) {
    fill(server);
    let mut wrong = Vec::new();
    for (filter, expected) in rows {
        let document = format!(
            "{{ organisations(filter: {{ {filter} }}, orderBy: [{{ field: NAME }}]) {{
                totalCount nodes {{ name }}
            }} }}"
        );
        let found = server.query(&document, json!({}))["organisations"].take();
        let names = each(&found["nodes"], "/name");
        let letters: String = names
            .iter()
            .filter_map(|name| name.as_str()?.chars().next())
            .collect();
        assert_eq!(found["totalCount"], letters.len(), "{filter}");
        if letters != *expected {
            wrong.push(format!("{filter}: {letters}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn a_comparator_finds_what_it_says(server: TestServer) {
    assert_found(
        &server,
        &[
            (r#"country: { eq: "IT" }"#, "AD"),
            (r#"country: { ne: "IT" }"#, "BG"),
            (r#"country: { in: ["IT", "FR"] }"#, "ABD"),
            (r#"country: { notIn: ["IT"] }"#, "BG"),
            ("country: { in: [] }", ""),
            ("country: { notIn: [] }", "ABDG"),
            (r#"country: { contains: "T" }"#, "AD"),
            (r#"country: { startsWith: "F" }"#, "B"),
            ("country: { isNull: true }", "G"),
            ("country: { isNull: false }", "ABD"),
            (r#"country: { eq: "IT", ne: "IT" }"#, ""),
            ("country: {}", "ABDG"),
            (r#"name: { eq: "DELTA" }"#, "D"),
            (r#"name: { contains: "ÉLT" }"#, "D"),
            (r#"name: { startsWith: "al" }"#, "A"),
            (r#"name: { in: ["alpha", "GAMMA"] }"#, "AG"),
            ("isSme: { eq: true }", "A"),
            ("isSme: { ne: true }", "BDG"),
            ("isSme: { isNull: true }", "DG"),
            ("kind: { in: [COMPANY, UNIVERSITY] }", "AB"),
            ("kind: { ne: OTHER }", "AB"),
            ("legalStatus: { ne: ACTIVE }", "BDG"),
            ("legalStatus: { notIn: [ACTIVE] }", "BDG"),
            (r#"region: { within: "IT" }"#, "AD"),
            (r#"region: { within: "ITI1" }"#, "AD"),
            (r#"region: { eq: "ITI1" }"#, "D"),
            (r#"region: { in: ["ITI14", "FRL0"] }"#, "A"),
            ("region: { isNull: true }", "BG"),
            (r#"createdAt: { gte: "2026-11-22T08:00:00Z" }"#, "ABDG"),
            (r#"updatedAt: { lt: "2026-11-22T09:00:00+01:00" }"#, ""),
        ],
    );
}

async fn relations_are_asked_by_some_every_and_none(server: TestServer) {
    assert_found(
        &server,
        &[
            ("memberships: { some: {} }", "AB"),
            ("memberships: { none: {} }", "DG"),
            ("memberships: { every: {} }", "ABDG"),
            ("memberships: { some: { category: { eq: OBSERVER } } }", "B"),
            ("memberships: { every: { category: { eq: FULL } } }", "ADG"),
            (
                "memberships: { none: { category: { eq: OBSERVER } } }",
                "ADG",
            ),
            // A membership without a first day began neither before nor after.
            (
                r#"memberships: { some: { startsOn: { gt: "2000-01-01" } } }"#,
                "B",
            ),
            (
                r#"memberships: { every: { startsOn: { gt: "2000-01-01" } } }"#,
                "BDG",
            ),
            (
                r#"memberships: { none: { startsOn: { gt: "2000-01-01" } } }"#,
                "ADG",
            ),
            (
                r#"memberships: { some: { cluster: { name: { eq: "medicen" } } } }"#,
                "AB",
            ),
            ("cluster: { yearFounded: { gte: 2005, lt: 2006 } }", "B"),
            ("participations: { some: {} }", "AB"),
            ("participations: { none: {} }", "DG"),
            (
                "participations: { every: { role: { eq: PARTNER } } }",
                "BDG",
            ),
            // One participation must have both.
            (
                r#"participations: { some: {
            role: { eq: COORDINATOR }, project: { signedOn: { gte: "2022-01-01" } }
        } }"#,
                "",
            ),
            (
                "participations: { some: { project: { participations: {
            some: { role: { eq: COORDINATOR }, organisation: { kind: { eq: COMPANY } } }
        } } } }",
                "A",
            ),
            (
                r#"identifiers: { some: { scheme: { eq: VAT }, value: { eq: "FR54489476952" } } }"#,
                "A",
            ),
            (
                r#"identifiers: { some: { value: { startsWith: "FR" } } }"#,
                "A",
            ),
            ("identifiers: { none: {} }", "BDG"),
            (
                r#"classifications: { some: { scheme: { eq: NACE_2 }, code: { eq: "Q" } } }"#,
                "A",
            ),
            (
                "classifications: { none: { scheme: { eq: NACE_2 } } }",
                "BDG",
            ),
        ],
    );
}

async fn conditions_combine_as_logic_does(server: TestServer) {
    assert_found(
        &server,
        &[
            (r#"country: { eq: "IT" }, isSme: { eq: true }"#, "A"),
            (
                r#"and: [{ country: { eq: "IT" } }, { isSme: { isNull: true } }]"#,
                "D",
            ),
            (
                r#"or: [{ country: { eq: "FR" } }, { isSme: { eq: true } }]"#,
                "AB",
            ),
            (
                r#"or: [{ country: { eq: "FR" } }], isSme: { eq: true }"#,
                "",
            ),
            // What is not so is not so, also where there is no value.
            (r#"not: { country: { eq: "IT" } }"#, "BG"),
            (r#"not: { country: { ne: "IT" } }"#, "AD"),
            ("not: { isSme: { eq: true } }", "BDG"),
            (r#"not: { not: { country: { eq: "IT" } } }"#, "AD"),
            (r#"not: { region: { within: "ITI1" } }"#, "BG"),
            (r#"not: { country: { contains: "T" } }"#, "BG"),
            (
                r#"not: { country: { eq: "IT" }, isSme: { eq: true } }"#,
                "BDG",
            ),
            (
                r#"not: { or: [{ country: { eq: "FR" } }, { isSme: { eq: true } }] }"#,
                "DG",
            ),
            ("not: { participations: { some: {} } }", "DG"),
            (
                r#"not: { memberships: { every: { startsOn: { gt: "2000-01-01" } } } }"#,
                "A",
            ),
            ("not: { cluster: { yearFounded: { gt: 2000 } } }", "ADG"),
            ("and: [], not: null", "ABDG"),
            ("or: []", ""),
            ("not: {}", ""),
        ],
    );
}
