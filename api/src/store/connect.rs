//! Opening a database: one set of connections that write, one that only read.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::postgres::PgListener;
use sea_orm::sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous};
use sea_orm::{
    ConnectOptions, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr,
    RuntimeErr,
};

use super::file;

/// How many connections read at a time, for those who have none of their own.
const READERS: u32 = 8;
/// How many connections read for one thread of the server.
const READERS_OF_A_THREAD: u32 = 4;
/// How many connections write at a time on `PostgreSQL`; on `SQLite` it is one.
const WRITERS: u32 = 8;

/// The connections to the database.
#[derive(Clone)]
pub struct Database {
    /// For transactions that write. On `SQLite` one connection, so that writers queue.
    pub write: DatabaseConnection,
    /// For everything else; it refuses to write.
    pub read: DatabaseConnection,
    /// It may hold a password.
    url: Arc<str>,
}

impl Database {
    /// Opens a database by its URL: `sqlite:FILE` (made if it is missing) or `postgres://…`.
    ///
    /// # Errors
    /// When it cannot be reached or opened.
    pub async fn open(url: &str) -> Result<Self, DbErr> {
        check(url)?;
        file::make_missing(url);
        let write = sea_orm::Database::connect(options(url, true)).await?;
        let read = sea_orm::Database::connect(options(url, false)).await?;
        Ok(Self {
            write,
            read,
            url: url.into(),
        })
    }

    /// The same database for a thread of the server, with connections of its own to read with, which
    /// are opened when they are first used. A thread that has a runtime of its own serves the
    /// connections that were opened in it: with those of another thread it would wait for that one.
    ///
    /// # Errors
    /// When the URL is none.
    pub async fn for_thread(&self) -> Result<Self, DbErr> {
        let mut options = options(&self.url, false);
        options
            .max_connections(READERS_OF_A_THREAD)
            .min_connections(0)
            .connect_lazy(true);
        let read = sea_orm::Database::connect(options).await?;
        Ok(Self {
            read,
            ..self.clone()
        })
    }

    /// Which dialect of SQL it speaks.
    #[must_use]
    pub fn backend(&self) -> DbBackend {
        self.write.get_database_backend()
    }

    /// Hears what processes call to each other over the database; none on `SQLite`, which carries
    /// nothing of the kind.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn hear(&self, channel: &str) -> Result<Option<PgListener>, DbErr> {
        if self.backend() != DbBackend::Postgres {
            return Ok(None);
        }
        let failed = |error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error)));
        let mut listener = PgListener::connect(&self.url).await.map_err(failed)?;
        listener.listen(channel).await.map_err(failed)?;
        Ok(Some(listener))
    }

    /// Calls to all who hear a channel; nothing on `SQLite`.
    ///
    /// # Errors
    /// When the database does.
    pub async fn call(&self, channel: &str) -> Result<(), DbErr> {
        if self.backend() == DbBackend::Postgres {
            let statement = format!("NOTIFY {channel}");
            self.write.execute_unprepared(&statement).await?;
        }
        Ok(())
    }

    /// Whether it answers.
    pub async fn answers(&self) -> bool {
        self.read.execute_unprepared("SELECT 1").await.is_ok()
    }

    /// Lets all connections end.
    ///
    /// # Errors
    /// When a connection cannot be closed.
    pub async fn close(self) -> Result<(), DbErr> {
        self.read.close().await?;
        self.write.close().await
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("backend", &self.backend())
            .finish_non_exhaustive()
    }
}

/// Refuses what is no URL of a database that we know, without its words: it may hold a password.
fn check(url: &str) -> Result<(), DbErr> {
    let known = ["sqlite", "postgres", "postgresql"];
    if url::Url::parse(url).is_ok_and(|url| known.contains(&url.scheme())) {
        return Ok(());
    }
    let message = "that is no URL of a database: it has the form `sqlite:FILE` or \
                   `postgres://USER:PASSWORD@HOST/NAME`";
    Err(DbErr::Conn(RuntimeErr::Internal(message.to_owned())))
}

/// Waits for the turn to migrate, which one process has at a time, until the transaction ends. On
/// `SQLite` a transaction that writes has its turn already.
///
/// # Errors
/// When the database does, or when another process has its turn for long.
pub async fn take_turn_to_migrate(tx: &DatabaseTransaction) -> Result<(), DbErr> {
    if tx.get_database_backend() == DbBackend::Postgres {
        // The number has no meaning but this one.
        tx.execute_unprepared("SELECT pg_advisory_xact_lock(20261122)")
            .await?;
    }
    Ok(())
}

pub(super) fn options(url: &str, writes: bool) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    let sqlite = url.starts_with("sqlite:");
    options
        .max_connections(if !writes {
            READERS
        } else if sqlite {
            1
        } else {
            WRITERS
        })
        .min_connections(1)
        .connect_timeout(Duration::from_secs(5))
        .acquire_timeout(Duration::from_secs(10))
        .test_before_acquire_if_idle_for(Duration::from_secs(30))
        .sqlx_logging(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            let sqlite = sqlite
                .create_if_missing(writes)
                .busy_timeout(Duration::from_secs(5))
                .foreign_keys(true)
                .synchronous(SqliteSynchronous::Normal)
                .pragma("cache_size", "-16000")
                .statement_cache_capacity(256);
            if writes {
                sqlite.journal_mode(SqliteJournalMode::Wal)
            } else {
                sqlite.pragma("query_only", "on")
            }
        })
        .map_sqlx_postgres_opts(move |postgres| {
            if writes {
                // A writer that hangs must not hold the clock for others.
                postgres.options([
                    ("lock_timeout", "3s"),
                    ("idle_in_transaction_session_timeout", "5s"),
                ])
            } else {
                // Planning a list costs as much as reading it, and its plan does not depend on
                // the values. What a viewer may see makes plans look so dear that they would be
                // compiled, which takes longer than to run them.
                postgres.options([
                    ("default_transaction_read_only", "on"),
                    // A transaction that reads sees the database as it was at its beginning.
                    ("default_transaction_isolation", "repeatable read"),
                    ("plan_cache_mode", "force_generic_plan"),
                    ("jit", "off"),
                ])
            }
            .statement_cache_capacity(256)
            .application_name("partner-registry")
        });
    options
}
