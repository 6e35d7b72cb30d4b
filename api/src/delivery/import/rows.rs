//! Rows that are read in a thread of their own while others are written.

use std::mem::take;
use std::ops::ControlFlow;

use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use super::ImportError;
use super::table::{Line, Table};

/// Rows of one batch.
const BATCH: usize = 1_000;
/// Batches that are read while one is written.
const AHEAD: usize = 2;

/// The rows of a table, as `T`.
pub(super) struct Rows<T> {
    batches: mpsc::Receiver<Vec<T>>,
    reader: JoinHandle<Result<(), ImportError>>,
}

impl<T: Send + 'static> Rows<T> {
    /// Begins to read. `make` turns a row into what is wanted of it, if anything is.
    pub(super) fn of(
        table: Table,
        mut make: impl FnMut(Line<'_>) -> Option<T> + Send + 'static,
    ) -> Self {
        let (sender, batches) = mpsc::channel(AHEAD);
        let reader = spawn_blocking(move || {
            let mut batch = Vec::with_capacity(BATCH);
            // Nobody receives when the import has stopped: then reading stops too.
            let send = |batch| {
                sender
                    .blocking_send(batch)
                    .map_or(ControlFlow::Break(()), ControlFlow::Continue)
            };
            table.read(|line| {
                batch.extend(make(line));
                if batch.len() < BATCH {
                    ControlFlow::Continue(())
                } else {
                    send(take(&mut batch))
                }
            })?;
            if !batch.is_empty() {
                let _ = send(batch);
            }
            Ok(())
        });
        Self { batches, reader }
    }

    /// The next batch; none when all were read.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<T>>, ImportError> {
        match self.batches.recv().await {
            Some(batch) => Ok(Some(batch)),
            None => (&mut self.reader).await?.map(|()| None),
        }
    }
}
