//! Whether a partnership's side wants a place in it. Sight is opened by two: the cluster that accepts its
//! place, and whoever wrote the place down. Otherwise a cluster could let itself in wherever it likes.
//!
//! It reads and refuses; what becomes of a place is decided in `acceptance`.

use entities::{partnership, partnership_member};
use sea_orm::DatabaseTransaction;

use super::InputErrorCode::Forbidden;
use super::{Error, Result};
use crate::store;

/// The fields that say whose place it is, and where.
const WHOSE: [&str; 2] = ["partnership", "organisation"];

/// What someone can do who is refused.
const ASK: &str = "nobody of the partnership has written this place down: ask the registry's operator to accept it \
     for you, or archive it and ask the partnership's steward, or a cluster that has an accepted place in it, to \
     write it down";

/// Refuses a place that was written down by nobody who may let others in: neither by the registry, nor by
/// the partnership's steward, nor by a cluster that has an accepted place there.
///
/// Who writes a place down is its steward. What somebody else's source says of it does not count, even
/// where the place has taken it.
///
/// # Errors
/// That, or when the database fails.
pub(super) async fn refuse_uninvited(
    tx: &DatabaseTransaction,
    place: &partnership_member::Model,
    partnership: &partnership::Model,
) -> Result<()> {
    if may_invite(tx, place, partnership).await? && is_said_by_steward(tx, place).await? {
        return Ok(());
    }
    Err(Error::refused(Forbidden, "partnershipMember", ASK))
}

/// Whether the steward of a place may let others into its partnership.
async fn may_invite(
    tx: &DatabaseTransaction,
    place: &partnership_member::Model,
    partnership: &partnership::Model,
) -> Result<bool> {
    let Some(steward) = place.steward_id else {
        return Ok(true);
    };
    if partnership.steward_id == Some(steward) {
        return Ok(true);
    }
    let accepted = store::accepted_places(tx, vec![partnership.id.into()]).await?;
    Ok(accepted.iter().any(|(_, cluster)| *cluster == steward))
}

/// Whether whose place it is, and where, is said by its steward or the registry: by hand or by a source.
async fn is_said_by_steward(
    tx: &DatabaseTransaction,
    place: &partnership_member::Model,
) -> Result<bool> {
    let sources = WHOSE.iter().filter_map(|field| place.provenance.of(field));
    let owners = store::owners(tx, sources.collect()).await?;
    let is_ours = |owner: &Option<_>| owner.is_none() || *owner == place.steward_id;
    Ok(owners.iter().all(is_ours))
}
