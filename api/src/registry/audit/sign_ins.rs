//! Sign-ins, which wait in memory until they are written: an insert of its own for each would make
//! the token endpoint wait for its turn behind everybody who writes.
//!
//! Nobody gets a token that is not told of: where more wait than may, nobody signs in. What was told
//! in the last moment before a process is killed is lost.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use entities::audit_event::AuditKind;
use entities::client;
use serde_json::json;
use tokio::sync::Notify;

use crate::auth::{Actor, Network, Permissions, Principal, type_id};
use crate::feed::{self, Event};
use crate::registry::access::principal_of;
use crate::registry::{Registry, Result};

/// Sign-ins that wait at most.
const MAX_WAITING: usize = 4_096;
/// Failed ones of a minute that have an entry each; the others of that minute share one.
const MAX_FAILURES: u32 = 300;
/// How long that minute is.
const WINDOW: TimeDelta = TimeDelta::minutes(1);

/// Why someone got no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::registry) enum SignInFailure {
    /// No client has that id. What was typed may be a secret, and is kept nowhere.
    UnknownClient,
    /// The client was revoked.
    ClientRevoked,
    /// The record of the client's cluster is archived.
    ClusterArchived,
    /// The secret is none of the client's.
    WrongSecret,
    /// A scope that the client does not have.
    ScopeRefused,
    /// The token of a person is good, and no rule of its issuer says for whom that person acts.
    NoRule,
}

impl SignInFailure {
    const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownClient => "UNKNOWN_CLIENT",
            Self::ClientRevoked => "CLIENT_REVOKED",
            Self::ClusterArchived => "CLUSTER_ARCHIVED",
            Self::WrongSecret => "WRONG_SECRET",
            Self::ScopeRefused => "SCOPE_REFUSED",
            Self::NoRule => "NO_RULE",
        }
    }
}

/// Failures of a minute that share one entry, which says how many they were: nobody is known to be behind
/// them, and there may be any number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Counted {
    /// Attempts that were held back, because too many had failed before.
    HeldBack,
    /// Tokens that say to be of an outside issuer and are not good.
    TokenRefused,
    /// Failures beyond those that have an entry each.
    TooMany,
}

impl Counted {
    const fn as_str(self) -> &'static str {
        match self {
            Self::HeldBack => "HELD_BACK",
            Self::TokenRefused => "TOKEN_REFUSED",
            Self::TooMany => "TOO_MANY",
        }
    }
}

/// Sign-ins that are not written yet.
#[derive(Debug, Default)]
pub(in crate::registry) struct SignIns {
    waiting: Mutex<Waiting>,
    /// Told when one more waits.
    more: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    events: VecDeque<Event>,
    /// When the minute in which failures are counted began.
    since: DateTime<Utc>,
    /// Failures of that minute, and those of them without an entry of their own.
    failures: u32,
    counted: BTreeMap<Counted, u32>,
}

impl Waiting {
    fn push(&mut self, event: Event) -> bool {
        let has_room = self.events.len() < MAX_WAITING;
        if has_room {
            self.events.push_back(event);
        }
        has_room
    }

    fn count(&mut self, what: Counted) {
        let count = self.counted.entry(what).or_default();
        *count = count.saturating_add(1);
    }

    /// Ends the minute when it is over: one entry for all failures of a kind that got none.
    fn end_minute(&mut self, at: DateTime<Utc>) -> bool {
        let is_over = self.since + WINDOW <= at;
        if is_over {
            let counted = std::mem::take(&mut self.counted).into_iter();
            self.events.extend(counted.map(|(what, attempts)| Event {
                kind: AuditKind::SignInFailed,
                actor: Principal::Anonymous.to_string(),
                network: None,
                subject: None,
                details: json!({ "reason": what.as_str(), "attempts": attempts }),
                at,
            }));
        }
        is_over
    }

    /// Begins a new minute when the one before is over.
    fn begin_minute(&mut self, at: DateTime<Utc>) {
        if self.end_minute(at) {
            (self.since, self.failures) = (at, 0);
        }
    }
}

impl SignIns {
    fn locked(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells of a sign-in; whether there was room.
    fn succeeded(&self, event: Event) -> bool {
        let has_room = self.locked().push(event);
        self.more.notify_one();
        has_room
    }

    /// Tells of a failed one; whether there was room.
    fn failed(&self, event: Event) -> bool {
        let mut waiting = self.locked();
        waiting.begin_minute(event.at);
        waiting.failures = waiting.failures.saturating_add(1);
        let has_room = if waiting.failures > MAX_FAILURES {
            waiting.count(Counted::TooMany);
            true
        } else {
            waiting.push(event)
        };
        drop(waiting);
        self.more.notify_one();
        has_room
    }

    /// Counts a failure that shares its entry.
    fn counted(&self, what: Counted, at: DateTime<Utc>) {
        let mut waiting = self.locked();
        waiting.begin_minute(at);
        waiting.count(what);
    }

    /// All that wait, in their order.
    fn take(&self, now: DateTime<Utc>) -> Vec<Event> {
        let mut waiting = self.locked();
        waiting.end_minute(now);
        std::mem::take(&mut waiting.events).into()
    }

    /// Those that could not be written wait on, before the ones that came since.
    fn give_back(&self, events: Vec<Event>) {
        let mut waiting = self.locked();
        for event in events.into_iter().rev() {
            waiting.events.push_front(event);
        }
    }
}

impl Registry {
    /// Comes when a sign-in waits to be written.
    pub(crate) async fn sign_in_waits(&self) {
        self.sign_ins.more.notified().await;
    }

