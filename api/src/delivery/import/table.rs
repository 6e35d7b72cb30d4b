//! Tables: CSV files, plain, compressed with gzip or in a ZIP archive, read row by row and never held whole.
//!
//! What is in a row is not its business; that a row has as many cells as the heading, in UTF-8, is.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use csv::{ErrorKind, StringRecord};
use flate2::bufread::MultiGzDecoder;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use zip::ZipArchive;

use super::ImportError;

/// Rows of one batch.
const BATCH: usize = 1_000;
/// Batches that are read while one is written.
const AHEAD: usize = 2;

/// A CSV file.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The file, as messages name it.
    pub(super) name: String,
    place: Place,
    separator: u8,
    /// The heading as it stands in the file.
    heading: StringRecord,
    /// Where each column is, by the name that the importer knows it by.
    columns: HashMap<String, usize>,
}

#[derive(Clone, Debug)]
enum Place {
    File(PathBuf),
    Zipped(PathBuf, usize),
}

/// A row of a table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// The line on which it begins; the heading is line 1.
    pub(super) number: u64,
    cells: &'a StringRecord,
    columns: &'a HashMap<String, usize>,
}

impl<'a> Line<'a> {
    /// A cell, without blanks around it; none when the table has no such column.
    pub(super) fn cell(&self, column: &str) -> Option<&'a str> {
        self.columns.get(column).and_then(|at| self.cells.get(*at))
    }
}

impl Table {
    /// A file of its own. `known` translates the names of columns.
    pub(super) fn file(path: &Path, known: fn(&str) -> &str) -> Result<Self, ImportError> {
        Self::open(
            path.display().to_string(),
            Place::File(path.to_owned()),
            known,
        )
    }

    /// The CSV files of a ZIP archive.
    pub(super) fn zipped(path: &Path, known: fn(&str) -> &str) -> Result<Vec<Self>, ImportError> {
        let archive = path.display().to_string();
        let entries = File::open(path).and_then(|file| {
            let mut zip = ZipArchive::new(BufReader::new(file))?;
            let names =
                (0..zip.len()).map(|at| Ok((at, zip.by_index_raw(at)?.name()?.into_owned())));
            names.collect::<io::Result<Vec<_>>>()
        });
        let entries = entries.map_err(|source| ImportError::Unreadable {
            file: archive.clone(),
            source,
        })?;
        let is_csv = |name: &str| Path::new(name).extension().is_some_and(|end| end == "csv");
        let tables = entries
            .into_iter()
            .filter(|(_, name)| is_csv(name))
            .map(|(at, name)| {
                Self::open(
                    format!("{archive}/{name}"),
                    Place::Zipped(path.to_owned(), at),
                    known,
                )
            });
        tables.collect()
    }

    fn open(name: String, place: Place, known: fn(&str) -> &str) -> Result<Self, ImportError> {
        let (heading, columns) = (StringRecord::new(), HashMap::new());
        let mut table = Self {
            name,
            place,
            separator: b',',
            heading,
            columns,
        };
        let mut first = Vec::new();
        let read = table.bytes(|bytes| BufReader::new(bytes).read_until(b'\n', &mut first))?;
        read.map_err(|source| table.unreadable(source))?;
        if first.starts_with(b"PK\x03\x04") {
            let problem = "this is a ZIP archive and no CSV file: give it alone";
            return Err(table.problem(1, 0, problem.to_owned()));
        }
        let count = |separator| first.iter().filter(|byte| **byte == separator).count();
        table.separator = if count(b';') > count(b',') {
            b';'
        } else {
            b','
        };
        let heading = table.bytes(|bytes| reader(bytes, table.separator).headers().cloned())?;
        table.heading = heading.map_err(|error| table.malformed(&error))?;
        for (at, column) in table.heading.iter().enumerate() {
            table.columns.entry(known(column).to_owned()).or_insert(at);
        }
        Ok(table)
    }

