//! Mutations: each kind of record is made, changed, archived and brought back in the same way.

mod refusals;

use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use self::refusals::refused;
use crate::posted::{by_id, mutate, post, text};

on_both!(
    a_record_is_made_changed_archived_and_restored,
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
