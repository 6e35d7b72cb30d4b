//! Why an import stops. What is wrong with one row is no such thing: the row is refused and reported.

use std::io;
use std::path::PathBuf;

use crate::registry;

/// Why an import stops.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// A file is missing, or cannot be read to its end.
    #[error("{file} cannot be read: {source}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the system or the decompressor says.
        source: io::Error,
    },
    /// A file is no CSV in UTF-8, or a line of it is none.
    #[error("{file}, line {line}, column {column}: {problem}")]
    Malformed {
        /// The file.
        file: String,
        /// The line on which the row begins, 1 for the heading.
        line: u64,
        /// The column's name, or its number where it has none.
        column: String,
        /// What is wrong.
        problem: String,
    },
    /// A file's heading lacks a column.
    #[error("{file}, line 1, column {column}: a file of {kind} has that column, this one has not")]
    MissingColumn {
        /// The file.
        file: String,
        /// The column that is missing, by all its names.
        column: String,
        /// What the file should hold.
        kind: &'static str,
    },
    /// A file holds something else than it should.
    #[error("{file}, line 1, column {column}: this is a file of {found}, not of {expected}")]
    OtherKind {
        /// The file.
        file: String,
        /// The first column that it would need.
        column: String,
        /// What it holds.
        found: &'static str,
        /// What it should hold.
        expected: &'static str,
    },
    /// An archive lacks a file, or has two of a kind.
    #[error("{archive} has {found} of {kind}; it needs one: {names}")]
    Archive {
        /// The archive.
        archive: String,
        /// How many there are, in words.
        found: &'static str,
        /// What the file holds.
        kind: &'static str,
        /// The files that it has.
        names: String,
    },
    /// The report cannot be written.
    #[error("the report {file} cannot be written: {source}")]
    Report {
        /// The file.
        file: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The database fails. Every batch before that is written: the import can be run again.
    #[error(transparent)]
    Registry(#[from] registry::Error),
    /// Reading ended without a word: a fault of ours.
    #[error("the reading of the files ended: {0}")]
    Reader(#[from] tokio::task::JoinError),
}

impl ImportError {
    /// Whether the files that were given are at fault.
    #[must_use]
    pub fn is_bad_input(&self) -> bool {
        match self {
            Self::Unreadable { .. }
            | Self::Malformed { .. }
            | Self::MissingColumn { .. }
            | Self::OtherKind { .. }
            | Self::Archive { .. } => true,
            Self::Report { .. } | Self::Registry(_) | Self::Reader(_) => false,
        }
    }
}
