//! The figures that the registry promises, measured and printed beside what is promised:
//! `cargo bench -p tests --bench figures -- --help`.
//!
//! Absolute figures drift with the machine and what else it does; ratios between two peers in one
//! run are what counts. Nothing here checks a rule: that is the suite's work.
//!
//! It needs the release build of `partner-registry`, the load generator `wrk`, and CORDIS's files.

#![expect(clippy::print_stdout, reason = "printing figures is its work")]
// What optimised builds lay out of the schema's futures is deeper than the default.
#![recursion_limit = "256"]

mod access;
mod binary;
mod client;
mod figure;
mod floor;
mod followers;
mod import;
mod load;
mod partners;
mod peer;
mod place;
mod prepare;
mod pull;
mod push;
mod queries;
mod question;
mod statements;
mod sync;
mod turns;

use std::path::{Path, PathBuf};

use actix_web::rt::System;
use anyhow::{Context as _, Result};
use clap::{Parser, ValueEnum};

use binary::Binary;
use partners::Partner;
use place::Place;

/// The floor runs in this process, with the allocator that the registry has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures the registry on `SQLite` and on `PostgreSQL`.
#[derive(Debug, Parser)]
#[command(name = "figures")]
struct Arguments {
    /// Only this; all when nothing is said.
    only: Option<Figures>,
    /// The folder with `cordis/he_organisations.csv.gz`, `…projects…` and `…participations…`; seen
    /// from the root of the workspace.
    #[arg(long, value_name = "DIR", env = "REGISTRY_TEST_DATA")]
    data: Option<PathBuf>,
    /// How long each round of a question takes; each has three for the registry and three for the floor.
    #[arg(long, value_name = "N", default_value_t = 5)]
    seconds: u64,
    /// What `cargo bench` adds, and `cargo test` does not.
    #[arg(long, hide = true)]
    bench: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Figures {
    /// The import beside a bare bulk load.
    Import,
    /// Start, memory, statements, and questions beside the floor.
    Queries,
    /// Pull, push and live.
    Sync,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if !arguments.bench {
        println!("Figures are taken by `cargo bench`.");
        return Ok(());
    }
    System::new().block_on(run(&arguments))
}

async fn run(arguments: &Arguments) -> Result<()> {
    let Arguments {
        only,
        data,
        seconds,
        ..
    } = arguments;
    let data = data
        .as_deref()
        .context("say where CORDIS's files are: --data DIR")?;
    // Cargo runs benchmarks in the folder of their package.
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(data);
    let binary = Binary::of_this_build()?;
    if cfg!(debug_assertions) {
        println!("This is no release build: its figures say nothing.");
    }
    let mut places = vec![Place::sqlite()?];
    match Place::postgres()? {
        Some(place) => places.push(place),
        None => println!("PostgreSQL is not installed here: its figures are missing."),
    }
    for place in places {
        println!("\n{}", place.describe().await?);
        let imported = binary.import(&data, &place.url())?;
        let wanted = |figures| only.is_none_or(|only| only == figures);
        if wanted(Figures::Import) {
            import::figures(&place, &imported).await?;
        }
        let partner = Partner::made(&place.url()).await?;
        let keys = prepare::prepare(&place.url())
            .await
            .context("the database could not be prepared")?;
        if wanted(Figures::Queries) {
            queries::figures(&place, &binary, (&partner, &keys), *seconds).await?;
        }
        if wanted(Figures::Sync) {
            sync::figures(&place, &binary, &partner, *seconds).await?;
        }
    }
    Ok(())
}
