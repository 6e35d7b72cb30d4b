//! What tests begin with: the least that each type of record must say.

use entities::{
    cluster, membership, organisation, participation, partnership, partnership_member, project,
};
use partner_registry::registry::{Patch, Reference, RowWrite, Steward};
use tests::{TestApp, create};
use uuid::Uuid;

pub(crate) fn organisation(name: &str) -> RowWrite<organisation::Entity> {
    let mut row = create::<organisation::Entity>();
    row.patch.name = Patch::Set(name.to_owned());
    row
}

pub(crate) fn cluster(of: impl Into<Uuid>, name: &str) -> RowWrite<cluster::Entity> {
    let mut row = create::<cluster::Entity>();
    row.patch.organisation = by_id(of);
    row.patch.name = Patch::Set(name.to_owned());
    row
}

/// A cluster that is its own steward, as one that was registered.
pub(crate) fn tenant(of: impl Into<Uuid>, name: &str) -> RowWrite<cluster::Entity> {
    RowWrite {
        steward: Steward::Itself,
        ..cluster(of, name)
    }
}

pub(crate) fn membership(
    of: impl Into<Uuid>,
    member: impl Into<Uuid>,
) -> RowWrite<membership::Entity> {
    let mut row = create::<membership::Entity>();
    row.patch.cluster = by_id(of);
    row.patch.organisation = by_id(member);
    row
}

pub(crate) fn partnership(title: &str) -> RowWrite<partnership::Entity> {
    let mut row = create::<partnership::Entity>();
    row.patch.title = Patch::Set(title.to_owned());
    row
}

pub(crate) fn partnership_member(
    of: impl Into<Uuid>,
    member: impl Into<Uuid>,
) -> RowWrite<partnership_member::Entity> {
    let mut row = create::<partnership_member::Entity>();
    row.patch.partnership = by_id(of);
    row.patch.organisation = by_id(member);
    row
}

pub(crate) fn project(title: &str) -> RowWrite<project::Entity> {
    let mut row = create::<project::Entity>();
    row.patch.title = Patch::Set(title.to_owned());
    row
}

pub(crate) fn participation(
    of: impl Into<Uuid>,
    participant: impl Into<Uuid>,
) -> RowWrite<participation::Entity> {
    let mut row = create::<participation::Entity>();
    row.patch.project = by_id(of);
    row.patch.organisation = by_id(participant);
    row
}

/// One record of each type, which hang together.
pub(crate) async fn one_of_each(app: &TestApp) {
    let organisation = app.put(organisation("Charité")).await.id;
    let cluster = app.put(cluster(organisation, "HealthCapital")).await.id;
    app.put(membership(cluster, organisation)).await;
    let partnership = app.put(partnership("Health alliance")).await.id;
    app.put(partnership_member(partnership, organisation)).await;
    let project = app.put(project("Early diagnosis")).await.id;
    app.put(participation(project, organisation)).await;
}

fn by_id(id: impl Into<Uuid>) -> Patch<Reference> {
    Patch::Set(Reference::Id(id.into()))
}
