//! Mutations: each kind of record is made, changed, archived and brought back in the same way, and
//! what is wrong with an input is told as data.

use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use crate::posted::{by_id, mutate, post, text};

on_both!(
    a_record_is_made_changed_archived_and_restored,
    what_is_wrong_with_an_input_is_data,
    a_record_is_not_made_twice,
    a_reference_names_a_record_by_id_or_identifier,
);

/// A kind of record: its name, its list, the least that is said of it, and a change.
type Noun = (&'static str, &'static str, Value, Value);

/// All of them, over an organisation, a cluster, a partnership and a project that are there.
fn nouns(server: &TestServer) -> Vec<Noun> {
    let organisation = post(server, "organisation", &json!({ "name": "IMAGO-MOL" }));
    let other = post(server, "organisation", &json!({ "name": "Arahealth" }));
    let cluster = json!({ "organisation": by_id(&organisation), "name": "IMAGO-MOL" });
    let cluster = post(server, "cluster", &cluster);
    let partnership = post(server, "partnership", &json!({ "title": "AI4Diag" }));
    let project = post(server, "project", &json!({ "title": "MEDIMAG-IA" }));
    let organisation = by_id(&organisation);
    vec![
        (
            "organisation",
            "organisations",
            json!({ "name": "New" }),
            json!({ "country": "RO" }),
        ),
        (
            "cluster",
            "clusters",
            json!({ "organisation": by_id(&other), "name": "New" }),
            json!({ "yearFounded": 2012 }),
        ),
        (
            "membership",
            "memberships",
            json!({ "cluster": by_id(&cluster), "organisation": organisation }),
            json!({ "category": "FULL" }),
        ),
        (
            "partnership",
            "partnerships",
            json!({ "title": "New" }),
            json!({ "durationMonths": 24 }),
        ),
        (
            "partnershipMember",
            "partnershipMembers",
            json!({ "partnership": by_id(&partnership), "organisation": organisation }),
            json!({ "role": "COORDINATOR" }),
        ),
        (
            "project",
            "projects",
            json!({ "title": "New" }),
            json!({ "euContribution": { "amount": "1.50", "currency": "EUR" } }),
        ),
        (
            "participation",
            "participations",
            json!({ "project": by_id(&project), "organisation": organisation }),
            json!({ "order": 1 }),
        ),
    ]
}

async fn a_record_is_made_changed_archived_and_restored(server: TestServer) {
    for (noun, list, data, change) in nouns(&server) {
        let run = |verb: &str, input: Value, version: i32, visibility: &str| {
            let payload = mutate(&server, verb, noun, &input);
            let record = &payload["record"];
            assert_eq!(payload["userErrors"], json!([]), "{verb} {noun}");
            let actual = (&record["version"], &record["visibility"]);
            assert_eq!(
                actual,
                (&json!(version), &json!(visibility)),
                "{verb} {noun}"
            );
            text(record, "/id")
        };
        let count = || {
            let answer = server.query(&format!("{{ {list} {{ totalCount }} }}"), json!({}));
            answer[list]["totalCount"].as_i64().unwrap()
        };
        let found = |id: &str| {
            let document =
                format!("query($id: ID!) {{ node(id: $id) {{ id }} {noun}(id: $id) {{ id }} }}");
            let answer = server.query(&document, json!({ "id": id }));
            assert_eq!(answer["node"], answer[noun], "{noun}");
            answer["node"].is_object()
        };
        let before = count();

        let id = run("create", json!({ "data": data }), 1, "PARTNERS");
        let prefix = id.rsplit_once('_').unwrap().0.replace('_', "");
        assert_eq!(prefix, noun.to_lowercase(), "{id}");
        assert_eq!((count(), found(&id)), (before + 1, true), "{noun}");

        let update = json!({ "id": id, "ifVersion": 1, "data": change, "visibility": "PUBLIC" });
        assert_eq!(run("update", update.clone(), 2, "PUBLIC"), id);
        let again = json!({ "id": id, "ifVersion": 2, "data": change });
        assert_eq!(
            run("update", again, 2, "PUBLIC"),
            id,
            "nothing new is no new version"
        );

        assert_eq!(
            run("archive", json!({ "id": id, "ifVersion": 2 }), 3, "PUBLIC"),
            id
        );
        assert_eq!((count(), found(&id)), (before, false), "{noun}");
        let gone = mutate(&server, "update", noun, &update);
        assert_eq!(
            gone["userErrors"][0]["code"], "NOT_FOUND",
            "an archived {noun} is not there"
        );

        assert_eq!(run("restore", json!({ "id": id }), 4, "PUBLIC"), id);
        assert_eq!((count(), found(&id)), (before + 1, true), "{noun}");
    }
    assert_ledger(&server.database).await;
}

