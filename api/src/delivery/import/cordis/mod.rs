//! CORDIS, the EU's register of research projects: its organisations, projects and participations.
//!
//! What the columns mean is here, file by file; what holds for records of any source is in `registry`. The files are
//! read twice: first to the end, so that nothing is written of files that turn out to be broken, then batch by batch.
//! Organisations come first and participations last, because a participation names the other two.

mod cell;
mod claims;
mod columns;
mod consortia;
mod files;
mod kind;
mod latest;
mod organisation;
mod participation;
mod project;

use std::time::Instant;

use super::progress::Progress;
use super::report::Report;
use super::{Import, ImportError, ImportOptions, Summary, Tally};
use crate::auth::Actor;
use crate::registry::Registry;

pub use files::CordisFiles;

use claims::Claims;
use consortia::Consortia;
use files::Survey;

const NAME: &str = "CORDIS";
const LICENCE: &str = "European Union, reuse with attribution, Decision 2011/833/EU";
const URL: &str = "https://cordis.europa.eu";

/// Imports CORDIS's files. The same files again change nothing; newer ones change what differs. What they no longer
/// have is reported and stays.
///
/// # Errors
/// When a file cannot be read or is malformed, before anything is written; when the report cannot be written; when the
/// database fails, with whole batches written until then.
pub async fn import(
    registry: &Registry,
    actor: &Actor,
    files: CordisFiles,
    options: ImportOptions,
) -> Result<Summary, ImportError> {
    let begun = Instant::now();
    let surveyed = files.clone();
    let survey = tokio::task::spawn_blocking(move || surveyed.survey()).await??;
    let Survey {
        rows,
        repeated,
        latest,
        topics,
    } = survey;
    let CordisFiles {
        organisations,
        projects,
        participations,
        ..
    } = files;

    let ImportOptions {
        progress,
        report,
        visibility,
    } = options;
    let mut import = Import {
        registry,
        actor,
        report: Report::create(report)?,
        source: registry.ensure_source(actor, NAME, LICENCE, URL).await?,
        visibility,
        progress: Progress::new(progress, rows),
    };
    let (mut claims, mut consortia) = (Claims::default(), Consortia::default());

    let (file, rows) = (
        organisations.name.clone(),
        organisation::rows(organisations, latest),
    );
    let tally = import
        .load(&file, rows, |at, said| claims.organisation(at, said))
        .await?;
    let mut tallies = vec![Tally { repeated, ..tally }];

    let (file, rows) = (projects.name.clone(), project::rows(projects, topics));
    tallies.push(
        import
            .load(&file, rows, |at, said| consortia.project(at, said))
            .await?,
    );

    let (file, rows) = (
        participations.name.clone(),
        participation::rows(participations),
    );
    let tally = import.load(&file, rows, |_, said| {
        claims.participation(said);
        consortia.participation(said);
    });
    tallies.push(tally.await?);

    for (place, finding) in claims.findings().iter().chain(&consortia.findings()) {
        import.report.finding(place, finding)?;
    }
    let (findings, report) = import.report.finish()?;
    Ok(Summary {
        tallies,
        findings,
        elapsed: begun.elapsed(),
        report,
    })
}