    /// Writes the sign-ins that wait.
    pub(super) async fn write_sign_ins(&self) -> Result<()> {
        let events = self.sign_ins.take(self.clock.now());
        if events.is_empty() {
            return Ok(());
        }
        let written = async {
            let tx = self.begin_write().await?;
            Ok(feed::commit_events(tx, events.clone()).await?)
        };
        let written = written.await;
        if written.is_err() {
            self.sign_ins.give_back(events);
        }
        written
    }

    /// Tells that someone signed in; whether that can be kept.
    #[must_use]
    pub(in crate::registry) fn tell_signed_in(&self, actor: &Actor) -> bool {
        self.sign_ins.succeeded(self.signed_in(actor))
    }

    /// What is told of someone who signs in.
    pub(in crate::registry) fn signed_in(&self, actor: &Actor) -> Event {
        let client = actor.client();
        let client = client.map(|client| type_id::write(type_id::CLIENT, client));
        let details = json!({ "scopes": actor.permissions().to_string() });
        self.event(actor, AuditKind::SignedIn, (client, details))
    }

    /// Tells that someone got no token; whether that can be kept.
    #[must_use]
    pub(in crate::registry) fn tell_failed(
        &self,
        client: Option<&client::Model>,
        from: Network,
        why: SignInFailure,
    ) -> bool {
        let actor = match client {
            Some(client) => Actor::new(principal_of(client), Permissions::none(), Some(client.id)),
            None => Actor::anonymous(),
        };
        let actor = actor.asking_from(from);
        let client = client.map(|client| type_id::write(type_id::CLIENT, client.id));
        self.sign_ins.failed(self.failure(&actor, client, why))
    }

    /// Tells that a person who is known acts for nobody; whether that can be kept.
    #[must_use]
    pub(in crate::registry) fn tell_person_failed(
        &self,
        person: &Actor,
        why: SignInFailure,
    ) -> bool {
        self.sign_ins.failed(self.failure(person, None, why))
    }

    /// Counts an attempt that was held back.
    pub(in crate::registry) fn count_held_back(&self) {
        self.sign_ins.counted(Counted::HeldBack, self.clock.now());
    }

    /// Counts a token that says to be of an outside issuer and is not good.
    pub(in crate::registry) fn count_refused_token(&self) {
        let now = self.clock.now();
        self.sign_ins.counted(Counted::TokenRefused, now);
    }

    fn failure(&self, actor: &Actor, client: Option<String>, why: SignInFailure) -> Event {
        let details = json!({ "reason": why.as_str() });
        self.event(actor, AuditKind::SignInFailed, (client, details))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(kind: AuditKind, second: i64) -> Event {
        Event {
            kind,
            actor: "anonymous".to_owned(),
            network: None,
            subject: None,
            details: json!({}),
            at: at(second),
        }
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap_or_default()
    }

    #[test]
    fn a_flood_of_failures_is_told_with_its_number() {
        let sign_ins = SignIns::default();
        for _ in 0..MAX_FAILURES + 7 {
            assert!(sign_ins.failed(event(AuditKind::SignInFailed, 100)));
        }
        assert_eq!(sign_ins.take(at(100)).len(), 300);
        assert_eq!(sign_ins.take(at(159)).len(), 0);
        let rest = sign_ins.take(at(160));
        let said: Vec<_> = rest.iter().map(|event| event.details.clone()).collect();
        assert_eq!(said, [json!({ "reason": "TOO_MANY", "attempts": 7 })]);
        assert!(sign_ins.failed(event(AuditKind::SignInFailed, 161)));
        assert_eq!(sign_ins.take(at(161)).len(), 1, "a new minute");
    }

    #[test]
    fn failures_of_nobody_share_an_entry_a_minute() {
        let sign_ins = SignIns::default();
        for second in [100, 101, 159] {
            sign_ins.counted(Counted::HeldBack, at(second));
        }
        sign_ins.counted(Counted::TokenRefused, at(159));
        assert_eq!(sign_ins.take(at(159)).len(), 0, "the minute is not over");
        sign_ins.counted(Counted::HeldBack, at(160));
        let said = |now| -> Vec<_> {
            let told = sign_ins.take(at(now)).into_iter();
            told.map(|event| event.details).collect()
        };
        let both = [
            json!({ "reason": "HELD_BACK", "attempts": 3 }),
            json!({ "reason": "TOKEN_REFUSED", "attempts": 1 }),
        ];
        assert_eq!(said(160), both);
        assert_eq!(said(220), [json!({ "reason": "HELD_BACK", "attempts": 1 })]);
        assert!(said(500).is_empty());
    }

    #[test]
    fn what_could_not_be_written_waits_in_its_order_and_no_more_than_there_is_room_for() {
        let sign_ins = SignIns::default();
        for second in 0..4_096 {
            assert!(sign_ins.succeeded(event(AuditKind::SignedIn, second)));
        }
        assert!(!sign_ins.succeeded(event(AuditKind::SignedIn, 5_000)));
        let taken = sign_ins.take(at(0));
        assert!(sign_ins.succeeded(event(AuditKind::SignedIn, 6_000)));
        sign_ins.give_back(taken);
        let seconds = sign_ins.take(at(0));
        assert!(seconds.is_sorted_by_key(|event| event.at) && seconds.len() == 4_097);
    }
}
