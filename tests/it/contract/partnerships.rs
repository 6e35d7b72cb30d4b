//! `projects.graphql`, the partnerships: what a source left blank is null, and what is counted is
//! counted today.

use serde_json::{Value, json};
use tests::{TestServer, on_both};

use crate::posted::{by_id, each, mutate, post};

const DOCUMENT: &str = include_str!("../../data/contract/projects.graphql");

on_both!(
    a_blank_is_null_and_never_zero,
    counts_are_those_of_today,
    the_last_day_follows_from_the_first_and_the_duration,
);

fn partnerships(server: &TestServer) -> Value {
    server.operation(DOCUMENT, "Partnerships", json!({}))["partnerships"]["nodes"].take()
}

/// A partnership as its page has it: `AI4Diag`'s names no coordinator and no numbers.
async fn a_blank_is_null_and_never_zero(server: TestServer) {
    let data = json!({
        "acronym": "AI4Diag",
        "title": "Strategic Cluster Partnership for AI in medical diagnostics",
        "programme": "ESCP_S3",
        "startsOn": "2018-10-16",
        "durationMonths": 24,
        "objectives": ["Open up chances for SMEs"],
        "links": [{ "kind": "LINKED_NETWORK", "name": "Flanders Bio" }],
        "classifications": [
            { "scheme": "EMERGING_INDUSTRY", "label": "medical devices" },
            { "scheme": "FREE_TEXT", "label": "Artificial Intelligence" },
        ],
    });
    let partnership = post(&server, "partnership", &data);
    let aragon = post(
        &server,
        "organisation",
        &json!({ "name": "Arahealth", "region": "ES24" }),
    );
    let cluster = json!({
        "organisation": by_id(&aragon),
        "name": "Arahealth",
        "declared": [{ "memberCount": 37, "smeCount": 21, "byCategory": [] }],
    });
    let cluster = post(&server, "cluster", &cluster);
    let region = post(
        &server,
        "organisation",
        &json!({ "name": "Regione Toscana" }),
    );
    for organisation in [&aragon, &region] {
        let data =
            json!({ "partnership": by_id(&partnership), "organisation": by_id(organisation) });
        post(&server, "partnershipMember", &data);
    }
    let aragon_region = json!({ "code": "ES24", "name": "Aragón" });
    let expected = json!([{
        "id": partnership,
        "acronym": "AI4Diag",
        "title": "Strategic Cluster Partnership for AI in medical diagnostics",
        "programme": "ESCP_S3",
        "startsOn": "2018-10-16",
        "durationMonths": 24,
        "endsOn": "2020-10-15",
        "objectives": ["Open up chances for SMEs"],
        "declaredPartnerCount": null,
        "declaredSmeCount": null,
        "members": { "totalCount": 2, "nodes": [
            {
                "role": null,
                "organisation": {
                    "id": aragon, "name": "Arahealth", "country": "ES", "region": aragon_region,
                },
                "cluster": {
                    "id": cluster,
                    "name": "Arahealth",
                    "memberCount": 0,
                    "smeCount": 0,
                    "declared": [{ "memberCount": 37, "smeCount": 21, "declaredOn": null }],
                },
            },
            {
                "role": null,
                "organisation": {
                    "id": region, "name": "Regione Toscana", "country": null, "region": null,
                },
                "cluster": null,
            },
        ]},
        "links": [{ "kind": "LINKED_NETWORK", "name": "Flanders Bio" }],
        "classifications": [
            {
                "scheme": "EMERGING_INDUSTRY", "code": "MEDICAL_DEVICES",
                "label": "Medical Devices", "verbatim": null,
            },
            {
                "scheme": "FREE_TEXT", "code": null,
                "label": "Artificial Intelligence", "verbatim": "Artificial Intelligence",
            },
        ],
    }]);
    assert_eq!(partnerships(&server), expected);
}

async fn counts_are_those_of_today(server: TestServer) {
    let organisation = |name: &str, is_sme: Option<bool>| {
        post(
            &server,
            "organisation",
            &json!({ "name": name, "isSme": is_sme }),
        )
    };
    let runs = organisation("IMAGO-MOL", Some(false));
    let cluster = json!({ "organisation": by_id(&runs), "name": "IMAGO-MOL" });
    let cluster = post(&server, "cluster", &cluster);
    let partnership = post(&server, "partnership", &json!({ "title": "A partnership" }));
    let data = json!({ "partnership": by_id(&partnership), "organisation": by_id(&runs) });
    post(&server, "partnershipMember", &data);

    // Today is 22 November 2026.
    let mut archived = String::new();
    for (n, (is_sme, starts_on, ends_on)) in [
        (Some(true), None, None),
        (Some(false), Some("2012-03-01"), None),
        (None, Some("2026-11-22"), Some("2026-11-22")),
        (Some(true), Some("2026-11-23"), None),
        (Some(true), Some("2012-03-01"), Some("2026-11-21")),
        (Some(true), None, None),
    ]
    .into_iter()
    .enumerate()
    {
        archived = organisation(&format!("Member {n}"), is_sme);
        let data = json!({
            "cluster": by_id(&cluster), "organisation": by_id(&archived),
            "startsOn": starts_on, "endsOn": ends_on,
        });
        post(&server, "membership", &data);
        if n == 0 {
            // The same member once more: one member.
            let again = json!({
                "cluster": by_id(&cluster), "organisation": by_id(&archived),
                "startsOn": "2020-01-01",
            });
            post(&server, "membership", &again);
        }
    }
    mutate(
        &server,
        "archive",
        "organisation",
        &json!({ "id": archived }),
    );
    let nodes = partnerships(&server);
    let cluster = &nodes[0]["members"]["nodes"][0]["cluster"];
    assert_eq!(
        (&cluster["memberCount"], &cluster["smeCount"]),
        (&json!(3), &json!(1))
    );
    assert_eq!(cluster["declared"], json!([]));
}

async fn the_last_day_follows_from_the_first_and_the_duration(server: TestServer) {
    let rows = [
        (Some("2018-10-16"), Some(24), Some("2020-10-15")),
        (Some("2024-01-01"), Some(2), Some("2024-02-29")),
        (Some("2024-03-01"), Some(12), Some("2025-02-28")),
        (Some("2024-01-01"), None, None),
        (None, Some(24), None),
    ];
    for (starts_on, months, _) in rows {
        let data = json!({ "title": "It", "startsOn": starts_on, "durationMonths": months });
        post(&server, "partnership", &data);
    }
    let nodes = partnerships(&server);
    let expected: Vec<_> = rows.iter().map(|(_, _, ends_on)| ends_on).collect();
    assert_eq!(json!(each(&nodes, "/endsOn")), json!(expected));
}
