//! The life of a record, the same for every type: created, changed, archived, restored.

use entities::change_head::ChangeOp::{self, Deleted, Upsert};
use entities::membership::MembershipCategory;
use entities::partnership_member::PartnershipRole;
use entities::record::{RecordRow, Visibility};
use entities::{membership, participation, partnership, partnership_member, project};
use partner_registry::registry::{
    Filter, InputErrorCode, Outcome, PageRequest, Patch, RowWrite, Shared, Slice, Target,
};
use tests::{TestApp, archive, assert_ledger, change, create, on_both, restore};
use uuid::Uuid;

use crate::given;

on_both! {
    an_organisation_lives,
    a_cluster_lives,
    a_membership_lives,
    a_partnership_lives,
    a_place_in_a_partnership_lives,
    a_project_lives,
    a_participation_lives,
}

/// What a test of one type begins with: how it is made, how it changes, and a word to find it by.
struct Life<E: Shared> {
    new: RowWrite<E>,
    changed: RowWrite<E>,
    word: Option<&'static str>,
}

impl<E: Shared> Life<E> {
    async fn run(self, app: &TestApp) {
        let others = app.count::<E>(None).await;
        let written = app.write_one(self.new.clone()).await;
        assert_eq!(written.outcome, Outcome::Created, "{:?}", written.errors);
        let born = written.record.unwrap();
        let id = born.envelope().id;
        assert_eq!(
            (born.envelope().version, born.envelope().visibility),
            (1, Visibility::Partners)
        );
        assert_sight(app, &self, id, others, Some(&born)).await;
        let mut last = assert_head::<E>(app, id, 0, (1, Upsert)).await;

        let (same, none) = app.write(vec![change(id, self.new.clone())]).await.unwrap();
        assert_eq!((same[0].outcome, none), (Outcome::Unchanged, None));
        assert_eq!(same[0].record.as_ref(), Some(&born));

        let row = |seen| RowWrite::<E> {
            target: Target::Record {
                id,
                if_version: Some(seen),
            },
            ..self.changed.clone()
        };
        let written = app.write_one(row(1)).await;
        assert_eq!(written.outcome, Outcome::Updated, "{:?}", written.errors);
        let changed = written.record.unwrap();
        assert_eq!(changed.envelope().version, 2);
        assert_eq!(changed.envelope().created_at, born.envelope().created_at);
        assert!(changed.envelope().updated_at > born.envelope().updated_at);
        let mismatch = (InputErrorCode::VersionMismatch, "ifVersion".to_owned());
        assert_eq!(app.refuse(row(1)).await, [mismatch]);
        assert_sight(app, &self, id, others, Some(&changed)).await;
        last = assert_head::<E>(app, id, last, (2, Upsert)).await;

        let archived = app.put(archive::<E>(id)).await.envelope();
        assert_eq!(
            (archived.version, archived.archived_at),
            (3, Some(archived.updated_at))
        );
        assert_sight(app, &self, id, others, None).await;
        last = assert_head::<E>(app, id, last, (3, Deleted)).await;
        let not_found = [(InputErrorCode::NotFound, "id".to_owned())];
        assert_eq!(app.refuse(change(id, self.new.clone())).await, not_found);
        assert_eq!(app.refuse(archive::<E>(id)).await, not_found);

        let restored = app.put(restore::<E>(id)).await;
        assert_eq!(
            (restored.envelope().id, restored.envelope().version),
            (id, 4)
        );
        assert_sight(app, &self, id, others, Some(&restored)).await;
        assert_head::<E>(app, id, last, (4, Upsert)).await;
        assert_eq!(app.refuse(change(Uuid::nil(), self.new)).await, not_found);
        assert_ledger(&app.database).await;
    }
}

