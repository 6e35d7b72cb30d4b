//! Accepting, leaving, dissolving: by whom, what it changes, and what cannot be done round it.

use entities::record::Visibility::{Owner, Partners, Public};
use entities::{organisation, partnership, partnership_member};
use partner_registry::auth::{Actor, Permissions};
use partner_registry::delivery::demo;
use partner_registry::registry::{Error, Filter};
use serde_json::{Value, json};
use tests::{TestApp, TestServer, archive, assert_ledger, change, on_both};
use uuid::Uuid;

use super::{DRY, REAL, Tenant, codes, id, named, pairs, public, shown};
use crate::given;

on_both!(
    who_names_another_sees_not_one_record_more,
    a_place_is_accepted_by_its_own_cluster_or_the_operator,
    a_dry_run_says_what_changes_and_changes_nothing,
    what_was_accepted_stays_until_it_is_left,
    a_record_names_partnerships_of_its_steward_alone,
    a_steward_that_is_hidden_has_no_name,
    the_mutations_say_what_each_side_sees,
    the_demos_clusters_have_accepted_their_places,
);

fn refused(code: &str, path: &str) -> Vec<(String, String)> {
    vec![(code.to_owned(), path.to_owned())]
}

/// How many organisations someone sees.
async fn count(app: &TestApp, actor: &Actor) -> i64 {
    let all = Filter::default();
    let count = app
        .registry
        .count::<organisation::Entity>(actor, &all, None);
    count.await.unwrap()
}

async fn who_names_another_sees_not_one_record_more(app: TestApp) {
    let ours = Tenant::new(&app, "Ours").await;
    let theirs = Tenant::new(&app, "Theirs").await;
    theirs
        .put(&app, given::organisation("Partner of theirs"))
        .await;
    let actor = ours.actor();
    let before = count(&app, &actor).await;
    let partnership = ours.put(&app, given::partnership("P")).await.id;
    for member in [ours, theirs] {
        let row = given::partnership_member(partnership, member.organisation);
        let place = ours.put(&app, row).await.id;
        let run = app.registry.accept_partnership(&actor, place.into(), REAL);
        let accepted = run.await;
        assert_eq!(accepted.is_ok(), member.cluster == ours.cluster);
        assert_eq!(count(&app, &actor).await, before);
    }
}

async fn a_place_is_accepted_by_its_own_cluster_or_the_operator(app: TestApp) {
    let owner = Tenant::new(&app, "Owner").await;
    let invited = Tenant::new(&app, "Invited").await;
    let stranger = Tenant::new(&app, "Stranger").await;
    let plain = app.put(given::organisation("No cluster")).await.id;
    let titles = ["Seen", "Unseen", "Kept to itself", "Also seen"];
    let mut places = Vec::new();
    for (title, visibility) in titles.into_iter().zip([Public, Partners, Owner, Public]) {
        let partnership = owner.put(&app, public(given::partnership(title))).await.id;
        let row = given::partnership_member(partnership, invited.organisation);
        places.push(owner.put(&app, shown(visibility, row)).await.id);
    }
    let partnership = app.put(given::partnership("Ours")).await.id;
    let homeless = app
        .put(given::partnership_member(partnership, plain))
        .await
        .id;
    let here = "partnershipMember";
    for (actor, place, expected) in [
        (stranger.actor(), places[0].0, refused("Forbidden", here)),
        (stranger.actor(), places[1].0, refused("NotFound", here)),
        (invited.actor(), places[2].0, refused("NotFound", here)),
        (invited.actor(), Uuid::nil(), refused("NotFound", here)),
        (invited.actor(), homeless.0, refused("NotFound", here)),
        (Actor::operator(), homeless.0, refused("InvalidState", here)),
    ] {
        for leave in [false, true] {
            let agreed = if leave {
                app.registry.leave_partnership(&actor, place, REAL).await
            } else {
                app.registry.accept_partnership(&actor, place, REAL).await
            };
            assert_eq!(codes(agreed), expected, "{} {place}", actor.name());
        }
    }
    let plain_scopes: Permissions = "registry:read members:write".parse().unwrap();
    let writer = Actor::new(invited.principal(), plain_scopes, None);
    let agreed = app
        .registry
        .accept_partnership(&writer, places[0].into(), REAL);
    assert!(matches!(agreed.await, Err(Error::Forbidden(_))));
    let actor = invited.actor();
    let agreed = app
        .registry
        .leave_partnership(&actor, places[0].into(), REAL);
    assert_eq!(
        codes(agreed.await),
        refused("InvalidState", here),
        "not accepted"
    );
    invited.accept(&app, places[0]).await;
    invited.accept(&app, places[1]).await;
    let run = app
        .registry
        .accept_partnership(&app.actor, places[2].into(), REAL);
    assert_eq!(codes(run.await), refused("InvalidState", here), "hidden");
    let run = app
        .registry
        .accept_partnership(&app.actor, places[3].into(), REAL);
    let accepted = run.await.unwrap().record;
    assert_eq!(accepted.accepted_cluster_id, Some(invited.cluster));
    invited.leave(&app, places[3]).await;
    let partnership = accepted.partnership_id.into();
    let actor = owner.actor();
    let run = app.registry.dissolve_partnership(&actor, partnership, REAL);
    assert!(matches!(run.await, Err(Error::Forbidden(_))));
    let run = app
        .registry
        .dissolve_partnership(&app.actor, partnership, REAL);
    run.await.unwrap();
    let run = app
        .registry
        .accept_partnership(&app.actor, places[3].into(), REAL);
    assert_eq!(codes(run.await), refused("InvalidState", here), "dissolved");
    assert_ledger(&app.database).await;
}

