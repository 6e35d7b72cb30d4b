//! Tokens that were verified already, by their hashes: a client sends one token many times.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::Actor;

/// Tokens that are kept.
const MAX: usize = 10_000;

/// For how long a token is kept at most.
const KEPT_FOR: TimeDelta = TimeDelta::minutes(5);

/// Who bears a token, and until when it counts.
pub type Bearer = (Arc<Actor>, DateTime<Utc>);

/// What is kept of a token, and until when it is kept.
type Entry = (Bearer, DateTime<Utc>);

/// Verified tokens. Who looks one up must still ask whether its client was revoked.
#[derive(Debug, Default)]
pub struct Verified {
    kept: Mutex<HashMap<[u8; 32], Entry>>,
    /// The tokens of people, until they end.
    met: Mutex<HashMap<[u8; 32], DateTime<Utc>>>,
}

impl Verified {
    /// Who bears a token, if it was verified and has not ended.
    #[must_use]
    pub fn get(&self, token: &str, now: DateTime<Utc>) -> Option<Bearer> {
        let kept = locked(&self.kept);
        let (bearer, until) = kept.get(&hash(token))?;
        (*until > now).then(|| bearer.clone())
    }

    /// Keeps a token until it ends, or for some minutes: an outside issuer may withdraw its key.
    pub fn keep(&self, token: &str, bearer: Bearer, now: DateTime<Utc>) {
        let mut kept = locked(&self.kept);
        make_room(&mut kept, |(_, until)| *until > now);
        let until = bearer.1.min(now + KEPT_FOR);
        kept.insert(hash(token), (bearer, until));
    }

    /// Whether this token comes for the first time: then its bearer signs in with it. Where more come
    /// than are remembered, one that came may seem new.
    pub fn is_new(&self, token: &str, ends: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        let mut met = locked(&self.met);
        make_room(&mut met, |ends| *ends > now);
        met.insert(hash(token), ends).is_none()
    }

    /// Forgets that a token came.
    pub fn forget(&self, token: &str) {
        locked(&self.met).remove(&hash(token));
    }
}

fn locked<T>(table: &Mutex<T>) -> MutexGuard<'_, T> {
    table.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes out of a full table what is over, and all where that is not enough: verifying anew costs
/// little, a table that grows without end does not.
fn make_room<T>(table: &mut HashMap<[u8; 32], T>, holds: impl Fn(&T) -> bool) {
    if table.len() >= MAX {
        table.retain(|_, entry| holds(entry));
    }
    if table.len() >= MAX {
        table.clear();
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap_or_default()
    }

    #[test]
    fn a_token_is_kept_until_it_ends_and_not_for_long() {
        let verified = Verified::default();
        let operator = || Arc::new(Actor::operator());
        verified.keep("a", (operator(), at(10)), at(0));
        verified.keep("long", (operator(), at(10_000)), at(0));
        for (token, now, found) in [
            ("a", 0, true),
            ("a", 9, true),
            ("a", 10, false),
            ("b", 0, false),
            ("long", 299, true),
            ("long", 300, false),
        ] {
            assert_eq!(
                verified.get(token, at(now)).is_some(),
                found,
                "{token} {now}"
            );
        }
    }

    #[test]
    fn it_never_holds_more_than_it_may() {
        let (verified, actor) = (Verified::default(), Arc::new(Actor::anonymous()));
        for n in 0..MAX + 10 {
            verified.keep(&n.to_string(), (Arc::clone(&actor), at(10)), at(0));
        }
        let kept = locked(&verified.kept);
        assert!(kept.len() <= MAX, "{}", kept.len());
    }

    #[test]
    fn a_token_is_new_once() {
        let verified = Verified::default();
        assert!(verified.is_new("a", at(10), at(0)));
        assert!(!verified.is_new("a", at(10), at(1)));
        assert!(verified.is_new("b", at(10), at(1)));
        verified.forget("a");
        assert!(verified.is_new("a", at(10), at(2)));
    }
}
