//! The databases that are measured: a file and a private server, both gone at the end of the run.

use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::CommandExt as _;
use std::process::{ChildStdin, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use sea_orm::{ConnectionTrait as _, Statement};
use tempfile::TempDir;

/// A database of the run's own, and room for an empty one beside it.
pub(crate) enum Place {
    /// A file in this directory.
    Sqlite(TempDir),
    /// A server of its own.
    Postgres(Server),
}

/// A running server.
pub(crate) struct Server {
    /// Where its socket is.
    directory: String,
    /// The server runs until this is closed: by the end of the process, however it ends.
    _alive: ChildStdin,
}

impl Place {
    /// A file beside the build, because the folder for temporary files may be memory.
    pub(crate) fn sqlite() -> Result<Self> {
        let directory = TempDir::new_in(env!("CARGO_TARGET_TMPDIR"));
        Ok(Self::Sqlite(
            directory.context("no directory for the file of SQLite")?,
        ))
    }

    /// A server with the settings it comes with; none where `PostgreSQL` is not installed.
    pub(crate) fn postgres() -> Result<Option<Self>> {
        const SCRIPT: &str = include_str!("postgres.sh");
        let mut child = Command::new("sh")
            .args(["-c", SCRIPT, SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // Ctrl-C ends the figures, and their end ends the server.
            .process_group(0)
            .spawn()
            .context("no shell to start PostgreSQL with")?;
        let alive = child.stdin.take().context("the shell has no input")?;
        let mut output = BufReader::new(child.stdout.take().context("the shell has no output")?);
        let mut said = String::new();
        output
            .read_line(&mut said)
            .context("the shell says nothing")?;
        if let Some(directory) = said.trim().strip_prefix("ready ") {
            let directory = directory.to_owned();
            return Ok(Some(Self::Postgres(Server {
                directory,
                _alive: alive,
            })));
        }
        output
            .read_to_string(&mut said)
            .context("the shell breaks off")?;
        ensure!(
            said.trim() == "missing",
            "PostgreSQL does not start:\n{said}"
        );
        Ok(None)
    }

    /// The address of the registry's database.
    pub(crate) fn url(&self) -> String {
        match self {
            Self::Sqlite(directory) => format!("sqlite:{}/registry.db", directory.path().display()),
            Self::Postgres(Server { directory, .. }) => {
                format!("postgres://postgres@localhost/postgres?host={directory}")
            }
        }
    }

    /// The address of an empty database beside it: another file, or another schema.
    pub(crate) fn url_beside(&self) -> String {
        match self {
            Self::Sqlite(directory) => format!("sqlite:{}/bare.db", directory.path().display()),
            Self::Postgres(_) => format!("{}&options=-c%20search_path%3Dbare", self.url()),
        }
    }

    /// The address of another database of the same kind, empty.
    pub(crate) async fn another(&self, name: &str) -> Result<String> {
        match self {
            Self::Sqlite(directory) => {
                Ok(format!("sqlite:{}/{name}.db", directory.path().display()))
            }
            Self::Postgres(Server { directory, .. }) => {
                let db = sea_orm::Database::connect(self.url()).await?;
                db.execute_unprepared(&format!("CREATE DATABASE {name}"))
                    .await?;
                db.close().await?;
                Ok(format!(
                    "postgres://postgres@localhost/{name}?host={directory}"
                ))
            }
        }
    }

    /// What it is, with its version.
    pub(crate) async fn describe(&self) -> Result<String> {
        let (url, version) = match self {
            Self::Sqlite(_) => (
                "sqlite::memory:".to_owned(),
                "SELECT 'SQLite ' || sqlite_version() || ', a file'",
            ),
            Self::Postgres(_) => (
                self.url(),
                "SELECT 'PostgreSQL ' || current_setting('server_version')
                    || ', the settings it comes with'",
            ),
        };
        let db = sea_orm::Database::connect(url)
            .await
            .context("the database does not answer")?;
        let asked = Statement::from_string(db.get_database_backend(), version);
        let answer = db
            .query_one_raw(asked)
            .await?
            .context("the database has no version")?;
        Ok(answer.try_get_by_index(0)?)
    }
}