async fn a_dry_run_says_what_changes_and_changes_nothing(app: TestApp) {
    let many = Tenant::new(&app, "Many").await;
    let few = Tenant::new(&app, "Few").await;
    let partnership = app.put(public(given::partnership("P"))).await.id;
    let (first, second) = (
        many.place(&app, partnership).await,
        few.place(&app, partnership).await,
    );
    for n in 0..3 {
        let name = format!("Member {n}");
        many.put(&app, given::organisation(&name)).await;
    }
    many.put(&app, given::project("Project")).await;
    few.put(&app, given::organisation("Member")).await;
    few.put(&app, shown(Owner, given::organisation("Secret")))
        .await;
    many.accept(&app, first).await;
    let both = {
        let mut both = vec![(many.cluster, 1), (few.cluster, 4)];
        both.sort();
        both
    };
    let neither: Vec<_> = both.iter().map(|(cluster, _)| (*cluster, 0)).collect();
    let (registry, actor) = (&app.registry, few.actor());
    let seen = count(&app, &actor).await;
    for (run, expected, more) in [
        (DRY, &both, 0),
        (REAL, &both, 3),
        (REAL, &neither, 3),
        (DRY, &neither, 3),
    ] {
        let agreed = registry.accept_partnership(&actor, second.into(), run);
        let agreed = agreed.await.unwrap();
        assert_eq!(agreed.sides, *expected, "{run:?}");
        assert_eq!(count(&app, &actor).await, seen + more, "{run:?}");
        let version = if more == 0 { 1 } else { 2 };
        assert_eq!(agreed.record.version, version, "{run:?}");
        assert_eq!(app.head(second).await.version, version, "{run:?}");
    }
    for (run, expected, more) in [(DRY, &both, 3), (REAL, &both, 0)] {
        let agreed = registry.leave_partnership(&actor, second.into(), run);
        assert_eq!(agreed.await.unwrap().sides, *expected, "{run:?}");
        assert_eq!(count(&app, &actor).await, seen + more, "{run:?}");
    }
    let again = registry
        .leave_partnership(&actor, second.into(), REAL)
        .await;
    assert_eq!(
        again.unwrap().record.version,
        3,
        "done twice it is the same"
    );
    few.accept(&app, second).await;
    for (run, expected, more) in [(DRY, &both, 3), (REAL, &both, 0), (REAL, &Vec::new(), 0)] {
        let agreed = registry.dissolve_partnership(&app.actor, partnership.into(), run);
        assert_eq!(agreed.await.unwrap().sides, *expected, "{run:?}");
        assert_eq!(count(&app, &actor).await, seen + more, "{run:?}");
    }
    assert_eq!(app.head(partnership).await.version, 2);
    assert_ledger(&app.database).await;
}

