//! A text of which parts are still missing.

use std::future::poll_fn;
use std::task::Poll;

use async_graphql::ServerResult;
use futures_util::future::BoxFuture;

/// The parts of a text that wait, each with its place in what is written; in the order of places.
#[derive(Default)]
pub(super) struct Waiting<'a>(Vec<(usize, Part<'a>)>);

/// It has no type of its own, because objects lie within objects of their kind.
type Part<'a> = BoxFuture<'a, ServerResult<Vec<u8>>>;

impl<'a> Waiting<'a> {
    /// Runs a part as far as it gets, and writes it if it gets to its end.
    pub(super) async fn begin(
        &mut self,
        mut part: Part<'a>,
        text: &mut Vec<u8>,
    ) -> ServerResult<()> {
        match poll_fn(|task| Poll::Ready(part.as_mut().poll(task))).await {
            Poll::Ready(part) => text.append(&mut part?),
            Poll::Pending => self.0.push((text.len(), part)),
        }
        Ok(())
    }

    /// Waits for all parts together, and puts them into their places.
    pub(super) async fn end(self, text: &mut Vec<u8>) -> ServerResult<()> {
        let Some(first) = self.0.first().map(|(place, _)| *place) else {
            return Ok(());
        };
        let mut done: Vec<(usize, Vec<u8>)> = Vec::with_capacity(self.0.len());
        let mut waiting = self.0;
        // They know whom to wake: nothing is polled again before it has something to say.
        let mut is_woken = false;
        poll_fn(|task| {
            let mut failed = None;
            if is_woken {
                waiting.retain_mut(|(place, part)| match part.as_mut().poll(task) {
                    Poll::Ready(Ok(part)) => {
                        done.push((*place, part));
                        false
                    }
                    Poll::Ready(Err(error)) => {
                        failed = Some(error);
                        false
                    }
                    Poll::Pending => true,
                });
            }
            is_woken = true;
            match failed {
                Some(error) => Poll::Ready(Err(error)),
                None if waiting.is_empty() => Poll::Ready(Ok(())),
                None => Poll::Pending,
            }
        })
        .await?;
        done.sort_unstable_by_key(|(place, _)| *place);
        let rest = text.split_off(first);
        let mut written = 0;
        for (place, mut part) in done {
            let place = place - first;
            text.extend_from_slice(&rest[written..place]);
            text.append(&mut part);
            written = place;
        }
        text.extend_from_slice(&rest[written..]);
        Ok(())
    }
}
