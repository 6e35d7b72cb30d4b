//! Where the reader of a subscription stands, between one page and the next.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::registry::Changes;

/// Where a reader stands.
#[derive(Debug, Default)]
pub(crate) struct Place(Mutex<Standing>);

#[derive(Debug, Default)]
struct Standing {
    /// The cursor of the last page; none: no page was read.
    cursor: Option<String>,
    /// Whether that page was the last one there was.
    is_caught_up: bool,
    /// Whether the next page goes out although it is empty.
    shows_life: bool,
}

impl Place {
    /// Whether there is more to read at once.
    pub(crate) fn is_behind(&self) -> bool {
        !self.standing().is_caught_up
    }

    /// The next page goes out although it may be empty.
    pub(crate) fn show_life(&self) {
        self.standing().shows_life = true;
    }

    /// The cursor to go on with, once there is one.
    pub(crate) fn cursor(&self) -> Option<String> {
        self.standing().cursor.clone()
    }

    /// The reader has got this far. Whether that is to be told: what changed is, and that nothing is
    /// left when there was something, and a sign of life.
    pub(crate) fn reached(&self, page: &Changes) -> bool {
        let mut standing = self.standing();
        let says_something = !page.changes.is_empty() || page.rebase.is_some();
        let is_told = says_something || !standing.is_caught_up || standing.shows_life;
        *standing = Standing {
            cursor: Some(page.cursor.clone()),
            is_caught_up: !page.has_more,
            shows_life: false,
        };
        is_told
    }

    fn standing(&self) -> MutexGuard<'_, Standing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
