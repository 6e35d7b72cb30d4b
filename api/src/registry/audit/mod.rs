//! The audit: who changed what, who signed in or could not, who let whom in; from where and when.
//!
//! Changes are the change log, and are written nowhere else. All other events are in a log of their
//! own: what a transaction did is told in that transaction, sign-ins wait in memory until the task
//! that keeps the audit writes them. Both logs are sealed into one chain of hashes, afterwards and
//! outside any request. No entry has a secret, a token, or who a person is.

mod entries;
mod link;
mod sealing;
mod sign_ins;
mod verification;

use entities::audit_event::AuditKind;
use sea_orm::DatabaseTransaction;
use serde_json::Value;

pub use link::{Link, Seal, UnreadableSeal};
pub use verification::{Broken, Intact};

pub(in crate::registry) use sign_ins::{SignInFailure, SignIns};

use super::access::operator_only;
use super::{Registry, Result};
use crate::auth::Actor;
use crate::feed::{self, Event};

impl Registry {
    /// Writes the sign-ins that wait, and seals what is not sealed yet.
    ///
    /// # Errors
    /// When the actor is not the operator, or the database fails; then they wait on.
    pub async fn keep_audit(&self, actor: &Actor) -> Result<()> {
        operator_only(actor)?;
        loop {
            self.write_sign_ins().await?;
            // A page at a time: sign-ins that come meanwhile do not wait for all of them.
            if !self.seal_some().await? {
                return Ok(());
            }
        }
    }

    /// Ends a transaction with an event that tells what it did.
    pub(super) async fn commit_event(
        &self,
        tx: DatabaseTransaction,
        actor: &Actor,
        kind: AuditKind,
        (subject, details): (String, Value),
    ) -> Result<()> {
        let event = self.event(actor, kind, (Some(subject), details));
        Ok(feed::commit_events(tx, vec![event]).await?)
    }

    /// What an actor does now.
    fn event(
        &self,
        actor: &Actor,
        kind: AuditKind,
        (subject, details): (Option<String>, Value),
    ) -> Event {
        Event {
            kind,
            actor: actor.name().to_owned(),
            network: actor.network().map(|network| network.to_string()),
            subject,
            details,
            at: self.clock.now(),
        }
    }
}
