//! What an import did, in figures and in words.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use entities::record::{FindingCode, RecordType};
use indicatif::HumanCount;

use super::report::code;
use crate::registry::Outcome;

/// What became of the rows of one type. Rows read = created + updated + unchanged + refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The type.
    pub record: RecordType,
    /// Rows that are about a record of the type.
    pub read: u64,
    /// Records that were made.
    pub created: u64,
    /// Records that changed.
    pub updated: u64,
    /// Records that were as the row says.
    pub unchanged: u64,
    /// Rows that were not written, each with its reason in the report.
    pub refused: u64,
    /// Older copies of a record's row, which the file repeats with each participation: beside the rows read.
    pub repeated: u64,
    /// Records that the source had in an earlier import and does not have in this one; they stay.
    pub missing: u64,
}

impl Tally {
    pub(super) fn of(record: RecordType) -> Self {
        Self {
            record,
            read: 0,
            created: 0,
            updated: 0,
            unchanged: 0,
            refused: 0,
            repeated: 0,
            missing: 0,
        }
    }

    pub(super) fn count(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Created | Outcome::PendingReview => &mut self.created,
            Outcome::Updated | Outcome::Linked | Outcome::Withdrawn => &mut self.updated,
            Outcome::Unchanged | Outcome::Stale => &mut self.unchanged,
            Outcome::Rejected | Outcome::Conflict | Outcome::NotFound | Outcome::RolledBack => {
                &mut self.refused
            }
        };
        *count += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            record,
            read,
            created,
            updated,
            unchanged,
            refused,
            repeated,
            missing,
        } = self;
        write!(
            f,
            "{:15} {:>9} rows read = {} created + {} updated + {} unchanged + {} refused",
            format!("{}s", record.prefix()),
            HumanCount(*read).to_string(),
            HumanCount(*created),
            HumanCount(*updated),
            HumanCount(*unchanged),
            HumanCount(*refused),
        )?;
        if *repeated > 0 {
            write!(f, "; {} older copies left aside", HumanCount(*repeated))?;
        }
        if *missing > 0 {
            let missing = HumanCount(*missing);
            write!(
                f,
                "; {missing} of earlier imports are not in this file and stay"
            )?;
        }
        Ok(())
    }
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// What became of the rows, by type, in the order in which they were written.
    pub tallies: Vec<Tally>,
    /// How many findings there are, by kind: of the rows that were written, and of what contradicts itself across rows.
    pub findings: BTreeMap<FindingCode, u64>,
    /// How long it took.
    pub elapsed: Duration,
    /// The file that has every refusal and every finding.
    pub report: Option<PathBuf>,
}

impl Summary {
    /// How many rows were read.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.tallies.iter().map(|tally| tally.read).sum()
    }

    /// Rows a second.
    #[must_use]
    pub fn rate(&self) -> u64 {
        let millis = self.elapsed.as_millis().max(1);
        u64::try_from(u128::from(self.rows()) * 1_000 / millis).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for tally in &self.tallies {
            writeln!(f, "{tally}")?;
        }
        for (kind, count) in &self.findings {
            let kind = code(*kind);
            writeln!(
                f,
                "{:15} {:>9} {kind}",
                "finding",
                HumanCount(*count).to_string()
            )?;
        }
        let (rows, rate) = (HumanCount(self.rows()), HumanCount(self.rate()));
        write!(
            f,
            "{rows} rows in {:.1} s, {rate} rows a second",
            self.elapsed.as_secs_f64()
        )?;
        match &self.report {
            Some(path) => write!(f, "\nEvery refusal and finding: {}", path.display()),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_adds_up_and_says_where_the_report_is() {
        let mut tally = Tally {
            read: 1_003,
            repeated: 7,
            missing: 2,
            ..Tally::of(RecordType::Project)
        };
        for (outcome, times) in [
            (Outcome::Created, 1_000),
            (Outcome::Updated, 1),
            (Outcome::Unchanged, 1),
            (Outcome::Rejected, 1),
        ] {
            (0..times).for_each(|_| tally.count(outcome));
        }
        let summary = Summary {
            tallies: vec![tally],
            findings: BTreeMap::from([(FindingCode::SmeInconsistent, 99)]),
            elapsed: Duration::from_millis(500),
            report: Some(PathBuf::from("report.csv")),
        };
        assert_eq!(
            summary.to_string(),
            "projects            1,003 rows read = 1,000 created + 1 updated + 1 unchanged + 1 refused; \
             7 older copies left aside; 2 of earlier imports are not in this file and stay\n\
             finding                99 SME_INCONSISTENT\n\
             1,003 rows in 0.5 s, 2,006 rows a second\n\
             Every refusal and finding: report.csv"
        );
    }
}
