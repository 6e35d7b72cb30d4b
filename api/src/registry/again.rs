//! Doing a transaction again that another one was in the way of: each waited for what the other held, and the
//! database ended this one, so nothing of it is there.

use futures_util::future::BoxFuture;

use super::Result;

/// How often it is tried. Who was in the way is gone by the next time, and three do not meet twice.
const TRIES: usize = 3;

/// Runs a transaction until no other one is in its way, or has been too often.
///
/// # Errors
/// What it says, the last time.
pub(super) async fn until_free<'a, T>(
    mut run: impl FnMut() -> BoxFuture<'a, Result<T>>,
) -> Result<T> {
    for _ in 1..TRIES {
        match run().await {
            Err(error) if error.was_in_the_way() => {}
            answered => return answered,
        }
    }
    run().await
}
