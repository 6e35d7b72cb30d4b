//! What a page tells, and to whom no more: what became of a record after a reader lost sight of it, what
//! changed in it while it was hidden.

use std::time::Duration;

use entities::organisation::Entity as Organisation;
use entities::record::Visibility::{self, Owner, Partners, Public};
use partner_registry::auth::Actor;
use partner_registry::registry::{Changed, Changes, ChangesOf, Fate};
use serde_json::json;
use tests::{TestApp, TestServer, archive, change, create, on_both};
use uuid::Uuid;

use crate::given;
use crate::push::{Pusher, organisation, withdraw};
use crate::sight::{Tenant, public, shown};

on_both! {
    who_lost_sight_of_a_record_hears_that_once_and_no_more,
    a_loss_stands_where_it_was_on_pages_of_any_size,
    a_party_that_withdraws_hears_that_it_lost_sight,
    what_changed_while_a_record_was_hidden_is_not_told_to_who_claims_it,
    what_changed_too_often_is_told_as_new,
}

/// A page after a cursor.
async fn page(app: &TestApp, actor: &Actor, after: Option<&str>, limit: u64) -> Changes {
    let of = ChangesOf {
        after: after.map(str::to_owned),
        limit,
        types: None,
        wait: Duration::ZERO,
    };
    app.registry.changes(actor, of).await.unwrap()
}

/// All that there is after a cursor, in pages of so many, and the cursor at the end.
async fn pages(app: &TestApp, actor: &Actor, after: &str, limit: u64) -> (Vec<Changed>, String) {
    let (mut changes, mut cursor) = (Vec::new(), after.to_owned());
    loop {
        let page = page(app, actor, Some(&cursor), limit).await;
        changes.extend(page.changes);
        cursor = page.cursor;
        if !page.has_more {
            return (changes, cursor);
        }
    }
}

/// Where the feed ends for a reader.
async fn end(app: &TestApp, actor: &Actor) -> String {
    let (cursor, _) = app.registry.end_of_changes(actor).await.unwrap();
    cursor
}

async fn show(app: &TestApp, id: impl Into<Uuid>, visibility: Visibility) -> i64 {
    let id = id.into();
    let row = shown(visibility, change(id, create::<Organisation>()));
    app.put(row).await;
    app.head(id).await.seq
}

async fn rename(app: &TestApp, id: impl Into<Uuid>, name: &str) {
    app.put(change(id, given::organisation(name))).await;
}

fn is_removed(change: &Changed) -> bool {
    matches!(change.fate, Fate::Removed)
}

async fn who_lost_sight_of_a_record_hears_that_once_and_no_more(app: TestApp) {
    let anonymous = Actor::anonymous();
    let id = app.put(public(given::organisation("Seen"))).await.id;
    let before = end(&app, &anonymous).await;
    let lost = show(&app, id, Owner).await;
    rename(&app, id, "Hidden").await;
    show(&app, id, Partners).await;
    let (told, after) = pages(&app, &anonymous, &before, 10).await;
    assert_eq!(told.len(), 1);
    assert!(is_removed(&told[0]));
    assert_eq!((told[0].position, told[0].version), (lost, 0));
    for n in 0..2 {
        rename(&app, id, &format!("Hidden {n}")).await;
        let (told, _) = pages(&app, &anonymous, &after, 10).await;
        assert!(told.is_empty(), "{told:?}");
    }
    let operator = Actor::operator();
    let there = end(&app, &operator).await;
    app.put(archive::<Organisation>(id)).await;
    let (told, _) = pages(&app, &anonymous, &after, 10).await;
    assert!(told.is_empty(), "{told:?}");
    // Who looks only now hears the same as who looked at once.
    let (told, _) = pages(&app, &anonymous, &before, 10).await;
    assert_eq!(told.len(), 1);
    assert!(is_removed(&told[0]));
    assert_eq!((told[0].position, told[0].version), (lost, 0));
    let (told, _) = pages(&app, &operator, &there, 10).await;
    assert!(matches!(told[0].fate, Fate::Deleted), "the operator saw it");
}

