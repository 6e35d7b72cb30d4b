//! Who could see a record when is kept: its stewards, and each sight of it that has ended.

use entities::id::{ClusterId, PartnershipId};
use entities::record::Visibility::{self, Owner, Partners, Public};
use entities::record_party::{self, PartyRole};
use entities::{cluster, feed_secret, organisation, past_sight, source_record};
use migration::Migrator;
use partner_registry::registry::{Batch, Mode, RowWrite, Target};
use sea_orm::{EntityTrait, QueryOrder};
use sea_orm_migration::MigratorTrait;
use tests::{TestApp, archive, change, create, on_both, restore, start_of_time};
use uuid::Uuid;

use crate::given;
use crate::migrations::since;
use crate::sight::{Tenant, named, shown};

on_both! {
    a_sight_that_ends_is_kept_with_the_position_of_its_end,
    what_changes_nobodys_sight_leaves_no_trace_of_one,
    a_steward_is_a_party_from_one_position_to_another,
    the_secret_of_cursors_is_made_once,
    an_older_database_gets_its_parties_and_keeps_its_sources,
}

/// What is kept of past sights: the position of the end, the audience, the partnership.
async fn past(app: &TestApp) -> Vec<(i64, Visibility, Option<PartnershipId>)> {
    let rows = past_sight::Entity::find()
        .order_by_asc(past_sight::Column::Seq)
        .order_by_asc(past_sight::Column::N);
    let rows = rows.all(&app.database.connect().await).await.unwrap();
    rows.into_iter()
        .map(|row| (row.seq, row.audience, row.partnership_id))
        .collect()
}

/// The parties of a record: cluster, role, from when until when.
async fn parties(
    app: &TestApp,
    record: impl Into<Uuid>,
) -> Vec<(ClusterId, PartyRole, i64, Option<i64>)> {
    let rows = record_party::Entity::find().order_by_asc(record_party::Column::Since);
    let rows = rows.all(&app.database.connect().await).await.unwrap();
    let record = record.into();
    rows.into_iter()
        .filter(|row| row.record_id == record)
        .map(|row| (row.cluster_id, row.role, row.since, row.until))
        .collect()
}

async fn a_sight_that_ends_is_kept_with_the_position_of_its_end(app: TestApp) {
    let tenant = Tenant::new(&app, "Biocluster").await;
    let mut partnerships = Vec::new();
    for title in ["First", "Second"] {
        let partnership = shown(Public, given::partnership(title));
        let partnership = app.put(partnership).await.id;
        let place = tenant.place(&app, partnership).await;
        tenant.accept(&app, place).await;
        partnerships.push(partnership);
    }
    let row = || create::<organisation::Entity>();
    let new = tenant
        .put(&app, shown(Public, given::organisation("Member")))
        .await;
    let last = app.head(new.id).await.seq;
    let show = |visibility| shown(visibility, change(new.id, row()));
    tenant.put(&app, named(&partnerships, show(Partners))).await;
    tenant.put(&app, show(Owner)).await;
    app.put(archive::<organisation::Entity>(new.id)).await;
    app.put(restore::<organisation::Entity>(new.id)).await;
    assert_eq!(
        past(&app).await,
        [
            (last + 1, Public, None),
            (last + 2, Partners, Some(partnerships[0])),
            (last + 2, Partners, Some(partnerships[1])),
            // It still names them, for whoever may make it wider again.
            (last + 3, Owner, Some(partnerships[0])),
            (last + 3, Owner, Some(partnerships[1])),
        ]
    );
    let head = app.head(new.id).await;
    assert_eq!(head.partnership_ids.0, partnerships);
}

async fn what_changes_nobodys_sight_leaves_no_trace_of_one(app: TestApp) {
    let id = app.put(given::organisation("Before")).await.id;
    app.put(change(id, given::organisation("After"))).await;
    assert_eq!(past(&app).await, []);
    assert_eq!(parties(&app, id).await, [], "the registry is no party");
}

async fn a_steward_is_a_party_from_one_position_to_another(app: TestApp) {
    let organisation = shown(Public, given::organisation("Bioregio"));
    let organisation = app.put(organisation).await.id;
    let other = Tenant::new(&app, "Other").await;
    let row = given::cluster(organisation, "Biocluster");
    let cluster = other.put(&app, row).await.id;
    let made = app.head(cluster).await.seq;
    let own = RowWrite {
        steward: partner_registry::registry::Steward::Itself,
        ..change(cluster, create::<cluster::Entity>())
    };
    app.put(own).await;
    assert_eq!(
        parties(&app, cluster).await,
        [
            (other.cluster, PartyRole::Steward, made, Some(made + 1)),
            (cluster, PartyRole::Steward, made + 1, None),
        ]
    );
}

async fn the_secret_of_cursors_is_made_once(app: TestApp) {
    let db = app.database.connect().await;
    let first = feed_secret::Entity::find().all(&db).await.unwrap();
    assert_eq!(first.len(), 1);
    let later = start_of_time() + chrono::Duration::days(1);
    TestApp::at(app.database.clone(), later).await.unwrap();
    assert_eq!(feed_secret::Entity::find().all(&db).await.unwrap(), first);
}

async fn an_older_database_gets_its_parties_and_keeps_its_sources(app: TestApp) {
    let tenant = Tenant::new(&app, "Biocluster").await;
    let row = given::organisation("Member");
    let member = tenant.put(&app, shown(Owner, row)).await.id;
    let row = change(member, create::<organisation::Entity>());
    tenant.put(&app, shown(Partners, row)).await;
    let source = app
        .registry
        .ensure_source(&app.actor, "CORDIS", "CC BY 4.0", "https://e.eu");
    let row = RowWrite {
        target: Target::External("999".to_owned()),
        ..given::organisation("Imported")
    };
    let batch = Batch {
        rows: vec![row],
        source: Some(source.await.unwrap()),
        mode: Mode::Lenient,
        origin: "test".to_owned(),
    };
    app.registry.write(&app.actor, batch).await.unwrap();
    let db = app.database.connect().await;
    let mut said = source_record::Entity::find().all(&db).await.unwrap();
    assert_eq!(said.len(), 1);
    // Older versions did not keep for whom a source says something.
    said[0].visibility = None;

    Migrator::down(&db, Some(since("sync"))).await.unwrap();
    let later = start_of_time() + chrono::Duration::days(1);
    TestApp::at(app.database.clone(), later).await.unwrap();
    assert_eq!(source_record::Entity::find().all(&db).await.unwrap(), said);
    let head = app.head(member).await;
    let party = (tenant.cluster, PartyRole::Steward, head.seq, None);
    assert_eq!(parties(&app, member).await, [party]);
    // Who saw it before is not known in full, so nobody counts as having seen it.
    assert_eq!(past(&app).await, [(head.seq, Owner, None)]);
}
