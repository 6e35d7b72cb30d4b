//! The files of CORDIS, told apart by their headings and not by their names.
//!
//! They come in two forms: three files with one row a record, or the ZIP archive that CORDIS offers for download, in
//! which `organization.csv` has one row a participation, with all that is known of the organisation, and the topics of
//! projects are in `euroSciVoc.csv`. Other files of the archive are not read.

use std::ops::ControlFlow;
use std::path::Path;

use super::super::ImportError;
use super::super::table::{Line, Table};
use super::organisation::{self, Latest};
use super::participation;
use super::project::{self, Topics};

/// The names that CORDIS's own download has for the columns, and ours.
const NAMES: [(&str, &str); 28] = [
    ("SME", "sme"),
    ("activityType", "activity_type"),
    ("contentUpdateDate", "updated_at"),
    ("cordis_rcn", "rcn"),
    ("ecContribution", "ec_contribution_eur"),
    ("ecMaxContribution", "ec_max_contribution_eur"),
    ("ecSignatureDate", "ec_signature_date"),
    ("endDate", "end_date"),
    ("endOfParticipation", "terminated"),
    ("euroSciVocPath", "euroscivoc_path"),
    ("fundingScheme", "funding_scheme"),
    ("grantDoi", "grant_doi"),
    ("id", "project_id"),
    ("legalBasis", "legal_basis"),
    ("masterCall", "master_call"),
    ("name", "legal_name"),
    ("netEcContribution", "net_ec_contribution_eur"),
    ("nutsCode", "nuts_code"),
    ("organisationID", "pic"),
    ("organizationURL", "url"),
    ("postCode", "postal_code"),
    ("projectID", "project_id"),
    ("shortName", "short_name"),
    ("startDate", "start_date"),
    ("subCall", "sub_call"),
    ("topics", "topic"),
    ("totalCost", "total_cost_eur"),
    ("vatNumber", "vat_number"),
];

fn known(column: &str) -> &str {
    NAMES
        .iter()
        .find(|(theirs, _)| *theirs == column)
        .map_or(column, |(_, ours)| ours)
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Organisations,
    Projects,
    Participations,
    Topics,
}

impl Kind {
    const ALL: [Self; 4] = [
        Self::Organisations,
        Self::Projects,
        Self::Participations,
        Self::Topics,
    ];

    fn words(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::Projects => "projects",
            Self::Participations => "participations",
            Self::Topics => "the topics of projects",
        }
    }

    /// The first column that a table lacks to be of this kind.
    fn lacks(self, table: &Table) -> Option<&'static str> {
        let columns = match self {
            Self::Organisations => organisation::Columns::COLUMNS,
            Self::Projects => project::Columns::COLUMNS,
            Self::Participations => participation::Columns::COLUMNS,
            Self::Topics => project::TopicColumns::COLUMNS,
        };
        columns.iter().copied().find(|column| !table.has(column))
    }

    /// A file that is said to be of this kind.
    fn open(self, path: &Path) -> Result<Table, ImportError> {
        let table = Table::file(path, known)?;
        let Some(column) = self.lacks(&table) else {
            return Ok(table);
        };
        let file = table.name.clone();
        let column = in_words(column);
        Err(
            match Self::ALL
                .into_iter()
                .find(|kind| kind.lacks(&table).is_none())
            {
                Some(found) => {
                    let (found, expected) = (found.words(), self.words());
                    ImportError::OtherKind {
                        file,
                        column,
                        found,
                        expected,
                    }
                }
                None => ImportError::MissingColumn {
                    file,
                    column,
                    kind: self.words(),
                },
            },
        )
    }

    /// The one table of this kind among several.
    fn find(self, archive: &Path, tables: &[Table]) -> Result<Table, ImportError> {
        let mut found = tables.iter().filter(|table| self.lacks(table).is_none());
        match (found.next(), found.next()) {
            (Some(table), None) => Ok(table.clone()),
            (first, _) => Err(ImportError::Archive {
                archive: archive.display().to_string(),
                found: if first.is_some() {
                    "two files"
                } else {
                    "no file"
                },
                kind: self.words(),
                names: tables
                    .iter()
                    .map(|table| table.name.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            }),
        }
    }
}

/// A column by all its names.
fn in_words(column: &str) -> String {
    let theirs = NAMES
        .iter()
        .filter(|(_, ours)| *ours == column)
        .map(|(theirs, _)| *theirs);
    let names = std::iter::once(column)
        .chain(theirs)
        .map(|name| format!("`{name}`"));
    names.collect::<Vec<_>>().join(" or ")
}

/// The files of an import, with headings that fit.
#[derive(Clone, Debug)]
pub struct CordisFiles {
    pub(super) organisations: Table,
    pub(super) projects: Table,
    pub(super) participations: Table,
    pub(super) topics: Option<Table>,
}

impl CordisFiles {
    /// Three CSV files, plain or compressed with gzip.
    ///
    /// # Errors
    /// When one cannot be read, lacks a column or holds something else.
    pub fn csv(
        organisations: &Path,
        projects: &Path,
        participations: &Path,
    ) -> Result<Self, ImportError> {
        Ok(Self {
            organisations: Kind::Organisations.open(organisations)?,
            projects: Kind::Projects.open(projects)?,
            participations: Kind::Participations.open(participations)?,
            topics: None,
        })
    }

    /// A ZIP archive as CORDIS offers it for download.
    ///
    /// # Errors
    /// When it cannot be read, or has no file or two files of a kind.
    pub fn zip(archive: &Path) -> Result<Self, ImportError> {
        let tables = Table::zipped(archive, known)?;
        let topics = tables
            .iter()
            .find(|table| Kind::Topics.lacks(table).is_none());
        Ok(Self {
            organisations: Kind::Organisations.find(archive, &tables)?,
            projects: Kind::Projects.find(archive, &tables)?,
            participations: Kind::Participations.find(archive, &tables)?,
            topics: topics.cloned(),
        })
    }

    /// Reads all files to their ends: how many rows there are, and what must be known before the first is written.
    ///
    /// # Errors
    /// When a file cannot be read or is malformed.
    pub(super) fn survey(&self) -> Result<Survey, ImportError> {
        let topics = self.topics.as_ref().map(project::topics).transpose()?;
        let projects = count(&self.projects, |_| {})?;
        let together = self.organisations.name == self.participations.name;
        let mut latest = Latest::default();
        let participations = count(&self.participations, |line| {
            if together {
                latest.look_at(line);
            }
        })?;
        let (organisations, latest) = if together {
            (latest.count(), Some(latest))
        } else {
            (count(&self.organisations, |_| {})?, None)
        };
        let repeated = if together {
            participations.saturating_sub(organisations)
        } else {
            0
        };
        Ok(Survey {
            rows: organisations + projects + participations,
            repeated,
            latest,
            topics,
        })
    }
}

/// What is known of the files before the first row is written.
#[derive(Debug)]
pub(super) struct Survey {
    /// How many rows there are to write.
    pub(super) rows: u64,
    /// How many rows are older copies of an organisation's.
    pub(super) repeated: u64,
    /// Where the newest copy of each organisation is, where there are several.
    pub(super) latest: Option<Latest>,
    /// The topics of projects, where they are in a file of their own.
    pub(super) topics: Option<Topics>,
}

fn count(table: &Table, mut see: impl FnMut(&Line<'_>)) -> Result<u64, ImportError> {
    let mut rows = 0;
    table.read(|line| {
        rows += 1;
        see(&line);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}
