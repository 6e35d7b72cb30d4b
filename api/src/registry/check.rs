//! Collects what is wrong with a row while a write is put onto it.

use entities::record::{Finding, FindingCode};

use super::claim::Fields;
use super::error::{InputErrorCode, UserError};

/// What to do with a code that is in no list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Refuse the row: someone is there who can mend it.
    Strict,
    /// Leave the field empty and note a finding: the source is as it is.
    Lenient,
}

/// What is wrong with one row.
#[derive(Debug)]
pub struct Check {
    mode: Mode,
    /// Today, for what begins when it is written.
    pub today: chrono::NaiveDate,
    /// Why the row is refused.
    pub errors: Vec<UserError>,
    /// What looks wrong and is kept.
    pub findings: Vec<Finding>,
}

impl Check {
    /// Nothing is wrong yet.
    #[must_use]
    pub fn new(mode: Mode, today: chrono::NaiveDate) -> Self {
        Self {
            mode,
            today,
            errors: Vec::new(),
            findings: Vec::new(),
        }
    }

    /// The row is refused.
    pub fn error(&mut self, code: InputErrorCode, path: &str, message: impl Into<String>) {
        self.errors.push(UserError {
            code,
            path: path.to_owned(),
            message: message.into(),
        });
    }

    /// Something looks wrong and is kept.
    pub fn finding(&mut self, code: FindingCode, path: &str, message: impl Into<String>) {
        self.findings.push(Finding {
            code,
            path: path.to_owned(),
            message: message.into(),
        });
    }

    /// A value cannot be used: refused where someone can mend it, else a finding.
    pub fn unusable(
        &mut self,
        error: InputErrorCode,
        finding: FindingCode,
        path: &str,
        message: impl Into<String>,
    ) {
        match self.mode {
            Mode::Strict => self.error(error, path, message),
            Mode::Lenient => self.finding(finding, path, message),
        }
    }

    /// A code is in no list.
    pub fn unknown_code(&mut self, path: &str, message: impl Into<String>) {
        self.unusable(
            InputErrorCode::UnknownCode,
            FindingCode::UnknownCode,
            path,
            message,
        );
    }
}

/// Refuses texts that hold the character U+0000, which `PostgreSQL` cannot store.
pub(super) fn refuse_zeros(check: &mut Check, said: &Fields) {
    for (field, _) in said.iter().filter(|(_, value)| holds_zero(value)) {
        check.error(
            InputErrorCode::Invalid,
            field,
            "a text must not hold the character U+0000",
        );
    }
}

fn holds_zero(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::String(text) => text.contains('\0'),
        serde_json::Value::Array(items) => items.iter().any(holds_zero),
        serde_json::Value::Object(fields) => fields.values().any(holds_zero),
        _ => false,
    }
}
