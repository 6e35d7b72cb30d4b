//! How long a request waits on purpose: a long poll does, beyond the time that running it may take.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The time that a request waits on purpose, in milliseconds.
#[derive(Debug, Default)]
pub(crate) struct Patience(AtomicU64);

impl Patience {
    /// A resolver is about to wait this long. Those of one request wait at the same time.
    pub(crate) fn have(&self, wait: Duration) {
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        self.0.fetch_max(millis, Ordering::Relaxed);
    }

    /// How long resolvers wait that nobody has allowed for yet.
    pub(crate) fn take(&self) -> Duration {
        Duration::from_millis(self.0.swap(0, Ordering::Relaxed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_who_wait_at_the_same_time_are_allowed_for_once() {
        let patience = Patience::default();
        assert_eq!(patience.take(), Duration::ZERO);
        patience.have(Duration::from_secs(30));
        patience.have(Duration::from_secs(2));
        assert_eq!(patience.take(), Duration::from_secs(30));
        assert_eq!(patience.take(), Duration::ZERO);
    }
}
