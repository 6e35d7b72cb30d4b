//! Two organisations become one: what hangs on them goes along for those whom it was for, nobody's
//! sight is left open, and a push that comes in between is told.

use entities::record::RecordType;
use entities::{cluster, partnership_member};
use partner_registry::auth::type_id;
use partner_registry::registry::{
    Decision, Outcome, Push, PushMode, PushRow, Reference, Run, Says,
};
use sea_orm::{ConnectionTrait, EntityTrait, TransactionTrait};
use serde_json::{Value, json};
use tests::{TestServer, archive, assert_ledger, on_both, on_postgres};
use uuid::Uuid;

use super::reviews::{REVIEWS, SETTLE};
use super::{Pusher, meant, organisation};
use crate::feed::locks::waiting;
use crate::given;
use crate::sight::public;

on_both! {
    what_only_the_one_that_goes_knew_is_taken,
    what_was_for_few_stays_for_few_and_its_cluster_sees_it,
    an_accepted_place_stays_and_can_be_left,
    two_accepted_places_do_not_become_one,
}

on_postgres! {
    a_push_that_waited_for_a_merge_is_a_conflict,
}

fn named(name: &str) -> Value {
    json!({ "name": name, "country": "IT",
        "identifiers": [{ "scheme": "VAT", "value": "IT00743110157" }] })
}

fn uuid(kind: &'static str, id: &Value) -> Uuid {
    type_id::read(kind, id.as_str().unwrap()).unwrap()
}

/// Alpha and Beta each have an organisation that may be the same; Beta's is meant to become Alpha's.
async fn doubtful(server: &TestServer) -> ([Pusher; 2], Value, Value) {
    let [alpha, beta] = Pusher::partners(server).await;
    let row = |id: &str, name: &str| meant("PUBLIC", &[], organisation(id, named(name)));
    let known = alpha.one(row("a1", "Universität Klagenfurt"));
    let own = beta.one(row("b1", "Interdisziplinäres Forschungszentrum"));
    assert_eq!(own["outcome"], "PENDING_REVIEW");
    ([alpha, beta], known["id"].clone(), own["id"].clone())
}

/// What the operator hears when it says that they are the same.
fn settle(server: &TestServer, known: &Value) -> Value {
    let review = server.query(REVIEWS, json!({}))["matchReviews"]["nodes"][0]["id"].clone();
    let decisions = json!({ "decisions": [{ "review": review, "sameAs": known }] });
    server.query(SETTLE, decisions)["settleMatches"]["results"][0].clone()
}

/// Both say that their organisation is in one project; the ids of the participations.
fn take_part(alpha: &Pusher, beta: &Pusher, seen: &str, data: &Value) -> [Value; 2] {
    let row = json!({ "project": { "ref": { "externalId": "p1" },
        "data": { "title": "Early diagnosis" } } });
    let project = alpha.one(meant("PUBLIC", &[], row))["id"].clone();
    let row = |id: &str, organisation: &str, more: &Value| {
        let mut data = json!({ "project": { "id": project },
            "organisation": { "externalId": organisation } });
        let data_fields = data.as_object_mut().unwrap();
        data_fields.append(&mut more.as_object().unwrap().clone());
        json!({ "participation": { "ref": { "externalId": id }, "data": data } })
    };
    let known = alpha.one(meant("PUBLIC", &[], row("t1", "a1", &json!({}))));
    let own = beta.one(meant(seen, &[], row("u1", "b1", data)));
    assert_eq!(own["outcome"], "CREATED");
    [known["id"].clone(), own["id"].clone()]
}

fn participation(pusher: &Pusher, id: &Value) -> Value {
    let document = "query One($id: ID!) { participation(id: $id) { id wasSme visibility } }";
    pusher.caller.query(document, json!({ "id": id }))["participation"].clone()
}

async fn what_only_the_one_that_goes_knew_is_taken(server: TestServer) {
    let ([alpha, beta], known, _) = doubtful(&server).await;
    let data = json!({ "wasSme": true });
    let [there, own] = take_part(&alpha, &beta, "PUBLIC", &data);
    assert_eq!(participation(&alpha, &there)["wasSme"], Value::Null);
    assert_eq!(settle(&server, &known)["outcome"], "MERGED");
    for id in [&there, &own] {
        let seen = participation(&alpha, id);
        assert_eq!((&seen["id"], &seen["wasSme"]), (&there, &json!(true)));
    }
    assert_ledger(&server.database).await;
}

async fn what_was_for_few_stays_for_few_and_its_cluster_sees_it(server: TestServer) {
    let ([alpha, beta], known, _) = doubtful(&server).await;
    let data = json!({ "wasSme": true });
    let [there, _] = take_part(&alpha, &beta, "OWNER", &data);
    assert_eq!(settle(&server, &known)["outcome"], "MERGED");
    let anew = |more: Value| {
        let mut data = json!({ "organisation": { "externalId": "b1" } });
        data.as_object_mut()
            .unwrap()
            .append(&mut more.as_object().unwrap().clone());
        let row = json!({ "participation": { "ref": { "externalId": "u1" }, "data": data } });
        beta.one(row)
    };
    assert_eq!(participation(&alpha, &there)["wasSme"], Value::Null);
    assert_eq!(anew(json!({ "wasSme": false }))["id"], there);
    assert_eq!(participation(&alpha, &there)["wasSme"], Value::Null);
    let narrow = json!({ "participation": { "ref": { "externalId": "t1" }, "data": {} } });
    assert_eq!(alpha.one(meant("OWNER", &[], narrow))["outcome"], "UPDATED");
    let seen = participation(&beta, &there);
    assert_eq!(
        seen["visibility"], "OWNER",
        "it speaks of it, and so sees it"
    );
    assert_ledger(&server.database).await;
}

