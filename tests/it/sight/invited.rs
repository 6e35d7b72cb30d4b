//! Sight is opened by two: nobody lets itself into a partnership, by whichever way it writes itself down.

use chrono::{Days, NaiveDate};
use entities::id::{PartnershipId, PartnershipMemberId};
use entities::record::Visibility::{Owner, Partners};
use entities::{organisation, partnership_member};
use partner_registry::registry::{Filter, Patch, RowWrite};
use serde_json::{Value, json};
use tests::{TestApp, TestServer, assert_ledger, change, on_both};

use super::{REAL, Tenant, codes, id, named, pairs, public, shown};
use crate::given;
use crate::push::{Pusher, outcomes, withdraw};

on_both!(
    who_writes_itself_into_a_partnership_sees_not_one_record_more,
    who_claims_the_place_of_another_sees_not_one_record_more,
    a_place_is_offered_by_who_may_let_others_in,
    an_accepted_place_is_seen_by_those_who_share_the_partnership,
);

/// A place that begins on a day of its own, so that there can be several.
fn place(of: PartnershipId, who: Tenant, day: u64) -> RowWrite<partnership_member::Entity> {
    let mut row = given::partnership_member(of, who.organisation);
    let first = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    row.patch.starts_on = Patch::set_or_clear(first.checked_add_days(Days::new(day)));
    row
}

/// A row of a push that says whose place it is.
fn pushed(about: &Value, of: PartnershipId, who: Tenant) -> Value {
    let data = json!({
        "partnership": { "id": id("partnership", of) },
        "organisation": { "id": id("organisation", who.organisation) },
        "startsOn": "2025-01-01",
    });
    json!({ "partnershipMember": { "ref": about, "data": data, "visibility": "PUBLIC" } })
}

/// How many organisations a cluster sees.
async fn sees(app: &TestApp, who: Tenant) -> i64 {
    let (actor, all) = (who.actor(), Filter::default());
    let count = app
        .registry
        .count::<organisation::Entity>(&actor, &all, None);
    count.await.unwrap()
}

/// What becomes of it when a cluster accepts a place: the code of the refusal, if it is one.
async fn accepts(app: &TestApp, who: Tenant, place: PartnershipMemberId) -> Option<String> {
    let actor = who.actor();
    let agreed = app.registry.accept_partnership(&actor, place.into(), REAL);
    match agreed.await {
        Ok(_) => None,
        refused => codes(refused).pop().map(|(code, _)| code),
    }
}

/// A partnership that everyone sees, whose founder has a record for its partners.
async fn partnership(server: &TestApp, founder: Tenant) -> PartnershipId {
    let partnership = founder.put(server, public(given::partnership("P"))).await;
    let own = founder.put(server, public(place(partnership.id, founder, 0)));
    founder.accept(server, own.await.id).await;
    founder
        .put(server, given::organisation("For partners"))
        .await;
    partnership.id
}

/// The id of a place that a push brought.
fn place_of(payload: &Value) -> PartnershipMemberId {
    let result = &payload["results"][0];
    assert_eq!(result["errors"], json!([]), "{payload}");
    let uuid =
        partner_registry::auth::type_id::read("partnership_member", result["id"].as_str().unwrap());
    uuid.unwrap()
}

async fn who_writes_itself_into_a_partnership_sees_not_one_record_more(server: TestServer) {
    let founder = Tenant::new(&server, "Founder").await;
    let partnership = partnership(&server, founder).await;
    let outsider = Pusher::new(&server, "Outsider").await;
    let who = outsider.tenant;
    let before = sees(&server, who).await;
    let written = who
        .put(&server, public(place(partnership, who, 1)))
        .await
        .id;
    let row = pushed(&json!({ "externalId": "p1" }), partnership, who);
    let brought = place_of(&outsider.push(json!([row])));
    for place in [written, brought] {
        assert_eq!(
            accepts(&server, who, place).await.as_deref(),
            Some("Forbidden")
        );
        assert_eq!(sees(&server, who).await, before);
    }
    // Who is asked can let it in.
    let offered = founder.put(&server, place(partnership, who, 2)).await.id;
    assert_eq!(accepts(&server, who, offered).await, None);
    assert_eq!(sees(&server, who).await, before + 1);
    who.leave(&server, offered).await;
    let run = server
        .registry
        .accept_partnership(&server.actor, written.into(), REAL);
    run.await.expect("the operator accepts what it is asked to");
    assert_eq!(sees(&server, who).await, before + 1);
    assert_ledger(&server.database).await;
}

