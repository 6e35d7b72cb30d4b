//! What a file of CORDIS holds, told by its heading: the columns are there or they are not.

use std::path::Path;

use super::super::ImportError;
use super::super::table::Table;
use super::{organisation, participation, project};

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

/// The importer's name of a column.
pub(super) fn known(column: &str) -> &str {
    NAMES
        .iter()
        .find(|(theirs, _)| *theirs == column)
        .map_or(column, |(_, ours)| ours)
}

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
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

    /// What it holds, in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Organisations => "organisations",
            Self::Projects => "projects",
            Self::Participations => "participations",
            Self::Topics => "the topics of projects",
        }
    }

    /// The first column that a table lacks to be of this kind.
    pub(super) fn lacks(self, table: &Table) -> Option<&'static str> {
        let columns = match self {
            Self::Organisations => organisation::Columns::COLUMNS,
            Self::Projects => project::Columns::COLUMNS,
            Self::Participations => participation::Columns::COLUMNS,
            Self::Topics => project::TopicColumns::COLUMNS,
        };
        columns.iter().copied().find(|column| !table.has(column))
    }

    /// The table, if it is of this kind.
    pub(super) fn expect(self, table: Table) -> Result<Table, ImportError> {
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
    pub(super) fn find(self, archive: &Path, tables: &[Table]) -> Result<Table, ImportError> {
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use super::super::files::CordisFiles;
    use super::super::files::tests::{ORGANISATIONS, PARTICIPATIONS, PROJECTS};

    #[test]
    fn each_file_must_be_of_its_kind_and_have_its_columns() {
        let error = |organisations, projects, participations| {
            CordisFiles::packed(organisations, projects, participations)
                .err()
                .map(|error| error.to_string())
        };
        assert_eq!(error(ORGANISATIONS, PROJECTS, PARTICIPATIONS), None);
        assert_eq!(
            error(PROJECTS, PROJECTS, PARTICIPATIONS).unwrap(),
            "the packed organisations, line 1, column `pic` or `organisationID`: \
             this is a file of projects, not of organisations"
        );
        assert_eq!(
            error(ORGANISATIONS, b"project_id,rcn\n", PARTICIPATIONS).unwrap(),
            "the packed projects, line 1, column `acronym`: a file of projects has that column, this one has not"
        );
        assert_eq!(
            error(ORGANISATIONS, PROJECTS, b"").unwrap(),
            "the packed participations, line 1, column `project_id` or `id` or `projectID`: \
             a file of participations has that column, this one has not"
        );
    }
}