/// The codes and paths of the errors of an input, which left everything as it was.
fn refused(server: &TestServer, verb: &str, noun: &str, input: &Value) -> Vec<(String, String)> {
    let payload = mutate(server, verb, noun, input);
    assert_eq!(payload["record"], Value::Null, "{verb} {noun} {input}");
    let errors = payload["userErrors"].as_array().unwrap();
    let tell = |error: &Value| {
        assert_ne!(text(error, "/message"), "", "{error}");
        (text(error, "/code"), text(error, "/path"))
    };
    errors.iter().map(tell).collect()
}

#[expect(clippy::too_many_lines, reason = "a table with a row for each case")]
async fn what_is_wrong_with_an_input_is_data(server: TestServer) {
    const UNKNOWN: [(&str, &str); 4] = [
        ("organisation", "organisation_01h455vb4pex5vsknk084sn02q"),
        ("cluster", "cluster_01h455vb4pex5vsknk084sn02q"),
        ("partnership", "partnership_01h455vb4pex5vsknk084sn02q"),
        ("project", "project_01h455vb4pex5vsknk084sn02q"),
    ];
    for (noun, _, data, _) in nouns(&server) {
        let create = |change: Value| {
            let mut data = data.clone();
            data.as_object_mut()
                .unwrap()
                .extend(change.as_object().unwrap().clone());
            refused(&server, "create", noun, &json!({ "data": data }))
        };
        let error = |code: &str, path: &str| vec![(code.to_owned(), path.to_owned())];

        // What a record must say, and whom it names.
        for (field, said) in data.as_object().unwrap() {
            assert_eq!(
                create(json!({ field: null })),
                error("REQUIRED", field),
                "{noun}"
            );
            if said.is_string() {
                assert_eq!(
                    create(json!({ field: "  " })),
                    error("REQUIRED", field),
                    "{noun}"
                );
                let long = "x".repeat(1_001);
                assert_eq!(
                    create(json!({ field: long })),
                    error("TOO_LONG", field),
                    "{noun}"
                );
            } else {
                let (_, unknown) = UNKNOWN.iter().find(|(kind, _)| kind == field).unwrap();
                for id in [
                    unknown,
                    "nonsense",
                    "participation_01h455vb4pex5vsknk084sn02q",
                ] {
                    let actual = create(json!({ field: by_id(id) }));
                    assert_eq!(actual, error("NOT_FOUND", field), "{noun} {id}");
                }
            }
        }

        // Which record, and in which version.
        let id = post(&server, noun, &data);
        let unknown = id.rsplit_once('_').unwrap().0.to_owned() + "_01h455vb4pex5vsknk084sn02q";
        for verb in ["update", "archive", "restore"] {
            let input = |id: &str, if_version: i32| match verb {
                "update" => json!({ "id": id, "ifVersion": if_version, "data": {} }),
                _ => json!({ "id": id, "ifVersion": if_version }),
            };
            let mismatch = refused(&server, verb, noun, &input(&id, 7));
            assert_eq!(
                mismatch,
                error("VERSION_MISMATCH", "ifVersion"),
                "{verb} {noun}"
            );
            for id in [unknown.as_str(), "", "nonsense"] {
                let actual = refused(&server, verb, noun, &input(id, 1));
                assert_eq!(actual, error("NOT_FOUND", "id"), "{verb} {noun} {id}");
            }
        }
    }
    assert_ledger(&server.database).await;

    let euros = |amount: &str, currency: &str| json!({ "amount": amount, "currency": currency });
    let rows = [
        (
            "organisation",
            json!({ "country": "XX" }),
            "UNKNOWN_CODE",
            "country",
        ),
        (
            "organisation",
            json!({ "region": "XX9" }),
            "UNKNOWN_CODE",
            "region",
        ),
        (
            "cluster",
            json!({ "country": "Atlantis" }),
            "UNKNOWN_CODE",
            "country",
        ),
        (
            "cluster",
            json!({ "region": "XX9" }),
            "UNKNOWN_CODE",
            "region",
        ),
        (
            "project",
            json!({ "totalCost": euros("1", "XXQ") }),
            "UNKNOWN_CODE",
            "totalCost.currency",
        ),
        (
            "participation",
            json!({ "totalCost": euros("1", "E") }),
            "UNKNOWN_CODE",
            "totalCost.currency",
        ),
        (
            "project",
            json!({ "totalCost": euros("1.005", "EUR") }),
            "INVALID",
            "totalCost.amount",
        ),
        (
            "project",
            json!({ "totalCost": euros("-1", "EUR") }),
            "INVALID",
            "totalCost.amount",
        ),
        (
            "project",
            json!({ "totalCost": euros("92233720368547758.08", "EUR") }),
            "INVALID",
            "totalCost.amount",
        ),
        (
            "project",
            json!({ "startsOn": "2026-02-01", "endsOn": "2026-01-31" }),
            "INVALID",
            "endsOn",
        ),
        (
            "membership",
            json!({ "startsOn": "2026-02-01", "endsOn": "2026-01-31" }),
            "INVALID",
            "endsOn",
        ),
        (
            "partnership",
            json!({ "durationMonths": 0 }),
            "INVALID",
            "durationMonths",
        ),
        (
            "partnership",
            json!({ "declaredSmeCount": -1 }),
            "INVALID",
            "declaredSmeCount",
        ),
        (
            "organisation",
            json!({ "website": "not a page" }),
            "INVALID",
            "website",
        ),
        (
            "organisation",
            json!({ "classifications": [{ "scheme": "NACE_2", "code": "Z99" }] }),
            "UNKNOWN_CODE",
            "classifications.0.code",
        ),
        (
            "organisation",
            json!({ "identifiers": [{ "scheme": "VAT", "value": " " }] }),
            "REQUIRED",
            "identifiers.0.value",
        ),
        (
            "partnership",
            json!({ "links": [{
                "kind": "SISTER", "name": "S3martMed",
                "organisation": { "id": "organisation_01h455vb4pex5vsknk084sn02q" },
            }] }),
            "NOT_FOUND",
            "links",
        ),
    ];
    for (noun, change, code, path) in rows {
        let mut data = nouns(&server)
            .into_iter()
            .find(|it| it.0 == noun)
            .unwrap()
            .2;
        data.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        let actual = refused(&server, "create", noun, &json!({ "data": data }));
        assert_eq!(
            actual,
            [(code.to_owned(), path.to_owned())],
            "{noun} {change}"
        );
    }
    assert_ledger(&server.database).await;
}

