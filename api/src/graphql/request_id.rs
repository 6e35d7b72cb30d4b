//! The id of the request being answered: in the log, in `x-request-id` and in every `INTERNAL`
//! error, so that a user can quote it. Must not carry meaning: it names a request, nothing else.

use std::fmt;

use uuid::Uuid;

use crate::clock::Clock;

tokio::task_local! {
    static CURRENT: RequestId;
}

/// 32 hexadecimal digits, chosen by the server for each request: a `UUIDv7`, so that ids sort by
/// time. A client cannot set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId(Uuid);

impl RequestId {
    /// A fresh id.
    #[must_use]
    pub fn new() -> Self {
        Self(Clock::system().new_id())
    }

    /// The id of the request this task answers; a fresh one outside any request (an import, say).
    #[must_use]
    pub fn current() -> Self {
        CURRENT.try_with(|id| *id).unwrap_or_default()
    }

    /// Runs `work` as part of this request: [`RequestId::current`] answers this id inside it.
    pub async fn scope<F: Future>(self, work: F) -> F::Output {
        CURRENT.scope(self, work).await
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.simple().fmt(f)
    }
}
