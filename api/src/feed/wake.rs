//! Waking those who wait for changes: inside the process right after a commit, in other processes by an
//! empty call over `PostgreSQL`, and by a look at the clock now and then, which finds what no call
//! brought. A wake-up says nothing: who waits listens first, then reads.

use std::time::Duration;

use entities::feed_clock;
use sea_orm::{DbErr, EntityTrait, QuerySelect};
use tokio::sync::watch;

use super::Position;
use crate::store::Database;

/// The channel on which processes call each other.
const CHANNEL: &str = "partner_registry_feed";

/// Wakes those who wait.
#[derive(Clone, Debug, Default)]
pub struct Wake {
    /// The last position that anybody was woken for.
    known: watch::Sender<Position>,
    /// The last position that this process gave out: other processes are to be called.
    own: watch::Sender<Position>,
}

/// One who waits.
#[derive(Debug)]
pub struct Listener(watch::Receiver<Position>);

impl Wake {
    /// Begins to listen. What is committed from now on wakes the listener, also when it waits only
    /// later.
    #[must_use]
    pub fn listen(&self) -> Listener {
        Listener(self.known.subscribe())
    }

    /// Wakes all for what this process has committed.
    pub fn committed(&self, position: Position) {
        self.rise(position);
        raise(&self.own, position);
    }

    /// Looks at the clock, and wakes all when it has moved.
    ///
    /// # Errors
    /// When the database does.
    pub async fn look(&self, db: &Database) -> Result<(), DbErr> {
        let last = feed_clock::Entity::find()
            .select_only()
            .column(feed_clock::Column::LastSeq)
            .into_tuple::<Position>()
            .one(&db.read)
            .await?;
        self.rise(last.unwrap_or_default());
        Ok(())
    }

    /// Keeps this process awake for what others commit, and the others for what this one does, for
    /// as long as it is polled.
    pub async fn keep(&self, db: &Database, every: Duration) {
        tokio::join!(
            self.look_now_and_then(db, every),
            self.hear_others(db, every),
            self.call_others(db),
        );
    }

    async fn look_now_and_then(&self, db: &Database, every: Duration) {
        loop {
            tokio::time::sleep(every).await;
            if let Err(error) = self.look(db).await {
                tracing::warn!(%error, "cannot look for changes");
            }
        }
    }

    /// Hears the others; when the connection breaks, it is made anew, and what was called meanwhile
    /// is found by a look.
    async fn hear_others(&self, db: &Database, every: Duration) {
        loop {
            let mut listener = match db.hear(CHANNEL).await {
                Ok(Some(listener)) => listener,
                Ok(None) => return,
                Err(error) => {
                    tracing::warn!(%error, "cannot hear other processes");
                    tokio::time::sleep(every).await;
                    continue;
                }
            };
            while let Ok(()) = self.look(db).await {
                if let Err(error) = listener.try_recv().await {
                    tracing::warn!(%error, "no longer hears other processes");
                    break;
                }
            }
        }
    }

    async fn call_others(&self, db: &Database) {
        let mut own = self.own.subscribe();
        while own.changed().await.is_ok() {
            if let Err(error) = db.call(CHANNEL).await {
                tracing::warn!(%error, "cannot call other processes");
            }
        }
    }

    fn rise(&self, position: Position) {
        raise(&self.known, position);
    }
}

impl Listener {
    /// Waits until something was committed since the last wake-up.
    pub async fn woken(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody is left who could wake anyone.
            std::future::pending::<()>().await;
        }
    }
}

fn raise(sender: &watch::Sender<Position>, position: Position) {
    sender.send_if_modified(|known| {
        let is_news = position > *known;
        *known = position.max(*known);
        is_news
    });
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn what_is_committed_before_one_waits_wakes_one_who_listened_before() {
        let wake = Wake::default();
        let mut listener = wake.listen();
        wake.committed(1);
        assert_eq!(listener.woken().now_or_never(), Some(()));
        assert_eq!(listener.woken().now_or_never(), None, "once");
        let mut late = wake.listen();
        assert_eq!(late.woken().now_or_never(), None);
        wake.committed(1);
        assert_eq!(late.woken().now_or_never(), None, "it is no news");
        wake.committed(2);
        assert_eq!(late.woken().now_or_never(), Some(()));
        assert_eq!(listener.woken().now_or_never(), Some(()));
    }
}
