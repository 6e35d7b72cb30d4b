//! Failed attempts to sign in: who failed too often waits.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

/// For how long failures count.
const WINDOW: TimeDelta = TimeDelta::minutes(1);
/// Failures with one client id from one address.
const MAX_FOR_CLIENT: u32 = 5;
/// Failures from one address, whatever the client id.
const MAX_FOR_ADDRESS: u32 = 50;
/// Counts that are kept.
const MAX_COUNTS: usize = 20_000;
/// How often a full table is swept at most.
const PAUSE: TimeDelta = TimeDelta::seconds(1);
/// Bytes of a client id that are kept: ours have fewer.
const MAX_ID: usize = 64;

/// Who failed: an address, with the client id that was named; none: all of the address.
type Who = (IpAddr, Option<String>);

/// How often, since when.
#[derive(Clone, Copy, Debug)]
struct Count {
    since: DateTime<Utc>,
    failures: u32,
}

/// Failed attempts of the last minute. A client id is counted for each address apart, so that
/// nobody can lock a client out from elsewhere.
#[derive(Debug, Default)]
pub struct Attempts(Mutex<Counts>);

#[derive(Debug, Default)]
struct Counts {
    by: HashMap<Who, Count>,
    /// When those that are over were taken out last.
    swept_at: Option<DateTime<Utc>>,
}

impl Attempts {
    /// How long this one must wait before the next attempt; none: not at all.
    #[must_use]
    pub fn wait(&self, address: IpAddr, client: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.wait(address, client, now)
    }

    /// Begins an attempt. It counts as failed until it has succeeded, so that those who try at the same
    /// time are not more than may fail.
    ///
    /// # Errors
    /// How long this one must wait instead.
    pub fn begin(
        &self,
        address: IpAddr,
        client: &str,
        now: DateTime<Utc>,
    ) -> Result<(), TimeDelta> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(wait) = counts.wait(address, client, now) {
            return Err(wait);
        }
        counts.add(address, client, now);
        Ok(())
    }

    /// An attempt that was begun has not failed.
    pub fn take_back(&self, address: IpAddr, client: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (who, _) in who(address, client) {
            if let Some(count) = counts.by.get_mut(&who) {
                count.failures = count.failures.saturating_sub(1);
            }
        }
    }
}

impl Counts {
    fn wait(&self, address: IpAddr, client: &str, now: DateTime<Utc>) -> Option<TimeDelta> {
        let wait = |(who, max): (Who, u32)| {
            let count = self.by.get(&who).filter(|count| count.failures >= max)?;
            let wait = count.since + WINDOW - now;
            (wait > TimeDelta::zero()).then_some(wait)
        };
        who(address, client).into_iter().filter_map(wait).max()
    }

    fn add(&mut self, address: IpAddr, client: &str, now: DateTime<Utc>) {
        let Self { by, swept_at } = self;
        // A full table is swept now and then, not with each attempt.
        if by.len() >= MAX_COUNTS && swept_at.is_none_or(|swept_at| now - swept_at >= PAUSE) {
            by.retain(|_, count| count.since + WINDOW > now);
            *swept_at = Some(now);
        }
        for (who, _) in who(address, client) {
            // A full table keeps the counts it has: those of addresses stop who fills it.
            let is_full = by.len() >= MAX_COUNTS;
            let fresh = Count {
                since: now,
                failures: 0,
            };
            let count = match by.get_mut(&who) {
                Some(count) => count,
                None if is_full => continue,
                None => by.entry(who).or_insert(fresh),
            };
            if count.since + WINDOW <= now {
                *count = fresh;
            }
            count.failures = count.failures.saturating_add(1);
        }
    }
}

fn who(address: IpAddr, client: &str) -> [(Who, u32); 2] {
    let address = network(address);
    let id = client.chars().take(MAX_ID).collect();
    [
        ((address, Some(id)), MAX_FOR_CLIENT),
        ((address, None), MAX_FOR_ADDRESS),
    ]
}

/// What one party has: an IPv4 address, or the 64 bits of an IPv6 network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & (!0 << 64)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap_or_default()
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED))
    }

    #[test]
    fn who_fails_too_often_waits_until_the_minute_is_over() {
        let attempts = Attempts::default();
        let here = address("2001:db8::1");
        for _ in 0..MAX_FOR_CLIENT {
            assert_eq!(attempts.begin(here, "a", at(0)), Ok(()));
        }
        for (from, client, now, wait) in [
            ("2001:db8::1", "a", 1, Some(59)),
            ("2001:db8::ffff:1", "a", 59, Some(1)),
            ("2001:db8::1", "a", 60, None),
            ("2001:db8::1", "b", 1, None),
            ("2001:db8:1::1", "a", 1, None),
            ("192.0.2.1", "a", 1, None),
        ] {
            let actual = attempts.wait(address(from), client, at(now));
            assert_eq!(
                actual.map(|wait| wait.num_seconds()),
                wait,
                "{from} {client} {now}"
            );
        }
        assert_eq!(attempts.begin(here, "a", at(60)), Ok(()));
        assert_eq!(attempts.wait(here, "a", at(60)), None, "a new minute");
    }

    #[test]
    fn no_more_are_under_way_at_a_time_than_may_fail() {
        let attempts = Attempts::default();
        let here = address("192.0.2.1");
        let begun = (0..20).filter(|_| attempts.begin(here, "a", at(0)).is_ok());
        assert_eq!(begun.count(), 5);
        attempts.take_back(here, "a");
        assert_eq!(attempts.begin(here, "a", at(0)), Ok(()));
        assert!(attempts.begin(here, "a", at(0)).is_err());
    }

    #[test]
    fn one_address_tries_few_clients_and_the_table_stays_small() {
        let attempts = Attempts::default();
        let here = address("192.0.2.1");
        for n in 0..MAX_FOR_ADDRESS {
            assert_eq!(attempts.begin(here, &format!("client {n}"), at(0)), Ok(()));
        }
        assert!(attempts.wait(here, "another", at(0)).is_some());
        for n in 0..MAX_COUNTS {
            let n = u32::try_from(n).unwrap_or_default();
            let _ = attempts.begin(IpAddr::from(n.to_be_bytes()), "a", at(0));
        }
        let kept = attempts
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .by
            .len();
        assert!(kept <= MAX_COUNTS, "{kept}");
    }
}