async fn who_claims_the_place_of_another_sees_not_one_record_more(server: TestServer) {
    let fellow = Pusher::new(&server, "Fellow").await;
    let partnership = partnership(&server, fellow.tenant).await;
    let invited = Tenant::new(&server, "Invited").await;
    let outsider = Pusher::new(&server, "Outsider").await;
    let before = sees(&server, outsider.tenant).await;
    let row = public(place(partnership, invited, 1));
    let offered = fellow.tenant.put(&server, row).await.id;
    let about = || json!({ "id": id("partnership_member", offered) });
    let own = fellow.push(json!([pushed(&about(), partnership, invited)]));
    let claim = outsider.push(json!([pushed(&about(), partnership, outsider.tenant)]));
    for (pushed, outcome) in [(&own, "LINKED"), (&claim, "LINKED")] {
        assert_eq!(outcomes(pushed), [outcome], "{pushed}");
    }
    let code = accepts(&server, outsider.tenant, offered).await;
    assert_eq!(code.as_deref(), Some("Forbidden"), "it is another's");
    // What the outsider says is all that a source says of it now.
    let external_id = own["results"][0]["externalId"].as_str().unwrap();
    fellow.push(json!([withdraw("PARTNERSHIP_MEMBER", external_id)]));
    let document = "query ($id: ID!) { partnershipMember(id: $id) { organisation { id } } }";
    let now = server.query(document, about());
    let own = id("organisation", outsider.tenant.organisation);
    assert_eq!(now["partnershipMember"]["organisation"]["id"], own);
    let code = accepts(&server, outsider.tenant, offered).await;
    assert_eq!(
        code.as_deref(),
        Some("Forbidden"),
        "its own word is not enough"
    );
    assert_eq!(sees(&server, outsider.tenant).await, before);
    assert_ledger(&server.database).await;
}

async fn a_place_is_offered_by_who_may_let_others_in(app: TestApp) {
    let founder = Tenant::new(&app, "Founder").await;
    let fellow = Tenant::new(&app, "Fellow").await;
    let invited = Tenant::new(&app, "Invited").await;
    let partnership = founder.put(&app, public(given::partnership("P"))).await.id;
    let own = founder.put(&app, place(partnership, fellow, 0)).await.id;
    let refused = Some("Forbidden".to_owned());
    let mut day = 1;
    for (words, writer, expected) in [
        ("the registry", None, None),
        ("the partnership's steward", Some(founder), None),
        ("who has not accepted yet", Some(fellow), refused.clone()),
        ("itself", Some(invited), refused.clone()),
    ] {
        let row = place(partnership, invited, day);
        let offered = match writer {
            None => app.put(row).await.id,
            Some(writer) => writer.put(&app, row).await.id,
        };
        assert_eq!(accepts(&app, invited, offered).await, expected, "{words}");
        if expected.is_none() {
            invited.leave(&app, offered).await;
        }
        day += 1;
    }
    let offered = fellow.put(&app, place(partnership, invited, day)).await.id;
    fellow.accept(&app, own).await;
    assert_eq!(accepts(&app, invited, offered).await, None, "a fellow");
    invited.leave(&app, offered).await;
    fellow.leave(&app, own).await;
    assert_eq!(
        accepts(&app, invited, offered).await,
        refused,
        "one who left"
    );
    assert_ledger(&app.database).await;
}

async fn an_accepted_place_is_seen_by_those_who_share_the_partnership(app: TestApp) {
    let founder = Tenant::new(&app, "Founder").await;
    let shared = partnership(&app, founder).await;
    let other = founder.put(&app, public(given::partnership("Q"))).await.id;
    let there = founder.put(&app, place(other, founder, 0)).await.id;
    founder.accept(&app, there).await;
    let invited = Tenant::new(&app, "Invited").await;
    let row = || place(shared, invited, 1);
    let offered = founder.put(&app, named(&[other], row())).await.id;
    let hidden = Some("InvalidState".to_owned());
    assert_eq!(accepts(&app, invited, offered).await, hidden, "for others");
    founder
        .put(&app, named(&[shared], change(offered, row())))
        .await;
    assert_eq!(accepts(&app, invited, offered).await, None);
    for narrower in [
        shown(Owner, change(offered, row())),
        named(&[other], shown(Partners, change(offered, row()))),
    ] {
        let errors = founder.write(&app, narrower).await.unwrap_err();
        let expected = ("InvalidState".to_owned(), "visibility".to_owned());
        assert_eq!(pairs(&errors), [expected]);
    }
    invited.leave(&app, offered).await;
    founder
        .put(&app, shown(Owner, change(offered, row())))
        .await;
}
