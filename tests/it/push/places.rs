//! What has a place between two records: a membership, a place in a partnership, a participation. Whoever
//! brings one that is there speaks of that one; one that they may not see never shows.

use entities::record::Visibility::{Owner, Public};
use futures_util::future::join_all;
use partner_registry::registry::Shared;
use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};
use uuid::Uuid;

use super::{PUSH, Pusher, membership, organisation, outcomes, withdraw};
use crate::given;
use crate::sight::{Tenant, id, public, shown};

on_both! {
    what_people_typed_is_linked_by_the_first_push,
    what_a_partner_brought_is_linked_and_stays_its_own,
    a_place_twice_in_a_push_is_one_record,
    two_who_push_one_place_at_once_make_one_record,
    an_answer_does_not_tell_whether_a_hidden_record_holds_the_place,
    a_record_does_not_come_to_a_place_that_one_holds_who_is_seen,
    what_is_withdrawn_leaves_what_others_have,
}

/// An organisation and a project that everyone sees.
struct Ends {
    organisation: Uuid,
    project: Uuid,
    partnership: Uuid,
}

impl Ends {
    async fn new(server: &TestServer, name: &str) -> Self {
        Self {
            organisation: server
                .put(public(given::organisation(name)))
                .await
                .id
                .into(),
            project: server.put(public(given::project(name))).await.id.into(),
            partnership: server.put(public(given::partnership(name))).await.id.into(),
        }
    }

    /// A row for each type that has a place between two records.
    fn rows(&self, own: &str) -> Value {
        let organisation = json!({ "id": id("organisation", self.organisation) });
        json!([
            { "membership": { "ref": { "externalId": format!("{own}m") },
                "data": { "organisation": organisation, "category": "FULL" } } },
            { "partnershipMember": { "ref": { "externalId": format!("{own}l") }, "data": {
                "partnership": { "id": id("partnership", self.partnership) },
                "organisation": organisation, "startsOn": "2025-01-15" } } },
            { "participation": { "ref": { "externalId": format!("{own}t") }, "data": {
                "project": { "id": id("project", self.project) }, "organisation": organisation,
                "role": "COORDINATOR", "order": 1, "terminated": false } } },
        ])
    }

    /// The same records, as people of a cluster write them, who say nothing else of them.
    async fn typed(&self, server: &TestServer, by: Tenant, of: Tenant, wide: bool) -> [Value; 3] {
        let visibility = if wide { Public } else { Owner };
        let membership = given::membership(of.cluster, self.organisation);
        let mut place = given::partnership_member(self.partnership, self.organisation);
        place.patch.starts_on = serde_json::from_value(json!("2025-01-15")).unwrap();
        let mut participation = given::participation(self.project, self.organisation);
        participation.patch.role = serde_json::from_value(json!("COORDINATOR")).unwrap();
        participation.patch.order = serde_json::from_value(json!(1)).unwrap();
        let membership = by.put(server, shown(visibility, membership)).await.id;
        let place = by.put(server, shown(visibility, place)).await.id;
        let participation = by.put(server, shown(visibility, participation)).await.id;
        [
            id("membership", membership),
            id("partnership_member", place),
            id("participation", participation),
        ]
    }
}

fn ids(payload: &Value) -> Vec<Value> {
    let results = payload["results"].as_array().unwrap().iter();
    results.map(|result| result["id"].clone()).collect()
}

async fn what_people_typed_is_linked_by_the_first_push(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let ends = Ends::new(&server, "Biotech").await;
    let typed = ends.typed(&server, alpha.tenant, alpha.tenant, false).await;
    let tried = alpha.push_as(json!({ "rows": ends.rows("a"), "dryRun": true }));
    assert_eq!(outcomes(&tried), ["LINKED"; 3], "{tried:#}");
    let pushed = alpha.push(ends.rows("a"));
    assert_eq!(outcomes(&pushed), ["LINKED"; 3]);
    assert_eq!(ids(&pushed), typed);
    assert_eq!(pushed["results"][0]["matchedBy"], Value::Null);
    let document = "query One($id: ID!) { membership(id: $id) { category version } }";
    let seen = alpha.caller.query(document, json!({ "id": typed[0] }));
    let expected = json!({ "category": "FULL", "version": 2 });
    assert_eq!(seen["membership"], expected, "its own source says so");
    assert_eq!(outcomes(&alpha.push(ends.rows("a"))), ["UNCHANGED"; 3]);
    assert_ledger(&server.database).await;
}

async fn what_a_partner_brought_is_linked_and_stays_its_own(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let ends = Ends::new(&server, "Biotech").await;
    let of_alpha = json!({ "id": id("cluster", alpha.tenant.cluster) });
    let row = |category: &str| {
        let mut rows = ends.rows("x");
        let data = &mut rows[0]["membership"]["data"];
        data["cluster"] = of_alpha.clone();
        data["category"] = json!(category);
        json!([rows[0]])
    };
    let first = alpha.push(row("FULL"));
    assert_eq!(outcomes(&first), ["CREATED"]);
    let second = beta.push(row("ASSOCIATE"));
    assert_eq!(outcomes(&second), ["LINKED"]);
    assert_eq!(ids(&second), ids(&first));
    let document = "query One($id: ID!) { membership(id: $id) { category steward { name } } }";
    let seen = beta.caller.query(document, json!({ "id": ids(&first)[0] }));
    let expected = json!({ "category": "FULL", "steward": { "name": "Alpha" } });
    assert_eq!(seen["membership"], expected, "the steward counts most");
    assert_ledger(&server.database).await;
}

