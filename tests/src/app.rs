//! The app under test: a registry with a fixed clock over a database of the test's own.

use chrono::{DateTime, TimeZone, Utc};
use entities::change_head;
use partner_registry::auth::Actor;
use partner_registry::clock::Clock;
use partner_registry::feed::Position;
use partner_registry::registry::{
    Batch, Filter, InputErrorCode, Mode, Outcome, Registry, RowWrite, Search, Shared, Steward,
    Target, Terms, Written,
};
use sea_orm::{ConnectionTrait, DatabaseConnection, EntityTrait};
use uuid::Uuid;

use crate::{Statements, Subject, TestDatabase};

/// The moment at which every test begins: 22 November 2026, 08:00 UTC.
#[must_use]
pub fn start_of_time() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 11, 22, 8, 0, 0)
        .single()
        .unwrap_or_default()
}

/// A registry over a database of the test's own.
#[derive(Clone, Debug)]
pub struct TestApp {
    /// The database.
    pub database: TestDatabase,
    /// The registry over it.
    pub registry: Registry,
    /// Who asks.
    pub actor: Actor,
    /// What the registry sends to its database.
    pub statements: Statements,
    /// The registry's own connections that write.
    writers: DatabaseConnection,
}

impl Subject for TestApp {
    #[expect(clippy::expect_used, reason = "a test without its app has failed")]
    async fn over(database: TestDatabase) -> Self {
        Self::at(database, start_of_time())
            .await
            .expect("the registry opens")
    }
}

#[expect(clippy::expect_used, reason = "what a test only prepares must succeed")]
impl TestApp {
    /// Another process over the same database, whose clock begins at another moment; two of one
    /// moment would make the same ids.
    ///
    /// # Errors
    /// When the registry does not open.
    pub async fn at(
        database: TestDatabase,
        now: DateTime<Utc>,
    ) -> partner_registry::registry::Result<Self> {
        let mut connections = partner_registry::store::Database::open(database.url()).await?;
        let statements = Statements::of(&mut connections);
        let writers = connections.write.clone();
        let registry = Registry::over(connections, Clock::fixed(now)).await?;
        Ok(Self {
            database,
            registry,
            actor: Actor::operator(),
            statements,
            writers,
        })
    }

    /// Runs a statement on a connection that the registry writes with: on the only one, as long as
    /// no two transactions have run at a time.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn on_writer(&self, statement: &str) {
        self.writers
            .execute_unprepared(statement)
            .await
            .expect("the statement runs");
    }

    /// Writes rows in one transaction, as a mutation would.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write<E: Shared>(
        &self,
        rows: Vec<RowWrite<E>>,
    ) -> partner_registry::registry::Result<(Vec<Written<E>>, Option<Position>)> {
        let batch = Batch {
            rows,
            source: None,
            mode: Mode::Strict,
            origin: "test".to_owned(),
        };
        self.registry.write(&self.actor, batch).await
    }

    /// Writes one row.
    ///
    /// # Panics
    /// When the database fails.
    pub async fn write_one<E: Shared>(&self, row: RowWrite<E>) -> Written<E> {
        let (mut written, _) = self.write(vec![row]).await.expect("the database answers");
        written.pop().expect("an answer for the row")
    }

    /// Writes one row that is there afterwards.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn put<E: Shared>(&self, row: RowWrite<E>) -> E::Model {
        let written = self.write_one(row).await;
        assert_eq!(written.errors, [], "the row is written");
        written.record.expect("the record")
    }

    /// Writes one row that is refused, and says for what: the codes and paths.
    ///
    /// # Panics
    /// When it is written.
    pub async fn refuse<E: Shared>(&self, row: RowWrite<E>) -> Vec<(InputErrorCode, String)> {
        let written = self.write_one(row).await;
        assert_eq!(written.outcome, Outcome::Rejected);
        written
            .errors
            .into_iter()
            .map(|error| (error.code, error.path))
            .collect()
    }

    /// How many records of a type are in sight, of those that match the search.
    ///
    /// # Panics
    /// When the database fails.
    pub async fn count<E: Shared>(&self, search: Option<&str>) -> i64 {
        let search = search.map(|text| Search::new(text).expect("words"));
        let all = Filter::default();
        let count = self
            .registry
            .count::<E>(&self.actor, &all, search.as_ref())
            .await;
        count.expect("a count")
    }

    /// The last change of a record, as the feed has it.
    ///
    /// # Panics
    /// When there is none.
    pub async fn head(&self, record: impl Into<Uuid>) -> change_head::Model {
        let db = self.database.connect().await;
        let head = change_head::Entity::find_by_id(record.into())
            .one(&db)
            .await;
        head.expect("the heads").expect("a head of the record")
    }
}

/// A record is made, of which nothing is said yet.
#[must_use]
pub fn create<E: Shared>() -> RowWrite<E> {
    RowWrite {
        target: Target::New,
        patch: E::Patch::default(),
        visibility: None,
        partnerships: None,
        archive: None,
        steward: Steward::default(),
        terms: Terms::default(),
    }
}

/// The same is said of a record that is there, whatever its version.
pub fn change<E: Shared>(id: impl Into<Uuid>, row: RowWrite<E>) -> RowWrite<E> {
    RowWrite {
        target: Target::Record {
            id: id.into(),
            if_version: None,
        },
        ..row
    }
}

/// A record is archived.
pub fn archive<E: Shared>(id: impl Into<Uuid>) -> RowWrite<E> {
    RowWrite {
        archive: Some(true),
        ..change(id, create())
    }
}

/// A record is restored.
pub fn restore<E: Shared>(id: impl Into<Uuid>) -> RowWrite<E> {
    RowWrite {
        archive: Some(false),
        ..change(id, create())
    }
}
