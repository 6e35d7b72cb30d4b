//! What changes who acts for a cluster, and so is not its steward's alone to write: which organisation it
//! is, and whether its own record is archived.
//!
//! It refuses; it writes nothing.

use std::collections::HashSet;

use entities::id::ClusterId;
use entities::record::{Record, RecordRow, RecordType};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::Result;
use super::check::Check;
use super::difference;
use super::error::InputErrorCode::{Forbidden, InvalidState};
use crate::auth::{Actor, Permission, Principal};
use crate::store;

/// What a batch must know of the clusters that it writes.
#[derive(Debug, Default)]
pub(super) struct Tenancy {
    /// Those that have an accepted place in a partnership.
    placed: HashSet<ClusterId>,
}

impl Tenancy {
    /// Looks at the clusters of a batch, which are locked; nothing is asked for other records.
    ///
    /// # Errors
    /// When the database does.
    pub(super) async fn of<E: Record>(
        tx: &DatabaseTransaction,
        records: impl Iterator<Item = Uuid>,
    ) -> Result<Self> {
        if E::TYPE != RecordType::Cluster {
            return Ok(Self::default());
        }
        let placed = store::with_accepted_places(tx, records.collect()).await?;
        Ok(Self {
            placed: placed.into_iter().collect(),
        })
    }

    /// Refuses a change of a record that would change who acts for a cluster.
    pub(super) fn refuse<E: Record>(
        &self,
        check: &mut Check,
        actor: &Actor,
        (before, after): (&E::Model, &E::Model),
    ) {
        if E::TYPE != RecordType::Cluster {
            return;
        }
        let id = before.envelope().id;
        let is_own = actor.principal() == Principal::Cluster(id.into());
        let is_archived = |row: &E::Model| row.envelope().archived_at.is_some();
        let goes = is_archived(after) && !is_archived(before);
        if goes && is_own && !actor.may(Permission::Admin) {
            let message = "nobody can act for a cluster whose record is archived: it needs the scope \
                           `admin`, or the registry's operator";
            check.error(Forbidden, "id", message);
        }
        let mut changed = difference::fields(Some(before), after);
        if !changed.any(|(column, _)| column == "organisation_id") {
            return;
        }
        if actor.principal() != Principal::Operator {
            let message = "which organisation runs a cluster is changed by the registry's operator";
            check.error(Forbidden, "organisation", message);
        } else if self.placed.contains(&id.into()) {
            let message = "the cluster has accepted places in partnerships, in the name of the \
                           organisation that runs it: it leaves them (`leavePartnership`) first";
            check.error(InvalidState, "organisation", message);
        }
    }
}