async fn a_place_twice_in_a_push_is_one_record(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let pushed = alpha.push(json!([
        organisation("a1", json!({ "name": "Biotech" })),
        membership("m1", "a1"),
        membership("m2", "a1"),
    ]));
    assert_eq!(outcomes(&pushed), ["CREATED", "CREATED", "LINKED"]);
    assert_eq!(ids(&pushed)[1], ids(&pushed)[2]);
    assert_ledger(&server.database).await;
}

async fn two_who_push_one_place_at_once_make_one_record(server: TestServer) {
    let pair = Pusher::partners(&server).await;
    for n in 0..25 {
        let ends = Ends::new(&server, &format!("Biotech {n}")).await;
        let rows = json!([ends.rows(&format!("x{n}"))[2]]);
        let sent = pair.iter().map(|one| {
            let caller = one.caller.clone();
            let input = json!({ "source": "crm", "rows": rows });
            tokio::task::spawn_blocking(move || caller.ask(PUSH, json!({ "input": input })).1)
        });
        let answers = join_all(sent).await.into_iter().map(Result::unwrap);
        let answers: Vec<Value> = answers.collect();
        let results = answers
            .iter()
            .map(|it| &it["data"]["pushRecords"]["results"][0]);
        let results: Vec<_> = results.collect();
        let mut told: Vec<_> = results.iter().map(|one| one["outcome"].clone()).collect();
        told.sort_by_key(ToString::to_string);
        assert_eq!(told, ["CREATED", "LINKED"], "{answers:#?}");
        assert_eq!(results[0]["id"], results[1]["id"]);
    }
    assert_ledger(&server.database).await;
}

async fn an_answer_does_not_tell_whether_a_hidden_record_holds_the_place(server: TestServer) {
    let hiding = Tenant::new(&server, "Hiding").await;
    let (alpha, beta) = (
        Pusher::new(&server, "Alpha").await,
        Pusher::new(&server, "Beta").await,
    );
    let (free, held) = (
        Ends::new(&server, "Biotech").await,
        Ends::new(&server, "Biotech").await,
    );
    let hidden = held.typed(&server, hiding, hiding, false).await;
    let answer = |pusher: &Pusher, ends: &Ends, dry_run: bool| {
        let mut rows = ends.rows("x");
        rows[0]["membership"]["data"]["cluster"] = json!({ "id": id("cluster", hiding.cluster) });
        let (status, mut answer) = pusher.ask(json!({ "rows": rows, "dryRun": dry_run }));
        let payload = &mut answer["data"]["pushRecords"];
        // Ids and positions are never twice the same.
        payload["position"] = Value::Null;
        let ids = ids(payload);
        for result in payload["results"].as_array_mut().unwrap() {
            result["id"] = json!(result["id"].is_string());
        }
        (status, answer.to_string(), ids)
    };
    for dry_run in [true, false] {
        let without = answer(&alpha, &free, dry_run);
        let with = answer(&beta, &held, dry_run);
        assert_eq!((with.0, &with.1), (without.0, &without.1));
        assert!(with.1.contains("CREATED"), "{}", with.1);
        assert!(with.2.iter().all(|id| !hidden.contains(id)));
    }
    // People learn no more than sources do.
    let typed = held.typed(&server, alpha.tenant, hiding, false).await;
    assert!(typed.iter().all(|id| !hidden.contains(id)));
    assert_ledger(&server.database).await;
}

async fn a_record_does_not_come_to_a_place_that_one_holds_who_is_seen(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let ends = Ends::new(&server, "Biotech").await;
    ends.typed(&server, alpha.tenant, alpha.tenant, true).await;
    let twice = || public(given::membership(alpha.tenant.cluster, ends.organisation));
    refused(&server, beta.tenant, twice()).await;
    let mut later = twice();
    later.patch.starts_on = serde_json::from_value(json!("2025-06-01")).unwrap();
    let later = beta.tenant.put(&server, later).await.id;
    let mut moved = tests::change(later, tests::create::<entities::membership::Entity>());
    moved.patch.starts_on = serde_json::from_value(Value::Null).unwrap();
    refused(&server, beta.tenant, moved).await;
    assert_ledger(&server.database).await;
}

async fn refused<E: Shared>(
    server: &TestServer,
    by: Tenant,
    row: partner_registry::registry::RowWrite<E>,
) {
    let errors = by.write(server, row).await.map(drop).unwrap_err();
    let codes: Vec<_> = errors
        .iter()
        .map(|error| format!("{:?}", error.code))
        .collect();
    assert_eq!(codes, ["Duplicate"]);
}

async fn what_is_withdrawn_leaves_what_others_have(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let hiding = Tenant::new(&server, "Hiding").await;
    let ends = Ends::new(&server, "Biotech").await;
    let hidden = ends.typed(&server, hiding, alpha.tenant, false).await;
    alpha.push(ends.rows("a"));
    let withdrawn = alpha.push(json!([withdraw("MEMBERSHIP", "am")]));
    assert_eq!(outcomes(&withdrawn), ["WITHDRAWN"]);
    let document = "query One($id: ID!) { membership(id: $id) { version } }";
    let seen = hiding
        .caller(&server)
        .query(document, json!({ "id": hidden[0] }));
    assert_eq!(seen["membership"]["version"], 1, "nobody touched it");
    let again = alpha.push(ends.rows("a"));
    assert_eq!(outcomes(&again), ["LINKED", "UNCHANGED", "UNCHANGED"]);
    assert_ledger(&server.database).await;
}
