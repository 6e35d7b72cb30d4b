//! The command line: what each command does, and with which code it ends.

mod audit;
mod backup;
mod client;
mod demo;
mod import;
mod keys;
mod serve;
mod token;

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use chrono::TimeDelta;
use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::auth::issuer::Issuers;
use crate::auth::jwks::Client;
use crate::clock::Clock;
use crate::config::{self, DatabaseSettings, LogFormat, LogSettings, ServeSettings, TokenSettings};
use crate::delivery::import::ImportError;
use crate::graphql;
use crate::registry::access::{Authority, AuthoritySettings};
use crate::registry::{self, Registry};
use crate::store::Database;

pub use serve::state;

/// A shared interregional partner registry behind a GraphQL API.
#[derive(Debug, Parser)]
#[command(name = "partner-registry", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    log: LogSettings,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, and GraphiQL for browsers, at /graphql.
    Serve(Box<ServeSettings>),
    /// Bring a database up to date and end.
    Migrate(DatabaseSettings),
    /// Copy the database into a new file, while the registry runs.
    Backup(backup::Backup),
    /// Print the schema in the schema definition language.
    Schema,
    /// Bring in data of a public source.
    #[command(subcommand)]
    Import(import::Import),
    /// Keep clients: the programs that sign in.
    #[command(subcommand)]
    Client(client::ClientCommand),
    /// Keep the keys that sign tokens.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Look whether the logs of who did what are as they were written.
    #[command(subcommand)]
    Audit(audit::AuditCommand),
    /// Print an access token, for trying things.
    Token(token::TokenCommand),
}

/// Runs the program: 0 when all went well, 2 when the input is at fault, else 1.
#[must_use]
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    start_log(&cli.log);
    let done = actix_web::rt::System::new().block_on(cli.command.run());
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {error:#}");
            let input = error
                .downcast_ref::<ImportError>()
                .is_some_and(ImportError::is_bad_input);
            ExitCode::from(if input { 2 } else { 1 })
        }
    }
}

fn start_log(settings: &LogSettings) {
    let filter = EnvFilter::try_new(&settings.log).unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

impl Command {
    async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Serve(settings) => serve::serve(*settings).await,
            Self::Migrate(settings) => migrate(&settings).await,
            Self::Backup(backup) => backup.run().await,
            Self::Schema => {
                std::io::stdout().write_all(graphql::sdl().as_bytes())?;
                Ok(())
            }
            Self::Import(import) => import.run().await,
            Self::Client(command) => command.run().await,
            Self::Keys(command) => command.run().await,
            Self::Audit(command) => command.run().await,
            Self::Token(command) => command.run().await,
        }
    }
}

async fn open(settings: &DatabaseSettings) -> anyhow::Result<Registry> {
    let registry = Registry::open(&settings.database_url, Clock::system()).await;
    registry.with_context(|| format!("cannot open {}", shown(&settings.database_url)))
}

/// The authorization server of a registry, which is reached at `issuer`.
async fn authority(
    registry: &Registry,
    issuer: String,
    settings: &TokenSettings,
) -> anyhow::Result<Authority> {
    let outside = match &settings.issuers {
        None => Issuers::default(),
        Some(file) => Issuers::read(file)
            .with_context(|| format!("cannot use the issuers in {}", file.display()))?,
    };
    let settings = AuthoritySettings {
        issuer,
        lifetime: TimeDelta::seconds(settings.token_lifetime),
        master: config::master_key()?,
        outside,
        fetch: Arc::new(Client::new()?),
    };
    Ok(Authority::open(registry.clone(), settings).await?)
}

async fn migrate(settings: &DatabaseSettings) -> anyhow::Result<()> {
    let place = || format!("cannot migrate {}", shown(&settings.database_url));
    let database = Database::open(&settings.database_url)
        .await
        .with_context(place)?;
    let steps = registry::migrate(&database).await.with_context(place)?;
    database.close().await?;
    tracing::info!("{steps} steps; the database is up to date");
    Ok(())
}

/// What of a database's URL can be shown: its scheme, host and path. A password may stand anywhere else, and in
/// any part of what is no URL.
fn shown(database_url: &str) -> String {
    let parsed = url::Url::parse(database_url).ok();
    let host = parsed.as_ref().and_then(|url| {
        let port = url
            .port()
            .map(|port| format!(":{port}"))
            .unwrap_or_default();
        Some(format!("{}{port}", url.host_str()?))
    });
    match (parsed, host) {
        (Some(url), Some(host)) => format!("{}://{host}{}", url.scheme(), url.path()),
        (Some(url), None) if url.scheme() == "sqlite" => format!("sqlite:{}", url.path()),
        _ if database_url.starts_with("sqlite:") => "sqlite:…".to_owned(),
        _ if database_url.starts_with("postgres") => "postgres://…".to_owned(),
        _ => "the database".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_is_shown_of_a_database_has_no_password() {
        for (url, expected) in [
            ("sqlite:registry.db", "sqlite:registry.db"),
            (
                "sqlite:///data/registry.db?mode=rwc",
                "sqlite:/data/registry.db",
            ),
            (
                "postgres://me:secret@host:5433/name",
                "postgres://host:5433/name",
            ),
            (
                "postgres://host/name?user=me&password=secret",
                "postgres://host/name",
            ),
            ("postgres://me:sec/ret@host/name", "postgres://…"),
            ("postgres://me:secret@host:port/name", "postgres://…"),
            ("postgres:me:secret@host/name", "postgres://…"),
            ("me:secret@host/name", "the database"),
            ("mysql://me:secret@host/name", "mysql://host/name"),
        ] {
            let shown = shown(url);
            assert_eq!(shown, expected, "{url}");
            assert!(!shown.contains("sec"), "{shown}");
        }
    }
}
