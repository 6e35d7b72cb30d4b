//! `keys`: the keys that sign tokens.

use clap::Subcommand;

use super::open;
use crate::auth::Actor;
use crate::config::{self, DatabaseSettings};

/// What to do with keys.
#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Make a new signing key. What the old one signed is good until it ends.
    Rotate(DatabaseSettings),
}

impl KeysCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Rotate(database) = self;
        let master = config::master_key()?;
        let registry = open(&database).await?;
        let operator = Actor::operator();
        let kid = registry
            .rotate_signing_key(&operator, master.as_ref())
            .await?;
        registry.close().await?;
        tracing::info!(kid, "a new key signs");
        Ok(())
    }
}