async fn what_was_accepted_stays_until_it_is_left(app: TestApp) {
    let owner = Tenant::new(&app, "Owner").await;
    let invited = Tenant::new(&app, "Invited").await;
    let mut partnerships = Vec::new();
    for title in ["P", "Q"] {
        partnerships.push(owner.put(&app, public(given::partnership(title))).await.id);
    }
    let row = given::partnership_member(partnerships[0], invited.organisation);
    let place = owner.put(&app, public(row)).await.id;
    invited.accept(&app, place).await;
    let moved = given::partnership_member(partnerships[1], invited.organisation);
    let handed = given::partnership_member(partnerships[0], owner.organisation);
    for (row, path) in [
        (archive::<partnership_member::Entity>(place), "id"),
        (change(place, moved), "partnership"),
        (change(place, handed), "organisation"),
    ] {
        for written in [owner.write(&app, row.clone()).await, {
            let mut written = app.write_one(row.clone()).await;
            written.record.take().ok_or(written.errors)
        }] {
            let errors = written.expect_err("it is refused");
            assert_eq!(pairs(&errors), refused("InvalidState", path));
        }
    }
    let whole = archive::<partnership::Entity>(partnerships[0]);
    let errors = owner.write(&app, whole.clone()).await.unwrap_err();
    assert_eq!(pairs(&errors), refused("InvalidState", "id"));
    let empty = archive::<partnership::Entity>(partnerships[1]);
    owner.put(&app, empty).await;
    invited.leave(&app, place).await;
    owner
        .put(&app, archive::<partnership_member::Entity>(place))
        .await;
    owner.put(&app, whole).await;
    assert_ledger(&app.database).await;
}

async fn a_record_names_partnerships_of_its_steward_alone(server: TestServer) {
    let owner = Tenant::new(&server, "Owner").await;
    let other = Tenant::new(&server, "Other").await;
    let ours = server.put(public(given::partnership("Ours"))).await.id;
    let theirs = server.put(public(given::partnership("Theirs"))).await.id;
    let hidden = other.put(&server, given::partnership("Hidden")).await.id;
    for (tenant, partnership) in [(owner, ours), (other, ours), (other, theirs)] {
        let place = tenant.place(&server, partnership).await;
        tenant.accept(&server, place).await;
    }
    let nobody = entities::id::PartnershipId(Uuid::from_u128(7));
    let row = |names: &[_]| named(names, given::organisation("Named"));
    for (names, expected) in [
        (vec![theirs], refused("Invalid", "partnerships.0")),
        (vec![ours, nobody], refused("NotFound", "partnerships.1")),
        (
            vec![ours, nobody, theirs],
            [
                refused("NotFound", "partnerships.1"),
                refused("Invalid", "partnerships.2"),
            ]
            .concat(),
        ),
    ] {
        let errors = owner.write(&server, row(&names)).await.unwrap_err();
        assert_eq!(pairs(&errors), expected, "{names:?}");
    }
    let unknown = owner.write(&server, row(&[nobody])).await.unwrap_err();
    let unseen = Tenant::new(&server, "Stranger").await;
    assert_eq!(
        unseen.write(&server, row(&[hidden])).await.unwrap_err(),
        unknown
    );
    let errors = server.write_one(row(&[ours])).await.errors;
    assert_eq!(
        pairs(&errors),
        refused("Invalid", "partnerships.0"),
        "the registry has no partners"
    );

    let record = owner.put(&server, row(&[ours, ours])).await;
    assert_eq!(record.partnership_ids.0, [ours], "each once");
    let document = "query ($id: ID!) { organisation(id: $id) { partnershipIds } }";
    let variables = json!({ "id": id("organisation", record.id) });
    let names = |tenant: Tenant| {
        tenant.caller(&server).query(document, variables.clone())["organisation"]["partnershipIds"]
            .clone()
    };
    assert_eq!(names(other), json!([id("partnership", ours)]));
    server
        .put(shown(Owner, change(ours, given::partnership("Ours"))))
        .await;
    assert_eq!(names(other), json!([]), "one that is hidden is not named");
    let all = owner.put(&server, change(record.id, row(&[]))).await;
    assert_eq!(all.partnership_ids.0, []);
    let same = owner
        .put(&server, change(record.id, given::organisation("Named")))
        .await;
    assert_eq!(same.version, all.version);
}

