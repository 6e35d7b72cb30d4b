//! Counts and shows the statements that a registry sends to its database.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use partner_registry::store::Database;
use sea_orm::DatabaseConnection;

/// The statements that a registry sent, in order. Beginning and ending a transaction is none.
#[derive(Clone, Default)]
pub struct Statements {
    sent: Arc<Mutex<Vec<String>>>,
    after_next: Arc<Mutex<Option<Interruption>>>,
}

/// What is done between two statements.
type Interruption = Box<dyn FnOnce() + Send>;

impl fmt::Debug for Statements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Statements").finish_non_exhaustive()
    }
}

impl Statements {
    /// Listens to connections; put them under a registry afterwards.
    #[must_use]
    pub fn of(database: &mut Database) -> Self {
        let statements = Self::default();
        statements.listen(&mut database.write);
        statements.listen(&mut database.read);
        statements
    }

    /// The statements since the last look.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Does something right after the next statement, before the one that follows it.
    pub fn after_next(&self, interruption: impl FnOnce() + Send + 'static) {
        let mut after_next = self
            .after_next
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *after_next = Some(Box::new(interruption));
    }

    fn listen(&self, connection: &mut DatabaseConnection) {
        let Self { sent, after_next } = self.clone();
        connection.set_metric_callback(move |info| {
            let mut sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
            sent.push(info.statement.sql.clone());
            drop(sent);
            let interruption = after_next
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take();
            if let Some(interruption) = interruption {
                interruption();
            }
        });
    }
}
