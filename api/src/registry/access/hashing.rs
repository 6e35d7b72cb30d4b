//! Hashing of secrets, off the threads that serve requests.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::secret;

/// How many secrets are hashed at a time: each takes a core and 19 MiB.
const AT_ONCE: usize = 2;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Hashes secrets, a few at a time in the whole process.
#[derive(Clone, Debug)]
pub(in crate::registry) struct Hashing(Arc<Semaphore>);

impl Default for Hashing {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

/// The turn of one request.
#[derive(Debug)]
pub(super) struct Turn(OwnedSemaphorePermit);

impl Hashing {
    /// Waits for a turn; none when it takes too long.
    pub(super) async fn turn(&self) -> Option<Turn> {
        let turn = Arc::clone(&self.0).acquire_owned();
        let turn = tokio::time::timeout(PATIENCE, turn).await;
        turn.ok()?.ok().map(Turn)
    }
}

impl Turn {
    /// Whether a secret has one of these hashes; none when the process ends.
    pub(super) async fn has_hash(self, secret: String, hashes: Vec<String>) -> Option<bool> {
        self.work(move || secret::has_hash(&secret, &hashes)).await
    }

    /// The hash of a secret; none when the process ends.
    pub(super) async fn hash(self, secret: String, salt: [u8; 16]) -> Option<String> {
        let hash = self.work(move || secret::hash(&secret, salt)).await;
        hash.and_then(Result::ok)
    }

    /// Works where it holds up nobody. The turn ends with the work, not with the wait for it: who
    /// goes away must not let the next one in too early.
    async fn work<T: Send + 'static>(self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let work = move || {
            let done = work();
            drop(self.0);
            done
        };
        tokio::task::spawn_blocking(work).await.ok()
    }
}