/// A cluster that an organisation runs accepts the organisation's place in a new partnership.
async fn accepted(server: &TestServer, organisation: Uuid, partnership: Uuid) -> (Uuid, Uuid) {
    let row = public(given::cluster(organisation, "Run by it"));
    let cluster = server.put(row).await.id;
    let row = public(given::partnership_member(partnership, organisation));
    let place = server.put(row).await.id;
    let run = server
        .registry
        .accept_partnership(&server.actor, place.into(), REAL);
    run.await.expect("it accepts");
    (cluster.into(), place.into())
}

const REAL: Run<'_> = Run {
    dry: false,
    origin: "test",
};

async fn place_of(server: &TestServer, place: Uuid) -> partnership_member::Model {
    let db = server.database.connect().await;
    let place = partnership_member::Entity::find_by_id(place).one(&db).await;
    place.unwrap().unwrap()
}

async fn an_accepted_place_stays_and_can_be_left(server: TestServer) {
    let (_, known, own) = doubtful(&server).await;
    let (to, own) = (uuid("organisation", &known), uuid("organisation", &own));
    let partnership = server.put(public(given::partnership("Alliance"))).await.id;
    let other = public(given::partnership_member(partnership, to));
    let other: Uuid = server.put(other).await.id.into();
    let (_, place) = accepted(&server, own, partnership.into()).await;
    assert_eq!(settle(&server, &known)["outcome"], "MERGED");
    let row = place_of(&server, place).await;
    assert_eq!(
        (Uuid::from(row.organisation_id), row.archived_at),
        (to, None)
    );
    assert!(place_of(&server, other).await.archived_at.is_some());
    let leave = server
        .registry
        .leave_partnership(&server.actor, place, REAL);
    leave.await.expect("it leaves");
    assert_eq!(place_of(&server, place).await.accepted_cluster_id, None);
    assert_ledger(&server.database).await;
}

async fn two_accepted_places_do_not_become_one(server: TestServer) {
    let (_, known, own) = doubtful(&server).await;
    let (to, own) = (uuid("organisation", &known), uuid("organisation", &own));
    let partnership = server.put(public(given::partnership("Alliance"))).await.id;
    let (cluster, place) = accepted(&server, to, partnership.into()).await;
    server.put(archive::<cluster::Entity>(cluster)).await;
    accepted(&server, own, partnership.into()).await;
    let refused = settle(&server, &known);
    assert_eq!(refused["outcome"], "REJECTED");
    assert_eq!(
        refused["errors"],
        json!([{ "code": "INVALID_STATE", "path": "sameAs" }])
    );
    let leave = server
        .registry
        .leave_partnership(&server.actor, place, REAL);
    leave.await.expect("it leaves");
    assert_eq!(settle(&server, &known)["outcome"], "MERGED");
}

async fn a_push_that_waited_for_a_merge_is_a_conflict(server: TestServer) {
    let ([_, beta], known, own) = doubtful(&server).await;
    let others = server.database.open().await;
    let first = others.write.begin().await.unwrap();
    let clock = "UPDATE feed_clock SET last_seq = last_seq";
    first.execute_unprepared(clock).await.unwrap();

    let actor = beta.tenant.actor();
    let (registry, deciding) = (server.registry.clone(), actor.clone());
    let decision = Decision {
        own: uuid("organisation", &own),
        same_as: Some(uuid("organisation", &known)),
    };
    // It has merged, and waits for the clock.
    let merging = tokio::spawn(async move {
        let decisions = vec![decision];
        registry.settle_matches(&deciding, decisions, "test").await
    });
    while waiting(&others.read).await < 1 {}
    // It knows what its source said before, and waits for the record.
    let withdrawn = PushRow {
        about: Reference::External("b1".to_owned()),
        says: Says::Withdraw(RecordType::Organisation),
        visibility: None,
        partnerships: None,
        if_version: None,
        source_updated_at: None,
        client_mutation_id: None,
    };
    let registry = server.registry.clone();
    let pushing = tokio::spawn(async move {
        let push = Push {
            source: "crm".to_owned(),
            idempotency_key: None,
            mode: PushMode::PerRow,
            dry_run: false,
            snapshot: None,
            rows: vec![withdrawn],
        };
        registry.push(&actor, push).await
    });
    while waiting(&others.read).await < 2 {}
    first.commit().await.unwrap();

    let settled = merging.await.unwrap().unwrap();
    assert_eq!(settled[0].errors, []);
    let pushed = pushing.await.unwrap().unwrap();
    assert_eq!(pushed.results[0].outcome, Outcome::Conflict);
    let seen = beta.sees(&own);
    assert_eq!(seen["id"], known, "the former id leads on");
    let again = beta.one(super::withdraw("ORGANISATION", "b1"));
    assert_eq!(
        (&again["outcome"], &again["id"]),
        (&json!("WITHDRAWN"), &known)
    );
    assert_ledger(&server.database).await;
}
