//! Accepting a place in a partnership, leaving it, and dissolving a partnership: the three ways in
//! which clusters begin and cease to see each other's records, and the only ones.
//!
//! Each can be tried: a dry run does all of it, counts what each side sees before and after, and
//! takes it back.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::id::{ClusterId, PartnershipId};
use entities::record::{RecordRow, RecordType, Visibility};
use entities::{partnership, partnership_member};
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::InputErrorCode::{Forbidden, InvalidState, NotFound};
use super::access::{operator_only, permit};
use super::partnership_member::{HIDDEN, is_hidden};
use super::write::{Right, Writer};
use super::{
    Batch, Columns, Error, Mode, PartnershipMemberPatch, PartnershipPatch, Registry, Result,
    RowWrite, Shared, Steward, Target, Terms, invitation,
};
use crate::auth::{Actor, Permission, Principal, Scope};
use crate::store;

/// What becomes of a place in a partnership.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// A cluster accepts it.
    By(ClusterId, DateTime<Utc>),
    /// The cluster that had accepted it leaves.
    Ended(DateTime<Utc>),
}

/// How it is done.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Only try it: nothing is kept.
    pub dry: bool,
    /// The way in, for the log.
    pub origin: &'a str,
}

/// What was done, and what that means for those concerned.
#[derive(Clone, Debug)]
pub struct Agreed<M> {
    /// The record as it is now; of a dry run: as it still is.
    pub record: M,
    /// How many records each cluster sees more, or less, than before.
    pub sides: Vec<(ClusterId, i64)>,
}

/// A place with what decides about it, locked.
struct Place {
    row: partnership_member::Model,
    partnership: partnership::Model,
    /// Whose place it is: the cluster that accepted it, else the one that its organisation runs.
    cluster: ClusterId,
}

impl Registry {
    /// Accepts a place in a partnership, for the cluster that its organisation runs. A cluster accepts
    /// what the partnership's side wrote down (`invitation`), the operator all. Done twice it is the same.
    ///
    /// # Errors
    /// When the actor may not, there is no such place or it cannot be accepted, or the database fails.
    pub async fn accept_partnership(
        &self,
        actor: &Actor,
        member: Uuid,
        run: Run<'_>,
    ) -> Result<Agreed<partnership_member::Model>> {
        let tx = self.begin_write().await?;
        let place = place(&tx, actor, member).await?;
        if place.partnership.dissolved_at.is_some() {
            let message = "the partnership was dissolved";
            return Err(Error::refused(InvalidState, "partnershipMember", message));
        }
        if is_hidden(&place.row) {
            return Err(Error::refused(InvalidState, "partnershipMember", HIDDEN));
        }
        let news = place.row.accepted_cluster_id.is_none();
        if news && actor.principal() != Principal::Operator {
            invitation::refuse_uninvited(&tx, &place.row, &place.partnership).await?;
        }
        let acceptance = news.then(|| Acceptance::By(place.cluster, self.clock.now()));
        self.settle_place(tx, actor, place, acceptance, run).await
    }

    /// Leaves a partnership: the place is no longer accepted. Done twice it is the same.
    ///
    /// # Errors
    /// When the actor may not, there is no such place or it was never accepted, or the database fails.
    pub async fn leave_partnership(
        &self,
        actor: &Actor,
        member: Uuid,
        run: Run<'_>,
    ) -> Result<Agreed<partnership_member::Model>> {
        let tx = self.begin_write().await?;
        let place = place(&tx, actor, member).await?;
        let is_accepted = place.row.accepted_cluster_id.is_some();
        if !is_accepted && place.row.left_at.is_none() {
            let message = "the place was not accepted: there is nothing to leave";
            return Err(Error::refused(InvalidState, "partnershipMember", message));
        }
        let acceptance = is_accepted.then(|| Acceptance::Ended(self.clock.now()));
        self.settle_place(tx, actor, place, acceptance, run).await
    }

    /// Dissolves a partnership: nobody sees anything through it any more. Done twice it is the same.
    ///
    /// # Errors
    /// When the actor is not the operator, there is no such partnership, or the database fails.
    pub async fn dissolve_partnership(
        &self,
        actor: &Actor,
        partnership: Uuid,
        run: Run<'_>,
    ) -> Result<Agreed<partnership::Model>> {
        operator_only(actor)?;
        let tx = self.begin_write().await?;
        let row = locked::<partnership::Entity>(&tx, partnership).await?;
        let Some(row) = row else {
            let message = "there is no partnership with that id";
            return Err(Error::refused(NotFound, "partnership", message));
        };
        let news = row.dissolved_at.is_none();
        let patch = PartnershipPatch {
            dissolved: news.then(|| self.clock.now()),
            ..PartnershipPatch::default()
        };
        let concerns = (row.id, None);
        self.settle::<partnership::Entity>(tx, actor, (row, patch), concerns, run)
            .await
    }

    async fn settle_place(
        &self,
        tx: DatabaseTransaction,
        actor: &Actor,
        place: Place,
        acceptance: Option<Acceptance>,
        run: Run<'_>,
    ) -> Result<Agreed<partnership_member::Model>> {
        let patch = PartnershipMemberPatch {
            acceptance,
            ..PartnershipMemberPatch::default()
        };
        let concerns = (place.partnership.id, Some(place.cluster));
        self.settle::<partnership_member::Entity>(tx, actor, (place.row, patch), concerns, run)
            .await
    }

