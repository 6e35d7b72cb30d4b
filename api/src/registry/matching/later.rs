//! Strong identifiers that an organisation gets later, by people or by a source, and that another one
//! holds already: the two are not linked any more, so people look at them.

use std::collections::{BTreeSet, HashMap, HashSet};

use entities::organisation;
use entities::record::{RecordRow, RecordType};
use sea_orm::DatabaseTransaction;

use super::alike::Likeness;
use super::{Candidate, Signs, recognised_by, with_equivalents};
use crate::auth::Scope;
use crate::registry::claim::fields_of;
use crate::registry::write::Draft;
use crate::registry::{Result, Shared};
use crate::store::{self, IdentifierPair};

/// Adds to organisations that are about to be saved those that hold an identifier which is new to them.
/// What sources bring for the first time was matched before.
///
/// # Errors
/// When the database does.
pub(in crate::registry) async fn of_later_identifiers<E: Shared>(
    tx: &DatabaseTransaction,
    scope: &Scope,
    drafts: &mut [Draft<E>],
) -> Result<()> {
    if E::TYPE != RecordType::Organisation {
        return Ok(());
    }
    let mut gained: HashMap<usize, BTreeSet<IdentifierPair>> = HashMap::new();
    for draft in drafts.iter() {
        let is_new_claim = draft.before.is_none() && draft.claim.is_some();
        let is_live = draft.after.envelope().archived_at.is_none();
        if is_live && !is_new_claim && draft.before.as_ref() != Some(&draft.after) {
            let mut new = strong::<E>(&draft.after);
            for held in draft.before.as_ref().map(strong::<E>).unwrap_or_default() {
                new.remove(&held);
            }
            if !new.is_empty() {
                gained.insert(draft.n, new);
            }
        }
    }
    if gained.is_empty() {
        return Ok(());
    }
    let pairs: BTreeSet<_> = gained.values().flatten().cloned().collect();
    let pairs: Vec<_> = pairs.into_iter().collect();
    let holders = store::holders::<organisation::Entity>(tx, &Scope::All, &pairs).await?;
    let ids: HashSet<_> = holders.iter().map(|(_, id)| *id).collect();
    let visible = store::existing(tx, scope, E::TYPE, ids.iter().copied().collect()).await?;
    let visible = visible.into_iter().collect();
    let known = recognised_by(tx, ids).await?;
    for draft in drafts {
        let Some(new) = gained.get(&draft.n) else {
            continue;
        };
        let own = draft.after.envelope().id;
        let said = E::restate(&draft.after);
        let signs = Signs::said(&fields_of::<E>(&said), E::strong_identifiers(&said));
        let others = holders
            .iter()
            .filter(|(pair, id)| new.contains(pair) && *id != own);
        let others: BTreeSet<_> = others.map(|(_, id)| *id).collect();
        for id in others {
            let likeness = known.get(&id).and_then(|other| Likeness::of(&signs, other));
            if let Some(likeness) = likeness {
                draft.found.add(Candidate::new(id, likeness), &visible);
            }
        }
        draft.found.sort();
    }
    Ok(())
}

/// The strong identifiers of a record, with what else each may be written as.
fn strong<E: Shared>(row: &E::Model) -> BTreeSet<IdentifierPair> {
    let pairs = E::strong_identifiers(&E::restate(row));
    with_equivalents(pairs).into_iter().collect()
}
