//! Opening a registry: the database's version, and the term of this process.

use std::sync::Arc;

use entities::organisation;
use migration::Migrator;
use sea_orm_migration::MigratorTrait;
use uuid::Uuid;

use super::access::Hashing;
use super::matching::signs_of;
use super::push::Running;
use super::{Error, Registry, Result, begin_write};
use crate::clock::Clock;
use crate::feed::{self, Secret, Wake};
use crate::store::{self, Columns, Database};

impl Registry {
    /// Opens the registry of a database, brings an older one up to date, and begins a term.
    ///
    /// # Errors
    /// [`Error::Newer`] when a newer version wrote the database; else when the database fails.
    pub async fn open(url: &str, clock: Clock) -> Result<Self> {
        let db = Database::open(url).await?;
        Self::over(db, clock).await
    }

    /// The same registry for a thread of the server.
    ///
    /// # Errors
    /// When the database's URL is none.
    pub async fn for_thread(&self) -> Result<Self> {
        Ok(Self {
            db: self.db.for_thread().await?,
            ..self.clone()
        })
    }

    /// The same over connections that are open already.
    ///
    /// # Errors
    /// As [`Registry::open`].
    pub async fn over(db: Database, clock: Clock) -> Result<Self> {
        migrate(&db).await?;
        sign_all(&db).await?;
        let tx = begin_write(&db).await?;
        let salt = Uuid::from_bytes(clock.random_bytes());
        feed::ensure_event_clock(&tx, salt).await?;
        let secret = Secret::from(clock.random_bytes());
        let secret = feed::begin_term(tx, clock.new_id(), secret, clock.now()).await?;
        Ok(Self {
            db,
            clock,
            columns: Columns::default(),
            revoked: Arc::default(),
            hashing: Hashing::default(),
            running: Running::default(),
            sign_ins: Arc::default(),
            secret,
            wake: Wake::default(),
        })
    }

    /// Whether the database answers.
    pub async fn is_ready(&self) -> bool {
        self.db.answers().await
    }

    /// Lets all connections end.
    ///
    /// # Errors
    /// When a connection cannot be closed.
    pub async fn close(self) -> Result<()> {
        Ok(self.db.close().await?)
    }
}

/// Organisations that get their signs in one transaction.
const SIGNED_AT_ONCE: u64 = 500;

/// Notes by what organisations are recognised that a version wrote which did not note it. That is an
/// index: it follows from the rows, and none of them changes, so nothing takes a position in the feed.
async fn sign_all(db: &Database) -> Result<()> {
    let mut after = Uuid::nil();
    loop {
        let ids = store::unsigned(&db.read, after, SIGNED_AT_ONCE).await?;
        let Some(last) = ids.last() else {
            return Ok(());
        };
        after = *last;
        let tx = begin_write(db).await?;
        // Who changes one meanwhile waits, and then writes what it is recognised by then.
        let rows = store::lock::<organisation::Entity>(&tx, ids).await?;
        let signs = rows
            .iter()
            .flat_map(|(id, row)| signs_of(row).into_iter().map(|sign| (*id, sign)));
        store::insert_signs(&tx, signs.collect()).await?;
        tx.commit().await?;
    }
}

/// Brings a database up to date; returns how many steps that took.
///
/// # Errors
/// [`Error::Newer`] when it has a migration that this version does not know.
pub async fn migrate(db: &Database) -> Result<usize> {
    let known: Vec<String> = Migrator::migrations()
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect();
    let applied = Migrator::get_migration_models(&db.write).await;
    // A database without the table of migrations is new.
    let applied: Vec<String> = applied
        .map(|rows| rows.into_iter().map(|row| row.version).collect())
        .unwrap_or_default();
    if let Some(unknown) = applied.iter().find(|name| !known.contains(name)) {
        return Err(Error::Newer(unknown.clone()));
    }
    let missing = known.len().saturating_sub(applied.len());
    if missing > 0 {
        // All steps or none, and one process at a time: the others find nothing left to do.
        let tx = begin_write(db).await?;
        store::take_turn_to_migrate(&tx).await?;
        Migrator::up(&tx, None).await?;
        tx.commit().await?;
    }
    Ok(missing)
}
