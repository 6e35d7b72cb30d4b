//! Counts and shows the statements that a registry sends to its database.

use std::sync::{Arc, Mutex, PoisonError};

use partner_registry::store::Database;
use sea_orm::DatabaseConnection;

/// The statements that a registry sent, in order. Beginning and ending a transaction is none.
#[derive(Clone, Debug, Default)]
pub struct Statements(Arc<Mutex<Vec<String>>>);

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
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn listen(&self, connection: &mut DatabaseConnection) {
        let sent = Arc::clone(&self.0);
        connection.set_metric_callback(move |info| {
            let mut sent = sent.lock().unwrap_or_else(PoisonError::into_inner);
            sent.push(info.statement.sql.clone());
        });
    }
}
