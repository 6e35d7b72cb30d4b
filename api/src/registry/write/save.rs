//! Saving what was looked at, in sets, and what the feed shall tell of it.

use chrono::{DateTime, Utc};
use entities::record::{Envelope, RecordRow};
use entities::source;
use sea_orm::{DatabaseTransaction, DbErr, SqlErr, TransactionTrait};

use super::draft::Draft;
use super::{Outcome, Written};
use crate::feed::Change;
use crate::registry::difference::fields;
use crate::registry::error::InputErrorCode::Duplicate;
use crate::registry::{Registry, Result, Shared, UserError, matching};
use crate::store::{self, Indexed};

impl Registry {
    /// Saves the rows that changed, what sources claim now, and the pairs that someone must look at.
    pub(in crate::registry) async fn save<E: Shared>(
        &self,
        tx: &DatabaseTransaction,
        drafts: Vec<Draft<E>>,
        (source, at): (Option<&source::Model>, DateTime<Utc>),
        written: &mut [Option<Written<E>>],
    ) -> Result<Vec<Change>> {
        let mut rows = Vec::with_capacity(drafts.len());
        let mut changes = Vec::with_capacity(drafts.len());
        let (mut claims, mut pairs) = (Vec::new(), Vec::new());
        for mut draft in drafts {
            let n = draft.n;
            let is_same = draft.before.as_ref() == Some(&draft.after);
            if draft.is_change || !is_same || !draft.parties.is_empty() {
                let envelope = draft.after.envelope();
                draft.after.set_envelope(Envelope {
                    version: envelope.version.saturating_add(1),
                    updated_at: at,
                    ..envelope
                });
                changes.push((n, change::<E>(&mut draft)));
                rows.push((n, (draft.after.clone(), E::index(&draft.after))));
            }
            let id = draft.after.envelope().id;
            claims.extend(draft.claim.map(|claim| (n, claim)));
            let (matched_by, candidates, found) = draft.found.told();
            pairs.extend(found.into_iter().map(|candidate| (n, (id, candidate))));
            written[n] = Some(Written {
                record: Some(draft.after),
                matched_by,
                candidates,
                ..Written::new(draft.outcome, Some(id))
            });
        }
        rows.sort_by_key(|(_, (row, _))| row.envelope().id);
        for n in self.save_rows::<E>(tx, rows).await? {
            written[n] = Some(Written::refused(Outcome::Rejected, vec![duplicate::<E>()]));
            changes.retain(|(other, _)| *other != n);
            claims.retain(|(other, _)| *other != n);
            pairs.retain(|(other, _)| *other != n);
        }
        store::save_claims(tx, claims.into_iter().map(|(_, claim)| claim).collect()).await?;
        let pairs = pairs.into_iter().map(|(_, pair)| pair).collect();
        let pairs = matching::with_deciders(tx, source, pairs).await?;
        store::save_pairs(tx, at, pairs).await?;
        Ok(changes.into_iter().map(|(_, change)| change).collect())
    }

    /// Saves the set; where it meets a unique index, row by row, each with a savepoint. Returns
    /// the rows that are there already.
    async fn save_rows<E: Shared>(
        &self,
        tx: &DatabaseTransaction,
        rows: Vec<(usize, (E::Model, Indexed))>,
    ) -> Result<Vec<usize>> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let (numbers, rows): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let savepoint = tx.begin().await?;
        match store::save::<E>(&savepoint, &rows).await {
            Ok(()) => {
                savepoint.commit().await?;
                return Ok(Vec::new());
            }
            Err(error) if is_duplicate(&error) => savepoint.rollback().await?,
            Err(error) => return Err(error.into()),
        }
        let mut duplicates = Vec::new();
        for (n, row) in numbers.into_iter().zip(rows) {
            let savepoint = tx.begin().await?;
            match store::save::<E>(&savepoint, &[row]).await {
                Ok(()) => savepoint.commit().await?,
                Err(error) if is_duplicate(&error) => {
                    savepoint.rollback().await?;
                    duplicates.push(n);
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(duplicates)
    }
}

fn change<E: Shared>(draft: &mut Draft<E>) -> Change {
    let envelope = draft.after.envelope();
    Change {
        record_type: E::TYPE,
        record_id: envelope.id,
        version: envelope.version,
        before: draft.before.as_ref().map(|row| row.envelope().into()),
        sight: envelope.into(),
        replaced_by: draft.replaced_by,
        claims: std::mem::take(&mut draft.parties),
        client_mutation_id: draft.client_mutation_id.take(),
        fields: fields(draft.before.as_ref(), &draft.after)
            .map(|(name, (old, new))| (name, old, new))
            .collect(),
    }
}

/// There is such a record already.
pub(super) fn duplicate<E: Shared>() -> UserError {
    UserError {
        code: Duplicate,
        path: String::new(),
        message: E::DUPLICATE.to_owned(),
    }
}

fn is_duplicate(error: &DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
