//! `audit`: whether the logs are what was sealed.

use std::io::Write as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::open;
use crate::auth::Actor;
use crate::config::DatabaseSettings;
use crate::registry::audit::Seal;

/// What to do with the audit.
#[derive(Debug, Subcommand)]
pub(super) enum AuditCommand {
    /// Follow the chain of seals over all changes and events, and print the last seal; name the
    /// first broken link and end with 1 where there is one.
    Verify(Verify),
}

#[derive(Debug, Args)]
pub(super) struct Verify {
    /// A seal that was printed earlier and kept elsewhere: the chain must still go through it.
    #[arg(long, value_name = "SEAL")]
    expect: Option<Seal>,
    #[command(flatten)]
    database: DatabaseSettings,
}

impl AuditCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self::Verify(Verify { expect, database }) = self;
        let registry = open(&database).await?;
        let verified = registry
            .verify_audit(&Actor::operator(), expect.as_ref())
            .await?;
        registry.close().await?;
        let intact = verified.map_err(|broken| anyhow::anyhow!("the audit is broken: {broken}"))?;
        let line = json!({
            "seal": intact.seal.to_string(),
            "sealed": intact.seal.number,
            "unsealed": intact.unsealed,
        });
        Ok(writeln!(std::io::stdout(), "{line}")?)
    }
}
