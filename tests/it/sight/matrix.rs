//! The rule of `auth::policy`, case by case, through each way to a record.

use chrono::NaiveDate;
use entities::id::{PartnershipId, PartnershipMemberId};
use entities::organisation;
use entities::partnership::PartnershipStatus;
use entities::record::Visibility::{self, Owner, Partners, Public};
use partner_registry::auth::{Permissions, Principal};
use partner_registry::registry::{Patch, Reference};
use serde_json::{Value, json};
use tests::{Caller, TestServer, change, on_both};

use super::{REAL, Tenant, id, named, public, shown};
use crate::given;

on_both!(each_kind_of_record_is_seen_by_whom_the_rule_says);

/// Each way to an organisation; the memberships are public, the organisations may not be.
const WAYS: &str = "query ($ids: [ID!]!, $cluster: ID!) {
    nodes(ids: $ids) { id ... on Organisation { name } }
    listed: organisations(filter: { name: { startsWith: \"Subject\" } }) { totalCount nodes { name } }
    found: organisations(search: \"subject\") { totalCount nodes { name } }
    related: memberships(filter: { organisation: { name: { startsWith: \"Subject\" } } }) {
        totalCount nodes { organisation { name } }
    }
    all: memberships { nodes { organisation { name } } }
    some: clusters(filter: { memberships: { some: { organisation: { name: { startsWith: \"Subject\" } } } } }) {
        totalCount
    }
    cluster(id: $cluster) { memberCount memberships { nodes { organisation { name } } } }
}";

/// What a record says of who may see it; the partnerships it names, by their numbers.
const SUBJECTS: [(&str, Visibility, &[usize]); 8] = [
    ("Subject public", Public, &[]),
    ("Subject public P", Public, &[0]),
    ("Subject partners", Partners, &[]),
    ("Subject partners P", Partners, &[0]),
    ("Subject partners Q", Partners, &[1]),
    ("Subject partners P and Q", Partners, &[0, 1]),
    ("Subject owner", Owner, &[]),
    ("Subject owner P", Owner, &[0]),
];

/// The names that each way leads to, which must be the same.
fn seen(caller: &Caller, variables: &Value) -> Vec<String> {
    let answer = caller.query(WAYS, variables.clone());
    let names = |rows: &Value, path: &str| {
        let rows = rows.as_array().unwrap().iter();
        let names = rows.filter_map(|row| row.pointer(path)?.as_str().map(str::to_owned));
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    };
    let direct = names(&answer["nodes"], "/name");
    let size = json!(direct.len());
    for (way, path) in [
        ("listed", "/name"),
        ("found", "/name"),
        ("related", "/organisation/name"),
        ("all", "/organisation/name"),
    ] {
        let list = &answer[way];
        assert_eq!(names(&list["nodes"], path), direct, "{way}");
        assert!(list["totalCount"] == size || way == "all", "{way}: {list}");
    }
    let some = i32::from(!direct.is_empty());
    assert_eq!(answer["some"]["totalCount"], some);
    let cluster = &answer["cluster"];
    assert_eq!(cluster["memberCount"], size);
    let members = names(&cluster["memberships"]["nodes"], "/organisation/name");
    assert_eq!(members, direct);
    direct
}

/// The names of the subjects with these numbers.
fn subjects(numbers: &[usize]) -> Vec<String> {
    let names = numbers.iter().map(|n| SUBJECTS[*n].0.to_owned());
    let mut names: Vec<_> = names.collect();
    names.sort();
    names
}

/// Writes the subjects, each a member of the steward's cluster for all to see; returns their ids.
async fn write_subjects(
    server: &TestServer,
    steward: Tenant,
    partnerships: [PartnershipId; 2],
) -> Vec<Value> {
    let mut ids = Vec::new();
    for (name, visibility, names) in SUBJECTS {
        let names: Vec<_> = names.iter().map(|n| partnerships[*n]).collect();
        let row = named(&names, shown(visibility, given::organisation(name)));
        let subject = steward.put(server, row).await.id;
        let row = public(given::membership(steward.cluster, subject));
        steward.put(server, row).await;
        ids.push(id("organisation", subject));
    }
    ids
}

/// Everything that people write of a partnership and its places says that it is long over.
async fn seem_over(
    server: &TestServer,
    p: PartnershipId,
    places: [(PartnershipMemberId, Tenant); 2],
) {
    let mut over = change(p, given::partnership("P"));
    over.patch.status = Patch::Set(PartnershipStatus::Dissolved);
    over.patch.starts_on = Patch::set_or_clear(NaiveDate::from_ymd_opt(1990, 1, 1));
    over.patch.duration_months = Patch::Set(1);
    server.put(over).await;
    for (place, tenant) in places {
        let mut over = change(place, given::partnership_member(p, tenant.organisation));
        over.patch.ends_on = Patch::set_or_clear(NaiveDate::from_ymd_opt(1990, 1, 1));
        server.put(over).await;
    }
}

async fn each_kind_of_record_is_seen_by_whom_the_rule_says(server: TestServer) {
    let steward = Tenant::new(&server, "Steward").await;
    let viewer = Tenant::new(&server, "Viewer").await;
    let stranger = Tenant::new(&server, "Stranger").await;
    let p = server.put(public(given::partnership("P"))).await.id;
    let q = server.put(public(given::partnership("Q"))).await.id;
    let ours = [
        steward.place(&server, p).await,
        steward.place(&server, q).await,
    ];
    let theirs = [
        viewer.place(&server, p).await,
        viewer.place(&server, q).await,
    ];
    for place in ours {
        steward.accept(&server, place).await;
    }
    let ids = write_subjects(&server, steward, [p, q]).await;
    let registrys = server
        .put(given::organisation("The registry's own"))
        .await
        .id;
    for place in ours {
        steward.leave(&server, place).await;
    }
    let variables = json!({ "ids": ids, "cluster": id("cluster", steward.cluster) });

    let all: Vec<_> = (0..SUBJECTS.len()).collect();
    let agency = Reference::Id(stranger.organisation.into());
    let agency = server.registry.register_agency(&server.actor, agency).await;
    let agency = Principal::Agency(agency.unwrap().id);
    let watch = |words: &str, expected: &[usize]| {
        for (who, caller, expected) in [
            ("viewer", viewer.caller(&server), expected),
            ("steward", steward.caller(&server), &all[..]),
            ("operator", (*server).clone(), &all[..]),
            ("stranger", stranger.caller(&server), &[0, 1]),
            (
                "agency",
                server.acting_for(agency, Permissions::all()),
                &[0, 1],
            ),
            ("anonymous", server.as_anonymous(), &[0, 1]),
        ] {
            assert_eq!(
                seen(&caller, &variables),
                subjects(expected),
                "{who}: {words}"
            );
        }
        let own = json!({ "ids": [id("organisation", registrys)] });
        let document = "query ($ids: [ID!]!) { nodes(ids: $ids) { id } }";
        let answer = viewer.caller(&server).query(document, own);
        assert_eq!(
            answer["nodes"],
            json!([null]),
            "the registry's own: {words}"
        );
    };
    watch("nobody has accepted", &[0, 1]);
    steward.accept(&server, ours[0]).await;
    watch("the steward alone has accepted", &[0, 1]);
    viewer.accept(&server, theirs[0]).await;
    watch("both have accepted P", &[0, 1, 2, 3, 5]);
    viewer.accept(&server, theirs[1]).await;
    watch(
        "the viewer has accepted Q, the steward has not",
        &[0, 1, 2, 3, 5],
    );
    steward.accept(&server, ours[1]).await;
    watch("both have accepted P and Q", &[0, 1, 2, 3, 4, 5]);
    steward.leave(&server, ours[0]).await;
    watch("the steward has left P", &[0, 1, 2, 4, 5]);
    let dissolved = server
        .registry
        .dissolve_partnership(&server.actor, q.into(), REAL);
    dissolved.await.unwrap();
    watch("Q was dissolved", &[0, 1]);
    steward.accept(&server, ours[0]).await;
    watch("the steward has accepted P again", &[0, 1, 2, 3, 5]);

    let places = [(ours[0], steward), (theirs[0], viewer)];
    seem_over(&server, p, places).await;
    watch("dates and status say that P is over", &[0, 1, 2, 3, 5]);
    let narrower = shown(
        Owner,
        change::<organisation::Entity>(steward.organisation, given::organisation("Steward")),
    );
    server.put(narrower).await;
    watch("the steward's organisation is hidden", &[0, 1, 2, 3, 5]);
    viewer.leave(&server, theirs[0]).await;
    watch("the viewer has left P", &[0, 1]);
}
