//! The report of an import: a CSV file with a line for each refusal, each finding and each record that the source no
//! longer has. Without a file they are only counted.

use std::collections::BTreeMap;
use std::fs::File;
use std::io;
use std::path::PathBuf;

use entities::record::{Finding, FindingCode, RecordType};

use super::ImportError;

/// The columns. `kind` is `REFUSED`, `NOT_IN_FILE` or the code of a finding.
const COLUMNS: [&str; 7] = [
    "kind",
    "file",
    "line",
    "record",
    "external_id",
    "field",
    "message",
];

/// Where in the files something was found, and what record it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The file.
    pub(super) file: String,
    /// The line on which the row begins.
    pub(super) line: u64,
    /// The type of the record.
    pub(super) record: RecordType,
    /// The source's id of it.
    pub(super) external_id: String,
}

impl Place {
    pub(super) fn new(file: &str, line: u64, record: RecordType, external_id: String) -> Self {
        Self {
            file: file.to_owned(),
            line,
            record,
            external_id,
        }
    }
}

/// Collects what an import has to say.
pub(super) struct Report {
    file: Option<(PathBuf, csv::Writer<File>)>,
    findings: BTreeMap<FindingCode, u64>,
}

impl Report {
    /// Begins a report; a file of that name is replaced.
    pub(super) fn create(path: Option<PathBuf>) -> Result<Self, ImportError> {
        let create = |path: PathBuf| match File::create(&path) {
            Ok(file) => Ok((path, csv::Writer::from_writer(file))),
            Err(source) => Err(ImportError::Report { file: path, source }),
        };
        let file = path.map(create).transpose()?;
        let mut report = Self {
            file,
            findings: BTreeMap::new(),
        };
        report.write(COLUMNS)?;
        Ok(report)
    }

    /// A row was not written.
    pub(super) fn refused(&mut self, place: &Place, reason: &str) -> Result<(), ImportError> {
        self.line("REFUSED", place, "", reason)
    }

    /// Something looks wrong in a row.
    pub(super) fn finding(&mut self, place: &Place, found: &Finding) -> Result<(), ImportError> {
        *self.findings.entry(found.code).or_default() += 1;
        self.line(&code(found.code), place, &found.path, &found.message)
    }

    /// The source spoke of a record before, and this file does not.
    pub(super) fn missing(
        &mut self,
        file: &str,
        record: RecordType,
        external_id: &str,
    ) -> Result<(), ImportError> {
        let message = "an earlier import had it, this file does not; it stays as it is";
        self.write([
            "NOT_IN_FILE",
            file,
            "",
            record.prefix(),
            external_id,
            "",
            message,
        ])
    }

    /// Ends the report: how many findings there are of each kind, and where the file is.
    pub(super) fn finish(
        mut self,
    ) -> Result<(BTreeMap<FindingCode, u64>, Option<PathBuf>), ImportError> {
        self.flush()?;
        Ok((self.findings, self.file.map(|(path, _)| path)))
    }

    /// Puts what was said so far into the file.
    pub(super) fn flush(&mut self) -> Result<(), ImportError> {
        let Some((path, writer)) = &mut self.file else {
            return Ok(());
        };
        writer.flush().map_err(|source| ImportError::Report {
            file: path.clone(),
            source,
        })
    }

    fn line(
        &mut self,
        kind: &str,
        place: &Place,
        field: &str,
        message: &str,
    ) -> Result<(), ImportError> {
        let Place {
            file,
            line,
            record,
            external_id,
        } = place;
        let line = line.to_string();
        self.write([
            kind,
            file,
            &line,
            record.prefix(),
            external_id,
            field,
            message,
        ])
    }

    fn write(&mut self, cells: [&str; 7]) -> Result<(), ImportError> {
        let Some((path, writer)) = &mut self.file else {
            return Ok(());
        };
        writer
            .write_record(cells)
            .map_err(|error| ImportError::Report {
                file: path.clone(),
                source: io::Error::from(error),
            })
    }
}

/// A finding's code as the API writes it.
pub(super) fn code(code: FindingCode) -> String {
    match serde_json::to_value(code) {
        Ok(serde_json::Value::String(code)) => code,
        _ => format!("{code:?}"),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::*;

    #[test]
    fn a_report_has_a_line_for_all_that_was_said() {
        let path = std::env::temp_dir().join(format!("report-{}.csv", std::process::id()));
        let mut report = Report::create(Some(path.clone())).unwrap();
        let place = Place::new("o.csv", 7, RecordType::Organisation, "999999999".to_owned());
        let finding = Finding {
            code: FindingCode::ChecksumFailed,
            message: "wrong, \"they\" say".to_owned(),
            path: "identifiers.1.value".to_owned(),
        };
        report.finding(&place, &finding).unwrap();
        report.refused(&place, "no name").unwrap();
        report
            .missing("o.csv", RecordType::Organisation, "888888888")
            .unwrap();
        let (findings, file) = report.finish().unwrap();
        assert_eq!(findings, BTreeMap::from([(FindingCode::ChecksumFailed, 1)]));
        assert_eq!(file.as_ref(), Some(&path));
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(path).unwrap();
        assert_eq!(
            text,
            "kind,file,line,record,external_id,field,message\n\
             CHECKSUM_FAILED,o.csv,7,organisation,999999999,identifiers.1.value,\"wrong, \"\"they\"\" say\"\n\
             REFUSED,o.csv,7,organisation,999999999,,no name\n\
             NOT_IN_FILE,o.csv,,organisation,888888888,,\"an earlier import had it, this file does not; it stays as it is\"\n"
        );
    }
}
