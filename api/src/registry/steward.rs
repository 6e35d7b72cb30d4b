//! Who is responsible for a record, and so may change it: its steward alone, and the operator.

use std::collections::{HashMap, HashSet};

use entities::id::ClusterId;
use entities::record::{Envelope, Record, RecordRow, RecordType};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::access::{needed_to_write, permit};
use super::check::Check;
use super::error::InputErrorCode::Forbidden;
use super::{Error, Result};
use crate::auth::{Actor, Principal};
use crate::store;

/// Who becomes responsible for a record that is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Steward {
    /// Who is; for a new record, who writes it.
    #[default]
    Writer,
    /// The record itself, which is a cluster.
    Itself,
}

impl Steward {
    /// The steward of a record that is about to be written.
    pub(super) fn of(self, actor: &Actor, envelope: &Envelope, is_new: bool) -> Option<ClusterId> {
        match (self, actor.principal()) {
            (Self::Itself, _) => Some(envelope.id.into()),
            (Self::Writer, Principal::Cluster(id)) if is_new => Some(id),
            (Self::Writer, _) => envelope.steward_id,
        }
    }
}

/// Lets pass who may write records of a type at all.
///
/// # Errors
/// When the scope for it is missing, or the actor can be steward of none.
pub(super) fn may_write(actor: &Actor, kind: RecordType) -> Result<()> {
    permit(actor, needed_to_write(kind))?;
    match actor.principal() {
        Principal::Operator | Principal::Cluster(_) => Ok(()),
        Principal::Agency(_) | Principal::Anonymous => Err(Error::Forbidden(
            "only clusters and the registry's operator write records of this type".to_owned(),
        )),
    }
}

/// The records of a batch that are not the writer's own, and which of them it sees.
#[derive(Debug, Default)]
pub(super) struct Foreign {
    seen: HashSet<Uuid>,
    hidden: HashSet<Uuid>,
}

impl Foreign {
    /// Looks which of these the actor may change, and of the others which it may see.
    ///
    /// # Errors
    /// When the database does.
    pub(super) async fn of<E: Record>(
        tx: &DatabaseTransaction,
        actor: &Actor,
        stored: &HashMap<Uuid, E::Model>,
        asked: &HashSet<Uuid>,
    ) -> Result<Self> {
        let Principal::Cluster(own) = actor.principal() else {
            // The operator changes all; others do not get this far.
            return Ok(Self::default());
        };
        let foreign = stored
            .iter()
            .filter(|(id, row)| asked.contains(id) && row.envelope().steward_id != Some(own));
        let foreign: Vec<_> = foreign.map(|(id, _)| *id).collect();
        if foreign.is_empty() {
            return Ok(Self::default());
        }
        let seen = store::existing(tx, actor.scope(), E::TYPE, foreign.clone()).await?;
        let seen = HashSet::from_iter(seen);
        Ok(Self {
            hidden: foreign
                .into_iter()
                .filter(|id| !seen.contains(id))
                .collect(),
            seen,
        })
    }

    /// Whether the writer may not know of a record.
    pub(super) fn hides(&self, row: &impl RecordRow) -> bool {
        self.hidden.contains(&row.envelope().id)
    }

    /// Refuses a record that the writer sees and may not change.
    pub(super) fn refuse(&self, check: &mut Check, before: Option<&impl RecordRow>) {
        if before.is_some_and(|row| self.seen.contains(&row.envelope().id)) {
            let message = "only the record's steward may change it";
            check.error(Forbidden, "id", message);
        }
    }
}
