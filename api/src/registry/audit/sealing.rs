//! Sealing what both logs have got. Whoever seals reads and hashes outside any transaction, so that
//! it holds up no writer, and writes the seals at once; of two who seal at the same time, the
//! numbers of the seals let one through.

use entities::audit_entry::AuditLog;
use entities::audit_seal;
use sea_orm::SqlErr;

use super::Seal;
use crate::registry::{Error, Registry, Result};
use crate::store::{self, Sealable};

/// How many entries of each log are sealed at a time.
const PAGE: usize = 500;
const AT_ONCE: u64 = 500;

impl Registry {
    /// Seals the oldest entries without a seal; whether there may be more.
    pub(super) async fn seal_some(&self) -> Result<bool> {
        let db = &self.db.read;
        let mut seal = store::last_seal(db)
            .await?
            .map_or_else(Seal::first, Into::into);
        let next = async |log| {
            let after = store::sealed_up_to(db, log).await?;
            store::sealable(db, log, after, AT_ONCE).await
        };
        let changes = next(AuditLog::Change).await?;
        let events = next(AuditLog::Event).await?;
        let mut seals = Vec::with_capacity(changes.len());
        // What comes first of both is sure as far as one page of either goes.
        for entry in in_order(changes, events).take(PAGE) {
            seal = seal.of(&entry);
            seals.push(audit_seal::Model {
                number: seal.number,
                log: entry.log,
                seq: entry.seq,
                hash: seal.hash.clone(),
            });
        }
        if seals.is_empty() {
            return Ok(false);
        }
        let tx = self.begin_write().await?;
        match store::insert_seals(&tx, seals).await {
            Ok(()) => tx.commit().await?,
            Err(error) => {
                tx.rollback().await?;
                return match error.sql_err() {
                    // Another process has sealed them meanwhile, and goes on.
                    Some(SqlErr::UniqueConstraintViolation(_)) => Ok(false),
                    _ => Err(Error::from(error)),
                };
            }
        }
        Ok(true)
    }
}

/// The entries of both logs in one order: by time, and within a log by position.
fn in_order(changes: Vec<Sealable>, events: Vec<Sealable>) -> impl Iterator<Item = Sealable> {
    let mut changes = changes.into_iter().peekable();
    let mut events = events.into_iter().peekable();
    std::iter::from_fn(move || match (changes.peek(), events.peek()) {
        (Some(change), Some(event)) if event.at < change.at => events.next(),
        (Some(_), _) => changes.next(),
        (None, _) => events.next(),
    })
}
