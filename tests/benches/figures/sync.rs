//! Pull, push and live, on the whole import.

use std::sync::Arc;

use anyhow::{Context as _, Result};

use crate::binary::Binary;
use crate::partners::Partner;
use crate::peer::Peer;
use crate::place::Place;
use crate::{followers, pull, push};

/// Prints what a cluster that synchronises has to wait for.
pub(crate) async fn figures(
    place: &Place,
    binary: &Binary,
    partner: &Partner,
    seconds: u64,
) -> Result<()> {
    let large = Arc::new(Peer::of(binary, &place.url(), partner)?);
    pull::figures(&large).context("pull")?;
    {
        let url = place.another("small").await?;
        let partner = Partner::made(&url).await?;
        let small = Peer::of(binary, &url, &partner)?;
        pull::compare(&large, &small, seconds).context("delta")?;
    }
    push::figures(&large).context("push")?;
    followers::figures(large).await.context("followers")
}
