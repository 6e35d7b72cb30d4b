//! The sockets, event streams and requests that wait, in all threads of the server: how many each client
//! has, and that streams end when the server does.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use crate::auth::{Actor, Principal};

/// What is open.
#[derive(Clone, Debug)]
pub(super) struct Streams {
    counts: Arc<Mutex<HashMap<String, usize>>>,
    stopping: watch::Receiver<bool>,
}

/// A stream that is open until this is dropped.
#[derive(Debug)]
pub(super) struct Open {
    streams: Streams,
    holder: String,
}

impl Streams {
    /// None is open yet. All are to end when `stopping` is true.
    pub(super) fn new(stopping: watch::Receiver<bool>) -> Self {
        Self {
            counts: Arc::default(),
            stopping,
        }
    }

    /// Opens a stream, unless its client has as many as it may. Who has no token counts by address.
    pub(super) fn open(&self, actor: &Actor, address: IpAddr, max: usize) -> Option<Open> {
        let holder = match actor.principal() {
            Principal::Anonymous => address.to_string(),
            _ => actor.name().to_owned(),
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(holder.clone()).or_default();
        if *count >= max {
            return None;
        }
        *count += 1;
        Some(Open {
            streams: self.clone(),
            holder,
        })
    }

    /// Comes when the server is to stop.
    pub(super) async fn stopping(&self) {
        // When nobody is left who could say it, the server has stopped.
        let _ = self.stopping.clone().wait_for(|stopping| *stopping).await;
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let counts = &self.streams.counts;
        let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.holder) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                counts.remove(&self.holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn a_client_has_so_many_streams_and_no_more() {
        let (stop, stopping) = watch::channel(false);
        let streams = Streams::new(stopping);
        let home = IpAddr::V4(Ipv4Addr::LOCALHOST);
        let (nobody, operator) = (Actor::anonymous(), Actor::operator());
        let first = streams.open(&nobody, home, 1);
        assert!(first.is_some());
        assert!(streams.open(&nobody, home, 1).is_none());
        let elsewhere = IpAddr::V4(Ipv4Addr::BROADCAST);
        assert!(streams.open(&nobody, elsewhere, 1).is_some());
        assert!(streams.open(&operator, home, 1).is_some());
        drop(first);
        assert!(streams.open(&nobody, home, 1).is_some());

        assert_eq!(streams.stopping().now_or_never(), None);
        assert_eq!(stop.send(true), Ok(()));
        assert_eq!(streams.stopping().now_or_never(), Some(()));
    }
}
