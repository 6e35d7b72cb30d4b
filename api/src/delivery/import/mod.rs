//! Imports: the rows of a source's files become records, through the one write path of `registry`.
//!
//! Here is what any import does: rows in batches of one transaction, what became of each row, what looks wrong in it,
//! a report and a progress bar. It knows no source's columns: those are in a module for each source.
//!
//! A batch is written whole or not at all, and a row that the source said before in the same words changes nothing: an
//! import that was killed is run again and goes on where it stopped.

mod content;
pub mod cordis;
mod error;
mod progress;
mod report;
mod rows;
mod summary;
mod table;

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use entities::record::{Finding, RecordRow, Visibility};
use entities::source;

use crate::auth::Actor;
use crate::registry::{
    self, Batch, Mode, Registry, RowWrite, Shared, Steward, Target, Terms, Written,
};

pub use error::ImportError;
pub use summary::{Summary, Tally};

use progress::Progress;
use report::{Place, Report};
use rows::Rows;

/// How often a batch is tried again when the database is busy: a server may be writing beside the import.
const TRIES: u64 = 4;

/// How an import is run.
#[derive(Clone, Debug)]
pub struct ImportOptions {
    /// Show a progress bar on stderr, if that is a terminal.
    pub progress: bool,
    /// Write every refusal and every finding to this file, which is replaced.
    pub report: Option<PathBuf>,
    /// Who may see the records.
    pub visibility: Visibility,
}

impl Default for ImportOptions {
    fn default() -> Self {
        Self {
            progress: true,
            report: None,
            visibility: Visibility::Public,
        }
    }
}

/// A row of a file, as the module of its source reads it.
#[derive(Debug)]
struct Row<E: Shared> {
    /// The line on which it begins.
    line: u64,
    /// The source's own id of the record.
    external_id: String,
    /// What it says of the record, or why it cannot be used.
    said: Result<E::Patch, String>,
    /// What could not be read in it.
    findings: Vec<Finding>,
}

/// An import on its way.
struct Import<'a> {
    registry: &'a Registry,
    actor: &'a Actor,
    source: source::Model,
    visibility: Visibility,
    report: Report,
    progress: Progress,
}

impl Import<'_> {
    /// Writes the rows of one type, and notes what the source said before and this file does not have. `observe` sees
    /// each row that goes to the registry.
    async fn load<E: Shared>(
        &mut self,
        file: &str,
        mut rows: Rows<Row<E>>,
        mut observe: impl FnMut(&Place, &E::Patch),
    ) -> Result<Tally, ImportError> {
        self.progress.start(E::TYPE);
        let mut tally = Tally::of(E::TYPE);
        let mut lines: HashMap<String, u64> = HashMap::new();
        let mut done = 0;
        while let Some(batch) = rows.next().await? {
            let mut places = Vec::with_capacity(batch.len());
            let mut writes = Vec::with_capacity(batch.len());
            for row in batch {
                let Row {
                    line,
                    external_id,
                    said,
                    findings,
                } = row;
                tally.read += 1;
                let first = *lines.entry(external_id.clone()).or_insert(line);
                let place = Place::new(file, line, E::TYPE, external_id);
                for finding in &findings {
                    self.report.finding(&place, finding)?;
                }
                match said {
                    Ok(_) if first != line => {
                        tally.refused += 1;
                        self.report
                            .refused(&place, &format!("line {first} is about the same record"))?;
                    }
                    Ok(patch) => {
                        observe(&place, &patch);
                        writes.push(self.write_of(&place, patch));
                        places.push(place);
                    }
                    Err(reason) => {
                        tally.refused += 1;
                        self.report.refused(&place, &reason)?;
                    }
                }
            }
            let written = if writes.is_empty() {
                Vec::new()
            } else {
                self.write::<E>(writes).await?
            };
            for (place, written) in places.iter().zip(written) {
                tally.count(written.outcome);
                self.note(place, &written)?;
            }
            self.progress.advance(tally.read - done);
            done = tally.read;
        }
        for external_id in self
            .registry
            .external_ids(self.actor, &self.source, E::TYPE)
            .await?
        {
            if !lines.contains_key(&external_id) {
                tally.missing += 1;
                self.report.missing(file, E::TYPE, &external_id)?;
            }
        }
        Ok(tally)
    }

    fn write_of<E: Shared>(&self, place: &Place, patch: E::Patch) -> RowWrite<E> {
        RowWrite {
            target: Target::External(place.external_id.clone()),
            patch,
            visibility: Some(self.visibility),
            partnerships: None,
            archive: None,
            steward: Steward::default(),
            terms: Terms::default(),
        }
    }

    /// Writes a batch in one transaction. A database that cannot answer now may do so in a moment.
    async fn write<E: Shared>(
        &self,
        rows: Vec<RowWrite<E>>,
    ) -> Result<Vec<Written<E>>, registry::Error> {
        let batch = Batch {
            rows,
            source: Some(self.source.clone()),
            mode: Mode::Lenient,
            origin: format!("import:{}", self.source.name),
        };
        let mut tries = 1;
        loop {
            match self.registry.write(self.actor, batch.clone()).await {
                Err(registry::Error::Unavailable(_)) if tries < TRIES => {
                    tokio::time::sleep(Duration::from_secs(tries)).await;
                    tries += 1;
                }
                answer => return Ok(answer?.0),
            }
        }
    }

    fn note<E: Shared>(&mut self, place: &Place, written: &Written<E>) -> Result<(), ImportError> {
        if !written.errors.is_empty() {
            let reasons = written.errors.iter().map(|error| error.message.as_str());
            self.report
                .refused(place, &reasons.collect::<Vec<_>>().join("; "))?;
        }
        for finding in written.record.iter().flat_map(RecordRow::findings) {
            self.report.finding(place, finding)?;
        }
        Ok(())
    }
}
