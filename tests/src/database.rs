//! A database for each test: a copy of a template that was migrated once.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use migration::Migrator;
use partner_registry::store::Database;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use sea_orm_migration::MigratorTrait;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::Subject;
use crate::postgres::Server;

/// The kinds of databases that the registry runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
}

/// A database of a test's own, migrated and otherwise empty.
#[derive(Clone, Debug)]
pub struct TestDatabase {
    backend: Backend,
    name: String,
    url: String,
    directory: Arc<TempDir>,
}

/// The name of the database that others are copied from.
const TEMPLATE: &str = "registry_template";

/// How many databases were copied.
static COPIES: AtomicU32 = AtomicU32::new(0);

#[expect(clippy::expect_used, reason = "a test without its database has failed")]
impl TestDatabase {
    /// A fresh one; none where the server is not installed.
    pub(crate) async fn fresh(backend: Backend) -> Option<Self> {
        static COUNT: AtomicU32 = AtomicU32::new(1);
        let name = format!("test_{}", COUNT.fetch_add(1, Ordering::Relaxed));
        let directory = Arc::new(TempDir::new().expect("a directory"));
        let url = match backend {
            Backend::Sqlite => sqlite_copy(directory.path()).await,
            Backend::Postgres => postgres_copy(Server::get()?, &name).await,
        };
        Some(Self {
            backend,
            name,
            url,
            directory,
        })
    }

    /// Which kind of database it is.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Its address, as a user of the registry would write it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A directory of the test's own; a `SQLite` database is the file `registry.db` in it.
    #[must_use]
    pub fn directory(&self) -> &Path {
        self.directory.path()
    }

    /// The connections that the registry itself would open.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn open(&self) -> Database {
        Database::open(&self.url).await.expect("the database opens")
    }

    /// A connection beside those of the registry, to look and to disturb.
    ///
    /// # Panics
    /// When it cannot be opened.
    pub async fn connect(&self) -> DatabaseConnection {
        connect(&self.url).await
    }

    /// Makes inserts into a table fail where the condition on `new` holds: on `PostgreSQL` with the
    /// error code, on `SQLite` with that of a constraint.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn fail_inserts(&self, table: &str, condition: &str, code: &str) {
        let does = match self.backend {
            Backend::Sqlite => "SELECT RAISE(ABORT, 'told to fail')".to_owned(),
            Backend::Postgres => {
                format!("RAISE EXCEPTION 'told to fail' USING ERRCODE = '{code}'")
            }
        };
        self.trigger("told_to_fail", table, condition, &does).await;
    }

    /// Makes inserts into a table wait where the condition on `new` holds: on `PostgreSQL` for the
    /// advisory lock 1, on `SQLite`, which has nothing to wait for, in a count without end.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn stall_inserts(&self, table: &str, condition: &str) {
        let does = match self.backend {
            Backend::Sqlite => {
                "SELECT count(*) FROM change_log a, change_log b, change_log c, change_log d, change_log e"
            }
            Backend::Postgres => "PERFORM pg_advisory_xact_lock(1)",
        };
        self.trigger("told_to_wait", table, condition, does).await;
    }

    /// Lets them go on.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn resume_inserts(&self, table: &str) {
        let statement = match self.backend {
            Backend::Sqlite => "DROP TRIGGER told_to_wait".to_owned(),
            Backend::Postgres => format!("DROP TRIGGER told_to_wait ON {table}"),
        };
        let db = self.connect().await;
        db.execute_unprepared(&statement)
            .await
            .expect("no trigger any more");
    }

    async fn trigger(&self, name: &str, table: &str, condition: &str, does: &str) {
        let statements = match self.backend {
            Backend::Sqlite => vec![format!(
                "CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN {condition} BEGIN {does}; END"
            )],
            Backend::Postgres => vec![
                format!(
                    "CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS
                     $$BEGIN {does}; RETURN new; END$$"
                ),
                format!(
                    "CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW
                     WHEN ({condition}) EXECUTE FUNCTION {name}()"
                ),
            ],
        };
        let db = self.connect().await;
        for statement in statements {
            db.execute_unprepared(&statement).await.expect("a trigger");
        }
    }

    /// A copy of it as it is now, such as a backup is. On `PostgreSQL` all connections to it end.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn copied(&self) -> Self {
        let directory = Arc::new(TempDir::new().expect("a directory"));
        let name = format!(
            "{}_copy_{}",
            self.name,
            COPIES.fetch_add(1, Ordering::Relaxed)
        );
        let url = match Server::get().filter(|_| self.backend == Backend::Postgres) {
            None => {
                let file = directory.path().join("registry.db");
                let copy = format!("VACUUM INTO '{}'", file.display());
                let db = self.connect().await;
                db.execute_unprepared(&copy).await.expect("a copy");
                format!("sqlite:{}", file.display())
            }
            Some(server) => {
                let end = format!(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                     WHERE datname = '{}'",
                    self.name
                );
                administer(server, &end).await;
                let copy = format!("CREATE DATABASE {name} TEMPLATE {}", self.name);
                administer(server, &copy).await;
                server.url(&name)
            }
        };
        Self {
            backend: self.backend,
            name,
            url,
            directory,
        }
    }

    /// Removes it; the file of a `SQLite` database goes with the last of its clones.
    ///
    /// # Panics
    /// When the database refuses.
    pub async fn remove(self) {
        let server = match self.backend {
            Backend::Sqlite => None,
            Backend::Postgres => Server::get(),
        };
        if let Some(server) = server {
            let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
            administer(server, &statement).await;
        }
    }
}

impl Subject for TestDatabase {
    async fn over(database: Self) -> Self {
        database
    }
}

/// The migrated file is kept in memory: a copy is one write.
#[expect(clippy::expect_used, reason = "a suite without a template has failed")]
async fn sqlite_copy(directory: &Path) -> String {
    static TEMPLATE_FILE: OnceCell<Vec<u8>> = OnceCell::const_new();
    let template = async || {
        let directory = TempDir::new().expect("a directory");
        let file = directory.path().join("template.db");
        migrate(&format!("sqlite:{}?mode=rwc", file.display())).await;
        std::fs::read(file).expect("the template")
    };
    let file = directory.join("registry.db");
    std::fs::write(&file, TEMPLATE_FILE.get_or_init(template).await).expect("a copy");
    format!("sqlite:{}", file.display())
}

async fn postgres_copy(server: &Server, name: &str) -> String {
    static TEMPLATE_MADE: OnceCell<()> = OnceCell::const_new();
    let template = async || {
        administer(server, &format!("CREATE DATABASE {TEMPLATE}")).await;
        migrate(&server.url(TEMPLATE)).await;
    };
    TEMPLATE_MADE.get_or_init(template).await;
    administer(
        server,
        &format!("CREATE DATABASE {name} TEMPLATE {TEMPLATE}"),
    )
    .await;
    server.url(name)
}

#[expect(clippy::expect_used, reason = "a test without its database has failed")]
async fn administer(server: &Server, statement: &str) {
    let db = connect(&server.url("postgres")).await;
    db.execute_unprepared(statement)
        .await
        .expect("the statement runs");
    db.close().await.expect("the connection closes");
}

#[expect(clippy::expect_used, reason = "a suite without a template has failed")]
async fn migrate(url: &str) {
    let db = connect(url).await;
    Migrator::up(&db, None).await.expect("the migrations run");
    db.close().await.expect("the connection closes");
}

#[expect(clippy::expect_used, reason = "a test without its database has failed")]
async fn connect(url: &str) -> DatabaseConnection {
    sea_orm::Database::connect(url)
        .await
        .expect("the database answers")
}
