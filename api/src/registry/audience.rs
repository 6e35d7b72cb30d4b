//! Whom a write shows a record: the partnerships that it names, and those that it would take away.

use std::collections::HashSet;

use entities::id::{ClusterId, PartnershipId};
use entities::record::{Envelope, PartnershipIds, RecordType};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::check::Check;
use super::claim::Places;
use super::error::InputErrorCode::{Invalid, InvalidState, NotFound, TooLong};
use super::field::MAX_ITEMS;
use super::{Result, RowWrite, Shared, Target};
use crate::auth::Actor;
use crate::store;

/// What a batch must know of the partnerships that its rows name or archive.
#[derive(Debug, Default)]
pub(super) struct Audience {
    /// Those that the writer sees.
    seen: HashSet<Uuid>,
    /// Who has accepted a place in them, and in those that claims name.
    accepted: Places,
}

impl Audience {
    /// Looks at the partnerships of a batch, whose rows are locked, and at those that claims on them name.
    ///
    /// # Errors
    /// When the database does.
    pub(super) async fn of<E: Shared>(
        tx: &DatabaseTransaction,
        actor: &Actor,
        rows: impl Iterator<Item = &RowWrite<E>>,
        claimed: HashSet<Uuid>,
    ) -> Result<Self> {
        let (mut named, mut archived) = (HashSet::new(), HashSet::new());
        for row in rows {
            named.extend(row.partnerships.iter().flatten().map(|id| id.0));
            match row.target {
                Target::Record { id, .. }
                    if row.archive == Some(true) && E::TYPE == RecordType::Partnership =>
                {
                    archived.insert(id);
                }
                _ => {}
            }
        }
        let mut all: HashSet<_> = named.union(&archived).copied().collect();
        all.extend(claimed);
        let seen = if named.is_empty() {
            Vec::new()
        } else {
            let named = named.into_iter().collect();
            store::existing(tx, actor.scope(), RecordType::Partnership, named).await?
        };
        let accepted = store::accepted_places(tx, all.into_iter().collect()).await?;
        Ok(Self {
            seen: seen.into_iter().collect(),
            accepted: accepted.into_iter().collect(),
        })
    }

    /// Who has accepted a place in which of these partnerships.
    pub(super) fn places(&self) -> &Places {
        &self.accepted
    }

    /// The partnerships that a row names, each once; what is wrong with them goes to `check`.
    pub(super) fn named(
        &self,
        check: &mut Check,
        envelope: &Envelope,
        mut named: Vec<PartnershipId>,
    ) -> PartnershipIds {
        if named.len() > MAX_ITEMS {
            let message = format!("{} partnerships; {MAX_ITEMS} at most", named.len());
            check.error(TooLong, "partnerships", message);
        }
        for (n, id) in named.iter().enumerate() {
            let path = format!("partnerships.{n}");
            let has_place = |steward: ClusterId| self.accepted.contains(&(*id, steward));
            if !self.seen.contains(&id.0) {
                check.error(NotFound, &path, "there is no partnership with that id");
            } else if !envelope.steward_id.is_some_and(has_place) {
                let message = "the record's steward has no accepted place in that partnership";
                check.error(Invalid, &path, message);
            }
        }
        named.sort_unstable();
        named.dedup();
        PartnershipIds(named)
    }

    /// Refuses to archive a partnership through which clusters see each other's records: archiving
    /// never closes sight.
    pub(super) fn refuse_archive(&self, check: &mut Check, id: Uuid) {
        if self
            .accepted
            .iter()
            .any(|(partnership, _)| partnership.0 == id)
        {
            let message = "clusters have accepted places in the partnership: they leave it \
                           (`leavePartnership`) or the operator dissolves it \
                           (`dissolvePartnership`) first";
            check.error(InvalidState, "id", message);
        }
    }
}
