//! What there may be once only: the database decides, however many try at a time.

use chrono::NaiveDate;
use entities::record::RecordRow;
use futures_util::future::join_all;
use partner_registry::registry::{InputErrorCode, Outcome, Patch, RowWrite, Shared};
use tests::{TestApp, archive, assert_ledger, on_both, restore};

use crate::given;

on_both! {
    an_organisation_has_one_cluster,
    a_membership_begins_once,
    a_place_in_a_partnership_begins_once,
    a_participation_has_one_place,
    of_eight_who_make_a_cluster_at_once_one_does,
    a_duplicate_in_a_set_leaves_the_rest,
}

fn duplicate() -> [(InputErrorCode, String); 1] {
    [(InputErrorCode::Duplicate, String::new())]
}

/// The second of two is refused; once the first is archived it is there, and then the first cannot
/// come back.
async fn assert_once<E: Shared>(app: &TestApp, row: RowWrite<E>) {
    let first = app.put(row.clone()).await.envelope().id;
    assert_eq!(app.refuse(row.clone()).await, duplicate());
    app.put(archive::<E>(first)).await;
    let second = app.put(row).await.envelope().id;
    assert_eq!(app.refuse(restore::<E>(first)).await, duplicate());
    app.put(archive::<E>(second)).await;
    app.put(restore::<E>(first)).await;
    assert_ledger(&app.database).await;
}

async fn an_organisation_has_one_cluster(app: TestApp) {
    let organisation = app.put(given::organisation("Bioregio")).await.id;
    assert_once(&app, given::cluster(organisation, "Biocluster")).await;
}

async fn a_membership_begins_once(app: TestApp) {
    let member = app.put(given::organisation("Biotech")).await.id;
    let cluster = app.put(given::cluster(member, "Biocluster")).await.id;
    let mut row = given::membership(cluster, member);
    assert_once(&app, row.clone()).await;
    row.patch.starts_on = Patch::set_or_clear(NaiveDate::from_ymd_opt(2024, 1, 1));
    assert_once(&app, row).await;
}

async fn a_place_in_a_partnership_begins_once(app: TestApp) {
    let partnership = app.put(given::partnership("Health alliance")).await.id;
    let member = app.put(given::organisation("Biotech")).await.id;
    assert_once(&app, given::partnership_member(partnership, member)).await;
}

async fn a_participation_has_one_place(app: TestApp) {
    let member = app.put(given::organisation("Biotech")).await.id;
    let project = app.put(given::project("Early diagnosis")).await.id;
    let mut row = given::participation(project, member);
    assert_once(&app, row.clone()).await;
    row.patch.order = Patch::Set(2);
    assert_once(&app, row).await;
}

async fn of_eight_who_make_a_cluster_at_once_one_does(app: TestApp) {
    let organisation = app.put(given::organisation("Bioregio")).await.id;
    let attempts = (0..8).map(|n| {
        let app = app.clone();
        tokio::spawn(async move {
            app.write_one(given::cluster(organisation, &format!("Cluster {n}")))
                .await
                .outcome
        })
    });
    let mut outcomes: Vec<Outcome> = join_all(attempts)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    outcomes.retain(|outcome| *outcome != Outcome::Rejected);
    assert_eq!(outcomes, [Outcome::Created]);
    assert_eq!(app.head(organisation).await.seq, 1);
    assert_ledger(&app.database).await;
}

async fn a_duplicate_in_a_set_leaves_the_rest(app: TestApp) {
    let mut rows = Vec::new();
    for n in 0..3 {
        let organisation = app
            .put(given::organisation(&format!("Organisation {n}")))
            .await
            .id;
        rows.push(given::cluster(organisation, &format!("Cluster {n}")));
    }
    app.put(rows[1].clone()).await;
    let (written, last) = app.write(rows).await.unwrap();
    let outcomes: Vec<_> = written.iter().map(|row| row.outcome).collect();
    assert_eq!(
        outcomes,
        [Outcome::Created, Outcome::Rejected, Outcome::Created]
    );
    assert_eq!(last, Some(6));
    assert_ledger(&app.database).await;
}
