//! What one may see: who shares what with whom, how that begins and ends, and that nothing of the
//! rest shows.

mod acceptance;
mod invited;
mod matrix;
mod noninterference;
mod statements;

use entities::id::{ClusterId, OrganisationId, PartnershipId, PartnershipMemberId};
use entities::record::Visibility;
use partner_registry::auth::{Actor, Permissions, Principal, type_id};
use partner_registry::registry::{
    Agreed, Batch, Error, Mode, Result, RowWrite, Run, Shared, UserError,
};
use serde_json::{Value, json};
use tests::{Caller, TestApp};
use uuid::Uuid;

use crate::given;

/// A cluster that has clients, and the organisation that runs it.
#[derive(Clone, Copy)]
pub(crate) struct Tenant {
    pub(crate) organisation: OrganisationId,
    pub(crate) cluster: ClusterId,
}

impl Tenant {
    /// What everyone may see of it is there.
    pub(crate) async fn new(app: &TestApp, name: &str) -> Self {
        let organisation = app.put(public(given::organisation(name))).await.id;
        let cluster = app.put(public(given::tenant(organisation, name))).await.id;
        Self {
            organisation,
            cluster,
        }
    }

    pub(crate) fn principal(self) -> Principal {
        Principal::Cluster(self.cluster)
    }

    pub(crate) fn actor(self) -> Actor {
        Actor::new(self.principal(), Permissions::all(), None)
    }

    pub(crate) fn caller(self, server: &Caller) -> Caller {
        server.acting_for(self.principal(), Permissions::all())
    }

    /// Writes a row in its name; the row is there afterwards.
    pub(crate) async fn put<E: Shared>(self, app: &TestApp, row: RowWrite<E>) -> E::Model {
        let written = self.write(app, row).await;
        written.expect("the row is written")
    }

    pub(crate) async fn write<E: Shared>(
        self,
        app: &TestApp,
        row: RowWrite<E>,
    ) -> std::result::Result<E::Model, Vec<UserError>> {
        let batch = Batch {
            rows: vec![row],
            source: None,
            mode: Mode::Strict,
            origin: "test".to_owned(),
        };
        let (mut written, _) = app.registry.write(&self.actor(), batch).await.unwrap();
        let written = written.pop().unwrap();
        written.record.ok_or(written.errors)
    }

    /// A place that the operator writes down for it.
    pub(crate) async fn place(
        self,
        app: &TestApp,
        partnership: PartnershipId,
    ) -> PartnershipMemberId {
        let row = given::partnership_member(partnership, self.organisation);
        app.put(public(row)).await.id
    }

    pub(crate) async fn accept(self, app: &TestApp, place: PartnershipMemberId) {
        let actor = self.actor();
        let run = app.registry.accept_partnership(&actor, place.into(), REAL);
        run.await.expect("it accepts");
    }

    pub(crate) async fn leave(self, app: &TestApp, place: PartnershipMemberId) {
        let actor = self.actor();
        let run = app.registry.leave_partnership(&actor, place.into(), REAL);
        run.await.expect("it leaves");
    }
}

const REAL: Run<'_> = Run {
    dry: false,
    origin: "test",
};
const DRY: Run<'_> = Run {
    dry: true,
    origin: "test",
};

pub(crate) fn shown<E: Shared>(visibility: Visibility, row: RowWrite<E>) -> RowWrite<E> {
    RowWrite {
        visibility: Some(visibility),
        ..row
    }
}

pub(crate) fn public<E: Shared>(row: RowWrite<E>) -> RowWrite<E> {
    shown(Visibility::Public, row)
}

/// The row, meant for these partnerships alone.
pub(crate) fn named<E: Shared>(partnerships: &[PartnershipId], row: RowWrite<E>) -> RowWrite<E> {
    RowWrite {
        partnerships: Some(partnerships.to_vec()),
        ..row
    }
}

/// The codes and paths with which something was refused.
fn codes<M: std::fmt::Debug>(agreed: Result<Agreed<M>>) -> Vec<(String, String)> {
    match agreed {
        Err(Error::Refused(errors)) => pairs(&errors),
        other => panic!("refused: {other:?}"),
    }
}

fn pairs(errors: &[UserError]) -> Vec<(String, String)> {
    let errors = errors.iter();
    errors
        .map(|error| (format!("{:?}", error.code), error.path.clone()))
        .collect()
}

/// An id as clients see it.
pub(crate) fn id(prefix: &'static str, id: impl Into<Uuid>) -> Value {
    json!(type_id::write(prefix, id.into()))
}
