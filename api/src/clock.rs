//! The only source of the time, of new ids and of random bytes, so that tests can fix them.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use rand::rngs::{OsRng, StdRng};
use rand::{RngCore, SeedableRng, TryRngCore};
use uuid::Uuid;

/// Tells the time, makes ids and throws dice.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// In tests: milliseconds since 1970, one more with each look.
    fixed: Option<Arc<AtomicI64>>,
}

impl Clock {
    /// The clock of the machine.
    #[must_use]
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that starts at `start` and goes on by a millisecond with each look at it; its ids
    /// are the same in each run.
    #[must_use]
    pub fn fixed(start: DateTime<Utc>) -> Self {
        Self {
            fixed: Some(Arc::new(AtomicI64::new(start.timestamp_millis()))),
        }
    }

    /// Now, to the millisecond: what both databases keep and what a cursor can hold.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        match &self.fixed {
            Some(ticks) => {
                let millis = ticks.fetch_add(1, Ordering::Relaxed);
                DateTime::from_timestamp_millis(millis).unwrap_or_default()
            }
            #[expect(clippy::disallowed_methods, reason = "this is the place that may")]
            None => Utc::now().trunc_subsecs(3),
        }
    }

    /// Today's date, UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        match &self.fixed {
            Some(ticks) => DateTime::from_timestamp_millis(ticks.load(Ordering::Relaxed))
                .unwrap_or_default()
                .date_naive(),
            None => self.now().date_naive(),
        }
    }

    /// A new id: a `UUIDv7`, so that ids sort by the time they were made.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        match &self.fixed {
            Some(ticks) => {
                let millis = ticks.fetch_add(1, Ordering::Relaxed);
                let millis = u64::try_from(millis).unwrap_or_default();
                uuid::Builder::from_unix_timestamp_millis(millis, &[7; 10]).into_uuid()
            }
            #[expect(clippy::disallowed_methods, reason = "this is the place that may")]
            None => Uuid::now_v7(),
        }
    }

    /// Bytes that nobody can guess, from the operating system; in tests the same in each run.
    ///
    /// # Panics
    /// When the operating system has none: no secret may be made of anything else.
    #[must_use]
    #[expect(
        clippy::expect_used,
        reason = "a secret that can be guessed is worse than an end of the process"
    )]
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        match &self.fixed {
            Some(ticks) => {
                let tick = ticks.fetch_add(1, Ordering::Relaxed);
                StdRng::seed_from_u64(tick.unsigned_abs()).fill_bytes(&mut bytes);
            }
            None => OsRng
                .try_fill_bytes(&mut bytes)
                .expect("the operating system has random bytes"),
        }
        bytes
    }

    /// Lets time pass on a fixed clock; the machine's goes its own way.
    pub fn advance(&self, by: TimeDelta) {
        if let Some(ticks) = &self.fixed {
            ticks.fetch_add(by.num_milliseconds(), Ordering::Relaxed);
        }
    }
}