    /// Writes what was decided, and counts what that changes for each side.
    async fn settle<E: Shared>(
        &self,
        tx: DatabaseTransaction,
        actor: &Actor,
        (record, patch): (E::Model, E::Patch),
        (partnership, cluster): (PartnershipId, Option<ClusterId>),
        run: Run<'_>,
    ) -> Result<Agreed<E::Model>> {
        let mut sides = store::accepted_places(&tx, vec![partnership.into()]).await?;
        sides.extend(cluster.map(|cluster| (partnership, cluster)));
        let mut sides: Vec<_> = sides.into_iter().map(|(_, cluster)| cluster).collect();
        sides.sort_unstable();
        sides.dedup();
        let kinds = store::shown_to_partners(&tx, &sides).await?;
        let before = seen(&tx, &sides, &kinds).await?;
        let batch = Batch {
            rows: vec![RowWrite::<E> {
                target: Target::Record {
                    id: record.envelope().id,
                    if_version: None,
                },
                patch,
                visibility: None,
                partnerships: None,
                archive: None,
                steward: Steward::default(),
                terms: Terms::default(),
            }],
            source: None,
            mode: Mode::Strict,
            origin: run.origin.to_owned(),
        };
        let origin = self.origin(actor, run.origin);
        let writer = Writer {
            actor,
            right: Right::Given,
            refused: &HashMap::new(),
        };
        let (written, changes) = self.write_in(&tx, writer, batch, &origin).await?;
        let after = seen(&tx, &sides, &kinds).await?;
        let (mut now, mut errors) = (None, Vec::new());
        for row in written {
            now = row.record;
            errors.extend(row.errors);
        }
        if !errors.is_empty() {
            return Err(Error::Refused(errors));
        }
        if run.dry {
            tx.rollback().await?;
            now = None;
        } else {
            self.commit(tx, &origin, changes).await?;
        }
        let changed = before.into_iter().zip(after);
        let changed = changed.map(|(before, after)| after.saturating_sub(before).saturating_abs());
        Ok(Agreed {
            record: now.unwrap_or(record),
            sides: sides.into_iter().zip(changed).collect(),
        })
    }
}

/// How many records of the others each side sees.
async fn seen(
    tx: &DatabaseTransaction,
    sides: &[ClusterId],
    kinds: &[RecordType],
) -> Result<Vec<i64>> {
    let mut seen = Vec::with_capacity(sides.len());
    for side in sides {
        seen.push(store::seen_as_partner(tx, *side, sides, kinds).await?);
    }
    Ok(seen)
}

/// A place that the actor may decide about: the operator about any, a cluster about its own, even
/// one that it would not see otherwise, unless the steward keeps it to itself.
async fn place(tx: &DatabaseTransaction, actor: &Actor, id: Uuid) -> Result<Place> {
    permit(actor, Permission::Admin)?;
    let me = match actor.principal() {
        Principal::Operator => None,
        Principal::Cluster(me) => Some(me),
        Principal::Agency(_) | Principal::Anonymous => {
            return Err(Error::Forbidden(
                "a place in a partnership is accepted and left by its cluster or the operator"
                    .to_owned(),
            ));
        }
    };
    let refused = |code, message| Err(Error::refused(code, "partnershipMember", message));
    let nowhere = || refused(NotFound, "there is no partnership member with that id");
    let Some(row) = locked::<partnership_member::Entity>(tx, id).await? else {
        return nowhere();
    };
    let partnership = locked::<partnership::Entity>(tx, row.partnership_id.into()).await?;
    let cluster = match row.accepted_cluster_id {
        Some(cluster) => Some(cluster),
        None => cluster_of(tx, row.organisation_id.into()).await?,
    };
    if let Some(me) = me {
        let is_shown = row.visibility != Visibility::Owner || row.steward_id == Some(me);
        let is_own = cluster == Some(me) && (is_shown || row.accepted_cluster_id == Some(me));
        if !is_own {
            let visible =
                store::existing(tx, actor.scope(), RecordType::PartnershipMember, vec![id]);
            if visible.await?.is_empty() {
                return nowhere();
            }
            return refused(
                Forbidden,
                "a cluster accepts and leaves its own places alone",
            );
        }
    }
    match (partnership, cluster) {
        (Some(partnership), Some(cluster)) => Ok(Place {
            row,
            partnership,
            cluster,
        }),
        (None, _) => refused(
            InvalidState,
            "the partnership is archived: restore it first",
        ),
        (_, None) => refused(
            InvalidState,
            "the organisation runs no cluster: register it first",
        ),
    }
}

/// A record that is not archived, locked until the transaction ends.
async fn locked<E: Shared>(tx: &DatabaseTransaction, id: Uuid) -> Result<Option<E::Model>> {
    let row = store::lock::<E>(tx, vec![id]).await?.remove(&id);
    Ok(row.filter(|row| row.envelope().archived_at.is_none()))
}

/// The cluster that an organisation runs.
async fn cluster_of(tx: &DatabaseTransaction, organisation: Uuid) -> Result<Option<ClusterId>> {
    let columns = Columns::default();
    let mut clusters = store::clusters_of(tx, &Scope::All, vec![organisation], &columns).await?;
    Ok(clusters.remove(&organisation).map(|cluster| cluster.id))
}