async fn a_loss_stands_where_it_was_on_pages_of_any_size(app: TestApp) {
    let anonymous = Actor::anonymous();
    let mut ids = Vec::new();
    for n in 0..6 {
        let row = public(given::organisation(&format!("Organisation {n}")));
        ids.push(app.put(row).await.id);
    }
    let before = end(&app, &anonymous).await;
    show(&app, ids[0], Owner).await;
    rename(&app, ids[1], "Still there").await;
    show(&app, ids[2], Owner).await;
    show(&app, ids[2], Public).await;
    show(&app, ids[3], Owner).await;
    rename(&app, ids[4], "There, too").await;
    // Hidden changes, which would move the heads behind all else.
    rename(&app, ids[0], "Hidden").await;
    rename(&app, ids[3], "Hidden, too").await;
    let (whole, _) = pages(&app, &anonymous, &before, 100).await;
    let order = |changes: &[Changed]| -> Vec<(Uuid, bool)> {
        changes.iter().map(|it| (it.id, is_removed(it))).collect()
    };
    let expected = [(0, true), (1, false), (2, false), (3, true), (4, false)];
    assert_eq!(
        order(&whole),
        expected.map(|(n, removed): (usize, bool)| (Uuid::from(ids[n]), removed))
    );
    assert!(whole.is_sorted_by(|a, b| a.position < b.position));
    // A page that ends before a loss does not lose it, whatever is hidden in between.
    let first = page(&app, &anonymous, Some(&before), 1).await;
    assert_eq!(order(&first.changes), order(&whole[..1]));
    rename(&app, ids[3], "Hidden again").await;
    let (rest, _) = pages(&app, &anonymous, &first.cursor, 1).await;
    assert_eq!(order(&rest), order(&whole[1..]));
}

async fn a_party_that_withdraws_hears_that_it_lost_sight(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let with_pic = json!({ "name": "Esempio",
        "identifiers": [{ "scheme": "EU_PIC", "value": "998436424" }] });
    alpha.organisation("a1", with_pic.clone());
    let linked = beta.organisation("b1", with_pic);
    assert_eq!(linked["outcome"], "LINKED");
    let actor = beta.tenant.actor();
    let before = end(&server, &actor).await;
    beta.push(json!([withdraw("ORGANISATION", "b1")]));
    let mut row = organisation("a1", json!({}));
    row["organisation"]["visibility"] = json!("OWNER");
    alpha.push(json!([row]));
    alpha.organisation("a1", json!({ "name": "Hidden" }));
    let (told, after) = pages(&server, &actor, &before, 10).await;
    assert_eq!(
        told.iter().filter(|it| is_removed(it)).count(),
        1,
        "{told:?}"
    );
    alpha.organisation("a1", json!({ "name": "Hidden again" }));
    assert!(pages(&server, &actor, &after, 10).await.0.is_empty());
}

async fn what_changed_while_a_record_was_hidden_is_not_told_to_who_claims_it(server: TestServer) {
    let owner = Pusher::new(&server, "Owner").await;
    let claims = Pusher::new(&server, "Claims").await;
    let known = owner.organisation("a1", json!({ "name": "Esempio", "country": "IT" }));
    let own = claims.organisation("b1", json!({ "name": "Esempio", "country": "IT" }));
    assert_eq!(own["outcome"], "CREATED", "they share nothing");
    let actor = claims.tenant.actor();
    let before = end(&server, &actor).await;
    owner.organisation("a1", json!({ "website": "https://secret.example" }));
    let reviews = "{ matchReviews { nodes { id } } }";
    let review = server.query(reviews, json!({}))["matchReviews"]["nodes"][0].clone();
    let decisions = json!([{ "review": review["id"], "sameAs": known["id"] }]);
    let settle = "mutation S($decisions: [MatchDecision!]!) {
        settleMatches(input: { decisions: $decisions }) { results { outcome } } }";
    server.query(settle, json!({ "decisions": decisions }));
    let (told, _) = pages(&server, &actor, &before, 10).await;
    let gained = told.iter().find(|it| matches!(it.fate, Fate::There(_)));
    let gained = gained.expect("the record that it speaks of now");
    assert_eq!(gained.columns, None, "it is new to it");
}

async fn what_changed_too_often_is_told_as_new(app: TestApp) {
    let tenant = Tenant::new(&app, "Reader").await;
    let actor = tenant.actor();
    let often = app.put(public(given::organisation("Often"))).await.id;
    let seldom = app.put(public(given::organisation("Seldom"))).await.id;
    let before = end(&app, &actor).await;
    for n in 0..51 {
        rename(&app, often, &format!("Often {n}")).await;
        if n < 50 {
            rename(&app, seldom, &format!("Seldom {n}")).await;
        }
    }
    let (told, _) = pages(&app, &actor, &before, 10).await;
    let columns = |id: Uuid| {
        let change = told.iter().find(|it| it.id == id).unwrap();
        change.columns.clone()
    };
    assert_eq!(columns(often.into()), None);
    assert!(columns(seldom.into()).unwrap().contains(&"name".to_owned()));
}