async fn a_record_is_not_made_twice(server: TestServer) {
    for (noun, _, data, _) in nouns(&server) {
        let one = post(&server, noun, &data);
        if matches!(noun, "organisation" | "partnership" | "project") {
            // Names are shared in real life.
            assert_ne!(post(&server, noun, &data), one);
            continue;
        }
        let again = refused(&server, "create", noun, &json!({ "data": data }));
        assert_eq!(again, [("DUPLICATE".to_owned(), String::new())], "{noun}");
    }
    assert_ledger(&server.database).await;
}

async fn a_reference_names_a_record_by_id_or_identifier(server: TestServer) {
    let identifiers = |value: &str| json!([{ "scheme": "EU_PIC", "value": value }]);
    let identified = |name: &str, value: &str| {
        post(
            &server,
            "organisation",
            &json!({ "name": name, "identifiers": identifiers(value) }),
        )
    };
    let one = identified("EUROBIOMED", "986469243");
    identified("Two of a kind", "998436424");
    identified("Two of a kind", "998436424");
    let by = |value: &str| {
        let key = json!({ "scheme": "EU_PIC", "value": value });
        json!({ "data": { "name": "A", "organisation": { "identifier": key } } })
    };
    for (value, code) in [("998436424", "INVALID"), ("999999999", "NOT_FOUND")] {
        let actual = refused(&server, "create", "cluster", &by(value));
        assert_eq!(
            actual,
            [(code.to_owned(), "organisation".to_owned())],
            "{value}"
        );
    }
    mutate(&server, "create", "cluster", &by("986 469 243"));
    let answer = server.query("{ clusters { nodes { organisation { id } } } }", json!({}));
    assert_eq!(
        answer["clusters"]["nodes"],
        json!([{ "organisation": { "id": one } }])
    );
}
