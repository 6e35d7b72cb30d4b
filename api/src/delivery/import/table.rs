//! Tables: CSV files, read row by row and never held whole.
//!
//! What is in a row is not its business; that a row has as many cells as the heading, in UTF-8, is.

use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;

use csv::{ErrorKind, StringRecord};

use super::ImportError;
use super::content::Content;

/// A CSV file.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The file, as messages name it.
    pub(super) name: String,
    content: Content,
    separator: u8,
    /// Whether lines end with a carriage return and a line feed.
    carriage_returns: bool,
    /// The heading as it stands in the file.
    heading: StringRecord,
    /// Where each column is, by the name that the importer knows it by.
    columns: HashMap<String, usize>,
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
    /// Opens a file of that name and reads its heading. `known` translates the names of columns.
    pub(super) fn open(
        name: &str,
        content: Content,
        known: fn(&str) -> &str,
    ) -> Result<Self, ImportError> {
        let mut table = Self {
            name: name.to_owned(),
            content,
            separator: b',',
            carriage_returns: false,
            heading: StringRecord::new(),
            columns: HashMap::new(),
        };
        let mut first = Vec::new();
        let read = table.bytes(|bytes| BufReader::new(bytes).read_until(b'\n', &mut first))?;
        read.map_err(|source| table.unreadable(source))?;
        if first.starts_with(b"PK\x03\x04") {
            let problem = "this is a ZIP archive and no CSV file: give it alone";
            return Err(table.problem(1, 0, problem.to_owned()));
        }
        let cells = |separator| first.split(|byte| *byte == separator).count();
        if cells(b';') > cells(b',') {
            table.separator = b';';
        }
        let heading = table.bytes(|bytes| reader(bytes, table.separator).headers().cloned())?;
        table.heading = heading.map_err(|error| table.malformed(&error))?;
        table.carriage_returns = first.ends_with(b"\r\n");
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
                    Ok(true) => number = self.line(cells.position()),
                    Ok(false) if reader.get_ref().open => return Err(self.unclosed(number)),
                    Ok(false) => return Ok(()),
                    Err(error) => {
                        // A mark that opens and never closes makes one cell of the rest of the file.
                        let last = matches!(reader.read_record(&mut cells), Ok(false));
                        let unclosed = last && reader.get_ref().open;
                        let line = self.line(error.position());
                        return Err(if unclosed {
                            self.unclosed(line)
                        } else {
                            self.malformed(&error)
                        });
                    }
                }
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

    /// The parser gives a row's place before the line feed that follows a carriage return.
    fn line(&self, position: Option<&csv::Position>) -> u64 {
        position.map_or(1, |position| {
            position.line() + u64::from(self.carriage_returns)
        })
    }

    fn bytes<T>(&self, read: impl FnOnce(&mut dyn Read) -> T) -> Result<T, ImportError> {
        self.content
            .read(read)
            .map_err(|source| self.unreadable(source))
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
        let line = self.line(error.position());
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use std::io::Write;
    use std::path::PathBuf;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn known(column: &str) -> &str {
        if column == "theirs" { "ours" } else { column }
    }

    /// The rows as `LINE ours|b`, then the error.
    fn read(content: &[u8]) -> Vec<String> {
        let content = content.to_vec().leak();
        let mut said = Vec::new();
        let read = Table::open("t.csv", Content::Packed(content), known).and_then(|table| {
            table.read(|line| {
                let cells = ["ours", "b"].map(|column| line.cell(column).unwrap_or("-"));
                said.push(format!("{} {}", line.number, cells.join("|")));
                ControlFlow::Continue(())
            })
        });
        said.extend(read.err().map(|error| error.to_string()));
        said
    }

    #[test]
    fn a_row_has_its_cells_and_the_line_on_which_it_begins() {
        for (content, rows) in [
            ("theirs,b\n1,2\n3,4\n", &["2 1|2", "3 3|4"][..]),
            ("b;theirs\n 2 ;\" 1,5 \"\n", &["2 1,5|2"]),
            ("ours,c\n1,2", &["2 1|-"]),
            (
                "ours,b\n\"1\n1\",2\n\"say \"\"3\"\"\",4\n",
                &["2 1\n1|2", "4 say \"3\"|4"],
            ),
            (
                "ours,b\r\n1,2\r\n3,\"4\r\n4\"\r\n5,6\r\n",
                &["2 1|2", "3 3|4\r\n4", "5 5|6"],
            ),
            ("\u{feff}ours,b\n1,2\n", &["2 1|2"]),
            ("ours,b\n", &[]),
            ("", &[]),
        ] {
            assert_eq!(read(content.as_bytes()), rows, "{content}");
        }
    }

    #[test]
    fn what_is_no_csv_is_an_error_that_names_file_line_and_column() {
        let unclosed = "t.csv, line 3, column `b`: a quotation mark opens on this line or before and is never closed";
        for (content, error) in [
            (
                &b"ours,b\n1\n"[..],
                "t.csv, line 2, column `b`: the row has 1 columns, the heading 2",
            ),
            (
                b"ours,b\n1,2\n1,2,3\n",
                "t.csv, line 3, column 3: the row has 3 columns, the heading 2",
            ),
            (
                b"ours,b\n1,2\n3,\xff\n",
                "t.csv, line 3, column `b`: this is not UTF-8",
            ),
            (
                b"ours,\xff\n1,2\n",
                "t.csv, line 1, column 2: this is not UTF-8",
            ),
            (b"ours,b\n1,2\n3,\"4\n5,6\n", unclosed),
            (b"ours,b\n1,2\n\"3,4\n5,6\n", unclosed),
            (
                b"PK\x03\x04,b\n",
                "t.csv, line 1, column 1: this is a ZIP archive and no CSV file: give it alone",
            ),
        ] {
            let said = read(content);
            assert_eq!(said.last().map(String::as_str), Some(error));
        }
    }

    #[test]
    fn a_compressed_file_is_told_by_its_first_bytes_and_must_be_whole() {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(b"ours,b\n1,2\n").unwrap();
        let gzip = gzip.finish().unwrap();
        assert_eq!(read(&gzip), ["2 1|2"]);
        let said = read(&gzip[..gzip.len() - 4]);
        assert!(
            said.last().unwrap().starts_with("t.csv cannot be read: "),
            "{said:?}"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let content = Content::File(PathBuf::from("no/such/file.csv"));
        let error = Table::open("file.csv", content, known).unwrap_err();
        assert!(
            error.to_string().starts_with("file.csv cannot be read: "),
            "{error}"
        );
        assert!(error.is_bad_input());
    }
}
