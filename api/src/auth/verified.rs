//! Tokens that were verified already, by their hashes: a client sends one token many times.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

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
pub struct Verified(Mutex<HashMap<[u8; 32], Entry>>);

impl Verified {
    /// Who bears a token, if it was verified and has not ended.
    #[must_use]
    pub fn get(&self, token: &str, now: DateTime<Utc>) -> Option<Bearer> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (bearer, until) = kept.get(&hash(token))?;
        (*until > now).then(|| bearer.clone())
    }

    /// Keeps a token until it ends, or for some minutes: an outside issuer may withdraw its key.
    pub fn keep(&self, token: &str, bearer: Bearer, now: DateTime<Utc>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX {
            kept.retain(|_, (_, until)| *until > now);
        }
        // Verifying anew costs little; a table that grows without end does not.
        if kept.len() >= MAX {
            kept.clear();
        }
        let until = bearer.1.min(now + KEPT_FOR);
        kept.insert(hash(token), (bearer, until));
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
        let kept = verified.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(kept.len() <= MAX, "{}", kept.len());
    }
}
