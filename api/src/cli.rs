//! The command line: what each command does, and with which code it ends.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, Parser, Subcommand};
use futures_util::future::BoxFuture;
use tracing_subscriber::EnvFilter;

use crate::auth::Actor;
use crate::clock::Clock;
use crate::config::{DatabaseSettings, LogFormat, LogSettings, ServeSettings};
use crate::delivery::demo;
use crate::delivery::import::cordis::{self, CordisFiles};
use crate::delivery::import::{ImportError, ImportOptions};
use crate::registry::{self, Registry};
use crate::store::Database;
use crate::{graphql, http};

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
    /// Print the schema in the schema definition language.
    Schema,
    /// Bring in data of a public source.
    #[command(subcommand)]
    Import(Import),
}

#[derive(Debug, Subcommand)]
enum Import {
    /// Horizon projects, their participants and participations from CORDIS.
    ///
    /// Either CORDIS's own CSV download as it is (a ZIP), or three CSV files, plain or gzip. The
    /// same files again change nothing; a newer download changes exactly what differs.
    Cordis(Cordis),
}

#[derive(Debug, Args)]
struct Cordis {
    /// CORDIS's own CSV download.
    #[arg(value_name = "ZIP", required_unless_present = "organisations", conflicts_with_all = ["organisations", "projects", "participations"])]
    zip: Option<PathBuf>,
    /// The organisations.
    #[arg(long, value_name = "FILE", requires_all = ["projects", "participations"])]
    organisations: Option<PathBuf>,
    /// The projects.
    #[arg(long, value_name = "FILE", requires = "organisations")]
    projects: Option<PathBuf>,
    /// The participations.
    #[arg(long, value_name = "FILE", requires = "organisations")]
    participations: Option<PathBuf>,
    /// Where to write what was found, line by line.
    #[arg(long, value_name = "FILE", env = "REGISTRY_IMPORT_REPORT")]
    report: Option<PathBuf>,
    #[command(flatten)]
    database: DatabaseSettings,
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
        .with_writer(std::io::stderr);
    match settings.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

impl Command {
    async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Serve(settings) => serve(*settings).await,
            Self::Migrate(settings) => migrate(&settings).await,
            Self::Schema => {
                std::io::stdout().write_all(graphql::sdl().as_bytes())?;
                Ok(())
            }
            Self::Import(Import::Cordis(arguments)) => import_cordis(arguments).await,
        }
    }
}

async fn open(settings: &DatabaseSettings) -> anyhow::Result<Registry> {
    let registry = Registry::open(&settings.database_url, Clock::system()).await;
    registry.with_context(|| format!("cannot open {}", shown(&settings.database_url)))
}

async fn serve(settings: ServeSettings) -> anyhow::Result<()> {
    let ServeSettings {
        database,
        listen,
        demo: with_demo,
        limits,
    } = settings;
    anyhow::ensure!(
        http::is_loopback(listen),
        "{listen} is no loopback address. Nobody has to sign in yet, so the registry answers this \
         machine alone: listen at 127.0.0.1 or [::1]"
    );
    let listener =
        TcpListener::bind(listen).with_context(|| format!("cannot listen at {listen}"))?;
    let registry = open(&database).await?;
    if with_demo && demo::load_if_empty(&registry, &Actor::operator()).await? {
        tracing::info!("the database was empty and has the demo's data now");
    }
    let state = state(&registry, limits.into())?;
    tracing::info!(
        "the registry is at http://{}/graphql",
        listener.local_addr()?
    );
    http::serve(listener, state, stop_signal()).await?;
    registry.close().await?;
    tracing::info!("stopped");
    Ok(())
}

/// What the server needs: the schema over a registry.
///
/// # Errors
/// When the schema cannot be read back, which is a mistake in the schema.
pub fn state(registry: &Registry, limits: graphql::Limits) -> anyhow::Result<http::State> {
    let (attached, asked) = (registry.clone(), registry.clone());
    let attach = move |request, columns| {
        let registry = attached.clone().reading(columns);
        graphql::request_data(request, registry, Actor::operator(), limits)
    };
    let is_ready = move || -> BoxFuture<'static, bool> {
        let registry = asked.clone();
        Box::pin(async move { registry.is_ready().await })
    };
    let (schema, sdl) = (graphql::schema(), graphql::sdl());
    Ok(http::State::new(
        schema,
        sdl,
        limits,
        Arc::new(attach),
        Arc::new(is_ready),
    )?)
}

/// Comes when the process is asked to stop: SIGTERM or Ctrl-C.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping: what runs is finished first");
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

async fn import_cordis(arguments: Cordis) -> anyhow::Result<()> {
    let Cordis {
        zip,
        organisations,
        projects,
        participations,
        report,
        database,
    } = arguments;
    let files = match (zip, organisations, projects, participations) {
        (Some(zip), ..) => CordisFiles::zip(&zip)?,
        (None, Some(organisations), Some(projects), Some(participations)) => {
            CordisFiles::csv(&organisations, &projects, &participations)?
        }
        _ => anyhow::bail!("name CORDIS's ZIP, or three files: see `import cordis --help`"),
    };
    let registry = open(&database).await?;
    let options = ImportOptions {
        report,
        ..ImportOptions::default()
    };
    let summary = cordis::import(&registry, &Actor::operator(), files, options).await?;
    registry.close().await?;
    writeln!(std::io::stdout(), "{summary}")?;
    Ok(())
}

/// A database's URL without its password.
fn shown(database_url: &str) -> String {
    match url::Url::parse(database_url) {
        Ok(mut url) if url.password().is_some() => {
            let _ = url.set_password(Some("…"));
            url.to_string()
        }
        _ => database_url.to_owned(),
    }
}
