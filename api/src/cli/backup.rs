//! `backup`: a copy of the database, while the registry runs.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::Args;

use super::shown;
use crate::config::DatabaseSettings;
use crate::store;

/// Where to.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// The file to write; it must not be there.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    database: DatabaseSettings,
}

impl Backup {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let (file, url) = (self.file.display(), &self.database.database_url);
        anyhow::ensure!(
            url.starts_with("sqlite:"),
            "PostgreSQL has a program of its own for it: pg_dump --format=custom --file={file} {}",
            shown(url)
        );
        anyhow::ensure!(
            !self.file.exists(),
            "{file} is there already: name a new file"
        );
        store::copy_sqlite(url, &self.file)
            .await
            .with_context(|| format!("cannot copy {} to {file}", shown(url)))?;
        tracing::info!("{file} is a copy of the registry as it was a moment ago");
        Ok(())
    }
}