/// Whether a record is in every list, look-up and count, or in none.
async fn assert_sight<E: Shared>(
    app: &TestApp,
    life: &Life<E>,
    id: Uuid,
    others: i64,
    seen: Option<&E::Model>,
) {
    let looked_up = app
        .registry
        .by_ids::<E>(&app.actor, vec![id])
        .await
        .unwrap();
    assert_eq!(looked_up.get(&id), seen);
    assert_eq!(
        app.count::<E>(None).await,
        others + i64::from(seen.is_some())
    );
    let request = PageRequest::<E> {
        filter: Filter::default(),
        search: None,
        order: Vec::new(),
        slice: Slice {
            limit: 100,
            ..Slice::default()
        },
    };
    let page = app
        .registry
        .page(&app.actor, &request, false)
        .await
        .unwrap();
    let listed = page
        .rows
        .iter()
        .map(|(_, row)| &**row)
        .find(|row| row.envelope().id == id);
    assert_eq!(listed, seen);
    if let Some(word) = life.word {
        assert_eq!(app.count::<E>(Some(word)).await, i64::from(seen.is_some()));
    }
}

/// The head's version and what it says; its position, which lies after `last`.
async fn assert_head<E: Shared>(app: &TestApp, id: Uuid, last: i64, is: (i32, ChangeOp)) -> i64 {
    let head = app.head(id).await;
    assert_eq!(
        (head.record_type, head.version, head.op),
        (E::TYPE, is.0, is.1)
    );
    assert!(head.seq > last);
    head.seq
}

async fn an_organisation_lives(app: TestApp) {
    let new = given::organisation("Universitätsklinikum Köln");
    let changed = given::organisation("Uniklinik Köln");
    Life {
        new,
        changed,
        word: Some("koln"),
    }
    .run(&app)
    .await;
}

async fn a_cluster_lives(app: TestApp) {
    let organisation = app.put(given::organisation("Bioregio")).await.id;
    let new = given::cluster(organisation, "Lombardy Life Sciences");
    let changed = given::cluster(organisation, "Life Sciences Cluster");
    Life {
        new,
        changed,
        word: Some("sciences"),
    }
    .run(&app)
    .await;
}

async fn a_membership_lives(app: TestApp) {
    let member = app.put(given::organisation("Biotech")).await.id;
    let cluster = app.put(given::cluster(member, "Biocluster")).await.id;
    let new = given::membership(cluster, member);
    let mut changed = create::<membership::Entity>();
    changed.patch.category = Patch::Set(MembershipCategory::Founding);
    Life {
        new,
        changed,
        word: None,
    }
    .run(&app)
    .await;
}

async fn a_partnership_lives(app: TestApp) {
    let new = given::partnership("Artificial intelligence for diagnosis");
    let mut changed = create::<partnership::Entity>();
    changed.patch.acronym = Patch::Set("AI4Diag".to_owned());
    Life {
        new,
        changed,
        word: Some("diagnosis"),
    }
    .run(&app)
    .await;
}

async fn a_place_in_a_partnership_lives(app: TestApp) {
    let member = app.put(given::organisation("Biotech")).await.id;
    let partnership = app.put(given::partnership("Health alliance")).await.id;
    let new = given::partnership_member(partnership, member);
    let mut changed = create::<partnership_member::Entity>();
    changed.patch.role = Patch::Set(PartnershipRole::Coordinator);
    Life {
        new,
        changed,
        word: None,
    }
    .run(&app)
    .await;
}

async fn a_project_lives(app: TestApp) {
    let new = given::project("Foetal monitoring");
    let mut changed = create::<project::Entity>();
    changed.patch.summary = Patch::Set("Sensors for unborn children.".to_owned());
    Life {
        new,
        changed,
        word: Some("monitor"),
    }
    .run(&app)
    .await;
}

async fn a_participation_lives(app: TestApp) {
    let member = app.put(given::organisation("Biotech")).await.id;
    let project = app.put(given::project("Early diagnosis")).await.id;
    let new = given::participation(project, member);
    let mut changed = create::<participation::Entity>();
    changed.patch.order = Patch::Set(2);
    Life {
        new,
        changed,
        word: None,
    }
    .run(&app)
    .await;
}
