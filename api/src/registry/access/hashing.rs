//! Hashing of secrets, off the threads that serve requests.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::auth::secret;

/// How many secrets are hashed at a time: each takes a core and 19 MiB.
const AT_ONCE: usize = 2;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Checks secrets, a few at a time.
#[derive(Clone, Debug)]
pub(super) struct Hashing(Arc<Semaphore>);

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
        let work = move || {
            let found = secret::has_hash(&secret, &hashes);
            drop(self.0);
            found
        };
        tokio::task::spawn_blocking(work).await.ok()
    }
}