async fn a_steward_that_is_hidden_has_no_name(server: TestServer) {
    let owner = Tenant::new(&server, "Owner").await;
    let record = owner
        .put(&server, public(given::organisation("Record")))
        .await;
    let document = "query ($id: ID!) { organisation(id: $id) { steward { name id } } }";
    let steward = |record: Uuid| {
        let variables = json!({ "id": id("organisation", record) });
        server.as_anonymous().query(document, variables)["organisation"]["steward"].clone()
    };
    let shown_as = json!({ "name": "Owner", "id": id("cluster", owner.cluster) });
    assert_eq!(steward(record.id.into()), shown_as);
    let row = given::cluster(owner.organisation, "Owner");
    server.put(shown(Owner, change(owner.cluster, row))).await;
    assert_eq!(
        steward(record.id.into()),
        json!({ "name": null, "id": null })
    );
    assert_eq!(
        steward(owner.organisation.into())["name"],
        "Partner Registry"
    );
}

async fn the_mutations_say_what_each_side_sees(server: TestServer) {
    let tenant = Tenant::new(&server, "Tenant").await;
    let partnership = server.put(public(given::partnership("P"))).await.id;
    let place = tenant.place(&server, partnership).await;
    let caller = tenant.caller(&server);
    let ask = |mutation: &str, fields: &str, name: &str, of: Value| {
        let input = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
        let document = format!(
            "mutation ($input: {input}!) {{ {mutation}(input: $input) {{
                {fields} sight {{ cluster {{ name }} records }} userErrors {{ code path }} }} }}"
        );
        let input = json!({ name: of });
        let asking = if mutation.starts_with("dissolve") {
            &*server
        } else {
            &caller
        };
        asking.query(&document, json!({ "input": input }))[mutation].clone()
    };
    let sight = json!([{ "cluster": { "name": "Tenant" }, "records": 0 }]);
    let fields = "partnershipMember { acceptedBy { name } acceptedAt leftAt }";
    let of = id("partnership_member", place);
    let accepted = ask("acceptPartnership", fields, "partnershipMember", of.clone());
    assert_eq!(
        accepted["partnershipMember"]["acceptedBy"]["name"],
        "Tenant"
    );
    assert_eq!(
        (&accepted["sight"], &accepted["userErrors"]),
        (&sight, &json!([]))
    );
    let left = ask("leavePartnership", fields, "partnershipMember", of);
    assert_eq!(left["partnershipMember"]["acceptedBy"], Value::Null);
    assert!(left["partnershipMember"]["leftAt"].is_string(), "{left}");
    assert_eq!(left["sight"], sight);
    let of = id("partnership", partnership);
    let dissolved = ask(
        "dissolvePartnership",
        "partnership { dissolvedAt }",
        "partnership",
        of,
    );
    assert!(
        dissolved["partnership"]["dissolvedAt"].is_string(),
        "{dissolved}"
    );
    let nobody = id("partnership", Uuid::from_u128(7));
    let refused = ask(
        "dissolvePartnership",
        "partnership { id }",
        "partnership",
        nobody,
    );
    let error = json!([{ "code": "NOT_FOUND", "path": "partnership" }]);
    assert_eq!(
        refused,
        json!({ "partnership": null, "sight": [], "userErrors": error })
    );
}

async fn the_demos_clusters_have_accepted_their_places(server: TestServer) {
    let loaded = demo::load_if_empty(&server.registry, &server.actor).await;
    assert!(loaded.expect("the demo"), "the database was empty");
    let document =
        "{ partnershipMembers(first: 200) { nodes { cluster { id } acceptedBy { id } } } }";
    let answer = server.query(document, Value::Null);
    let places = answer["partnershipMembers"]["nodes"].as_array().unwrap();
    let accepted = places
        .iter()
        .filter(|place| place["acceptedBy"].is_object());
    assert!(accepted.count() >= 3, "AI4Diag's three: {places:?}");
    for place in places {
        assert_eq!(place["cluster"], place["acceptedBy"]);
    }
}