    /// Whether there is a column of that name.
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.contains_key(column)
    }

    /// Reads the rows until there are no more or `each` breaks off.
    pub(super) fn read(
        &self,
        mut each: impl FnMut(Line<'_>) -> ControlFlow<()>,
    ) -> Result<(), ImportError> {
        self.bytes(|bytes| {
            let mut reader = reader(bytes, self.separator);
            let mut cells = StringRecord::new();
            let mut number = 1;
            loop {
                match reader.read_record(&mut cells) {
                    Ok(true) => {}
                    Ok(false) if reader.get_ref().open => return Err(self.unclosed(number)),
                    Ok(false) => return Ok(()),
                    Err(error) => {
                        let swallowed = reader.is_done() && reader.get_ref().open;
                        number = error.position().map_or(number, csv::Position::line);
                        let error = match error.kind() {
                            ErrorKind::UnequalLengths { .. } if swallowed => self.unclosed(number),
                            _ => self.malformed(&error),
                        };
                        return Err(error);
                    }
                }
                number = cells.position().map_or(number, csv::Position::line);
                let line = Line {
                    number,
                    cells: &cells,
                    columns: &self.columns,
                };
                if each(line).is_break() {
                    return Ok(());
                }
            }
        })?
    }

    /// Reads the rows in a thread of its own, in batches. `make` turns a row into what is wanted of it, if anything is.
    pub(super) fn batches<T: Send + 'static>(
        self,
        mut make: impl FnMut(Line<'_>) -> Option<T> + Send + 'static,
    ) -> Rows<T> {
        let (sender, batches) = mpsc::channel(AHEAD);
        let reader = tokio::task::spawn_blocking(move || {
            let mut batch = Vec::with_capacity(BATCH);
            self.read(|line| {
                batch.extend(make(line));
                let full = batch.len() == BATCH;
                if full && sender.blocking_send(std::mem::take(&mut batch)).is_err() {
                    return ControlFlow::Break(());
                }
                ControlFlow::Continue(())
            })?;
            // Nobody waits for the last batch when the import has stopped.
            sender.blocking_send(batch).unwrap_or_default();
            Ok(())
        });
        Rows { batches, reader }
    }

    /// Opens the file anew and hands out its content, decompressed.
    fn bytes<T>(&self, read: impl FnOnce(&mut dyn Read) -> T) -> Result<T, ImportError> {
        let opened = || match &self.place {
            Place::File(path) => {
                let mut file = BufReader::new(File::open(path)?);
                let gzip = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
                io::Result::Ok(if gzip {
                    read(&mut MultiGzDecoder::new(file))
                } else {
                    read(&mut file)
                })
            }
            Place::Zipped(path, at) => {
                let mut zip = ZipArchive::new(BufReader::new(File::open(path)?))?;
                Ok(read(&mut zip.by_index(*at)?))
            }
        };
        opened().map_err(|source| self.unreadable(source))
    }

    fn unreadable(&self, source: io::Error) -> ImportError {
        ImportError::Unreadable {
            file: self.name.clone(),
            source,
        }
    }

    fn unclosed(&self, line: u64) -> ImportError {
        let problem = "a quotation mark opens on this line or before and is never closed";
        self.problem(
            line,
            self.heading.len().saturating_sub(1),
            problem.to_owned(),
        )
    }

    fn malformed(&self, error: &csv::Error) -> ImportError {
        let line = error.position().map_or(1, csv::Position::line);
        match error.kind() {
            ErrorKind::Io(source) => {
                self.unreadable(io::Error::new(source.kind(), source.to_string()))
            }
            ErrorKind::Utf8 { err, .. } => {
                self.problem(line, err.field(), "this is not UTF-8".to_owned())
            }
            ErrorKind::UnequalLengths {
                expected_len, len, ..
            } => {
                let at = usize::try_from(*len.min(expected_len)).unwrap_or(usize::MAX);
                let problem = format!("the row has {len} columns, the heading {expected_len}");
                self.problem(line, at, problem)
            }
            other => self.problem(line, 0, format!("{other:?}")),
        }
    }

    fn problem(&self, line: u64, column: usize, problem: String) -> ImportError {
        let named = self.heading.get(column).map(|name| format!("`{name}`"));
        let column = named.unwrap_or_else(|| column.saturating_add(1).to_string());
        ImportError::Malformed {
            file: self.name.clone(),
            line,
            column,
            problem,
        }
    }
}

/// Rows that are read while others are written.
pub(super) struct Rows<T> {
    batches: mpsc::Receiver<Vec<T>>,
    reader: JoinHandle<Result<(), ImportError>>,
}

impl<T> Rows<T> {
    /// The next batch; none when all were read.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<T>>, ImportError> {
        match self.batches.recv().await {
            Some(batch) => Ok(Some(batch)),
            None => (&mut self.reader).await?.map(|()| None),
        }
    }
}

fn reader<R: Read>(bytes: R, separator: u8) -> csv::Reader<Quotes<R>> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .trim(csv::Trim::All)
        .from_reader(Quotes { bytes, open: false })
}

/// Counts quotation marks: a CSV file has an even number. The parser takes an open one to the end for granted.
struct Quotes<R> {
    bytes: R,
    open: bool,
}

impl<R: Read> Read for Quotes<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let length = self.bytes.read(into)?;
        let quotes = into
            .iter()
            .take(length)
            .filter(|byte| **byte == b'"')
            .count();
        self.open ^= quotes % 2 == 1;
        Ok(length)
    }
}
