//! The files of an import of CORDIS, told apart by their headings and not by their names.
//!
//! They come in two forms: three files with one row a record, or the ZIP archive that CORDIS offers for download, in
//! which `organization.csv` has one row a participation, with all that is known of the organisation, and the topics of
//! projects are in `euroSciVoc.csv`. Other files of the archive are not read.

use std::ops::ControlFlow;
use std::path::Path;

use super::super::ImportError;
use super::super::content::Content;
use super::super::table::{Line, Table};
use super::kind::{Kind, known};
use super::latest::Latest;
use super::project::{self, Topics};

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
        let table = |kind: Kind, path: &Path| {
            let name = path.display().to_string();
            kind.expect(Table::open(&name, Content::File(path.to_owned()), known)?)
        };
        Ok(Self {
            organisations: table(Kind::Organisations, organisations)?,
            projects: table(Kind::Projects, projects)?,
            participations: table(Kind::Participations, participations)?,
            topics: None,
        })
    }

    /// The same three, packed into the program.
    ///
    /// # Errors
    /// When one lacks a column or holds something else.
    pub fn packed(
        organisations: &'static [u8],
        projects: &'static [u8],
        participations: &'static [u8],
    ) -> Result<Self, ImportError> {
        let table = |kind: Kind, content| {
            let name = format!("the packed {}", kind.words());
            kind.expect(Table::open(&name, Content::Packed(content), known)?)
        };
        Ok(Self {
            organisations: table(Kind::Organisations, organisations)?,
            projects: table(Kind::Projects, projects)?,
            participations: table(Kind::Participations, participations)?,
            topics: None,
        })
    }

    /// A ZIP archive as CORDIS offers it for download.
    ///
    /// # Errors
    /// When it cannot be read, or has no file or two files of a kind.
    pub fn zip(archive: &Path) -> Result<Self, ImportError> {
        let name = archive.display().to_string();
        let entries = Content::of_archive(archive).map_err(|source| ImportError::Unreadable {
            file: name.clone(),
            source,
        })?;
        let is_csv = |name: &str| Path::new(name).extension().is_some_and(|end| end == "csv");
        let tables = entries
            .into_iter()
            .filter(|(entry, _)| is_csv(entry))
            .map(|(entry, content)| Table::open(&format!("{name}/{entry}"), content, known))
            .collect::<Result<Vec<_>, _>>()?;
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

/// What `read` makes of the rows of a file, for tests.
#[cfg(test)]
pub(super) fn lines<T>(content: &str, mut read: impl FnMut(&Line<'_>) -> T) -> Vec<T> {
    let mut rows = Vec::new();
    let content = content.to_owned().leak().as_bytes();
    let table = Table::open("test.csv", Content::Packed(content), known);
    let done = table.and_then(|table| count(&table, |line| rows.push(read(line))));
    assert!(done.is_ok(), "{done:?}");
    rows
}

#[cfg(test)]
pub(super) mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use std::fs::File;
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    pub(in super::super) const ORGANISATIONS: &[u8] =
        b"pic,cordis_rcn,vat_number,legal_name,short_name,sme,activity_type,street,\
        postal_code,city,country,nuts_code,geolocation,url\n";
    pub(in super::super) const PROJECTS: &[u8] =
        b"project_id,rcn,acronym,title,status,start_date,end_date,total_cost_eur,\
        ec_max_contribution_eur,legal_basis,topic,master_call,sub_call,funding_scheme,grant_doi\n";
    pub(in super::super) const PARTICIPATIONS: &[u8] =
        b"project_id,pic,order,role,ec_contribution_eur,net_ec_contribution_eur,\
        total_cost_eur,terminated,sme\n1,2,1,coordinator,,,,,\n";
    const ORGANIZATION: &[u8] = b"projectID;projectAcronym;organisationID;vatNumber;name;shortName;SME;activityType;\
        street;postCode;city;country;nutsCode;geolocation;organizationURL;contactForm;contentUpdateDate;rcn;order;role;\
        ecContribution;netEcContribution;totalCost;endOfParticipation;active\n\
        1;;2;;A;;;;;;;;;;;;;;1;coordinator;;;;;\n3;;2;;A;;;;;;;;;;;;;;1;coordinator;;;;;\n";
    const PROJECT: &[u8] =
        b"id;acronym;status;title;startDate;endDate;totalCost;ecMaxContribution;legalBasis;topics;\
        masterCall;subCall;fundingScheme;rcn;grantDoi\n1;A;;T;;;;;;;;;;;\n";
    const TOPICS: &[u8] =
        b"projectID;euroSciVocCode;euroSciVocPath\n1;/23;/natural sciences\n1;;/no such path\n";
    const LINKS: &[u8] = b"projectID;id;physUrl\n1;2;https://example.org\n";

    fn zip(name: &str, entries: &[(&str, &[u8])]) -> Result<Survey, ImportError> {
        let path = std::env::temp_dir().join(format!("{}-{name}.zip", std::process::id()));
        let mut zip = ZipWriter::new(File::create(&path).unwrap());
        for (name, content) in entries {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        }
        zip.finish().unwrap();
        let survey = CordisFiles::zip(&path).and_then(|files| files.survey());
        std::fs::remove_file(path).unwrap();
        survey
    }

    #[test]
    fn an_archive_is_told_apart_by_headings() {
        let survey = zip(
            "names",
            &[
                ("webLink.csv", LINKS),
                ("x/a.csv", TOPICS),
                ("b.csv", ORGANIZATION),
                ("c.csv", PROJECT),
                ("d.xml", b"<"),
            ],
        );
        let Survey {
            rows,
            repeated,
            latest,
            topics,
        } = survey.unwrap();
        assert_eq!(
            (rows, repeated),
            (1 + 1 + 2, 1),
            "two participations of one organisation"
        );
        assert_eq!(latest.unwrap().count(), 1);
        let topics = topics.unwrap();
        assert_eq!(topics["1"].len(), 2);
    }

    #[test]
    fn an_archive_may_hold_our_three_files() {
        let survey = zip(
            "ours",
            &[
                ("a.csv", ORGANISATIONS),
                ("b.csv", PROJECTS),
                ("c.csv", PARTICIPATIONS),
            ],
        );
        let Survey {
            rows,
            repeated,
            latest,
            topics,
        } = survey.unwrap();
        assert_eq!((rows, repeated), (1, 0));
        assert!(latest.is_none() && topics.is_none());
    }

    #[test]
    fn an_archive_needs_one_file_of_each_kind() {
        for (name, entries, words) in [
            (
                "none",
                &[("organization.csv", ORGANIZATION)][..],
                "has no file of projects; it needs one",
            ),
            (
                "two",
                &[
                    ("organization.csv", ORGANIZATION),
                    ("a.csv", PROJECT),
                    ("b.csv", PROJECT),
                ],
                "has two files of projects; it needs one",
            ),
        ] {
            let error = zip(name, entries).unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
            assert!(error.is_bad_input());
        }
    }
}
