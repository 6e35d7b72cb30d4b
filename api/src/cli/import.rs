//! `import`: data of public sources.

use std::io::Write as _;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::open;
use crate::auth::Actor;
use crate::config::DatabaseSettings;
use crate::delivery::import::ImportOptions;
use crate::delivery::import::cordis::{self, CordisFiles};

/// The sources.
#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// Horizon projects, their participants and participations from CORDIS.
    ///
    /// Either CORDIS's own CSV download as it is (a ZIP), or three CSV files, plain or gzip. The
    /// same files again change nothing; a newer download changes exactly what differs.
    Cordis(Cordis),
}

#[derive(Debug, Args)]
pub(super) struct Cordis {
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

impl Import {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Cordis(arguments) => import_cordis(arguments).await,
        }
    }
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
