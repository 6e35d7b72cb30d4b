//! CORDIS's projects, known by the numbers of their grant agreements.

use std::collections::HashMap;

use entities::project::{Entity, ProjectStatus};
use entities::value::{ConceptScheme, IdentifierScheme};

use super::super::rows::Rows;
use super::super::table::{Line, Table};
use super::super::{ImportError, Row};
use super::cell::{Reading, identifiers, said, said_if_there, unless_zero};
use super::columns::columns;
use crate::reference::concept;
use crate::registry::{NewClassification, Patch, ProjectPatch};

columns! {
    /// What is read of a project.
    Columns {
        project_id, rcn, acronym, title, status, start_date, end_date, total_cost_eur, ec_max_contribution_eur,
        legal_basis, topic, master_call, sub_call, funding_scheme, grant_doi,
    } may lack { ec_signature_date, keywords, euroscivoc_paths, objective, }
}

columns! {
    /// What is read of the file in which CORDIS's own download keeps the projects' topics.
    TopicColumns { project_id, euroscivoc_path, } may lack { }
}

const STATUSES: [(&str, ProjectStatus); 3] = [
    ("SIGNED", ProjectStatus::Signed),
    ("CLOSED", ProjectStatus::Closed),
    ("TERMINATED", ProjectStatus::Terminated),
];

/// The topics of projects, where they are in a file of their own.
pub(super) type Topics = HashMap<String, Vec<NewClassification>>;

/// Reads the topics of all projects.
pub(super) fn topics(table: &Table) -> Result<Topics, ImportError> {
    let mut topics = Topics::new();
    table.read(|line| {
        let TopicColumns {
            project_id,
            euroscivoc_path,
        } = TopicColumns::of(&line);
        let of_project = topics.entry(project_id.to_owned()).or_default();
        of_project.extend(topic(euroscivoc_path));
        std::ops::ControlFlow::Continue(())
    })?;
    Ok(topics)
}

/// Reads projects.
pub(super) fn rows(table: Table, topics: Option<Topics>) -> Rows<Row<Entity>> {
    Rows::of(table, move |line| Some(row(&line, topics.as_ref())))
}

fn row(line: &Line<'_>, topics: Option<&Topics>) -> Row<Entity> {
    let columns = Columns::of(line);
    let external_id = columns.project_id.to_owned();
    let mut reading = Reading::default();
    let patch = patch(&columns, topics, &mut reading);
    let said = if external_id.is_empty() {
        Err("the project has no number".to_owned())
    } else {
        Ok(patch)
    };
    Row {
        line: line.number,
        external_id,
        said,
        findings: reading.findings,
    }
}

fn patch(columns: &Columns<'_>, topics: Option<&Topics>, reading: &mut Reading) -> ProjectPatch {
    let Columns {
        project_id,
        rcn,
        acronym,
        title,
        status,
        start_date,
        end_date,
        total_cost_eur,
        ec_max_contribution_eur,
        legal_basis,
        topic: call_topic,
        master_call,
        sub_call,
        funding_scheme,
        grant_doi,
        ec_signature_date,
        keywords,
        euroscivoc_paths,
        objective,
    } = *columns;
    let topics = match (topics, euroscivoc_paths) {
        (Some(topics), _) => Patch::Set(topics.get(project_id).cloned().unwrap_or_default()),
        (None, Some(paths)) => Patch::Set(paths.split('|').filter_map(topic).collect()),
        (None, None) => Patch::Leave,
    };
    let cells = [
        (IdentifierScheme::GrantAgreement, project_id),
        (IdentifierScheme::Rcn, rcn),
        (IdentifierScheme::Doi, grant_doi),
    ];
    ProjectPatch {
        acronym: said(acronym),
        title: said(title),
        summary: said_if_there(objective),
        status: reading.code("status", status, &STATUSES),
        starts_on: reading.date("startsOn", start_date),
        ends_on: reading.date("endsOn", end_date),
        signed_on: ec_signature_date.map_or(Patch::Leave, |cell| reading.date("signedOn", cell)),
        programme: said(legal_basis),
        funding_scheme: said(funding_scheme),
        call: said(if sub_call.is_empty() {
            master_call
        } else {
            sub_call
        }),
        call_topic: said(call_topic),
        total_cost: unless_zero(reading.euros("totalCost", total_cost_eur)),
        eu_contribution: reading.euros("euContribution", ec_max_contribution_eur),
        keywords: said_if_there(keywords),
        topics,
        identifiers: identifiers(cells),
        ..ProjectPatch::default()
    }
}

/// A topic by its path of labels. One that is not in the vocabulary is kept in CORDIS's words; that it has no code is
/// then a finding.
fn topic(path: &str) -> Option<NewClassification> {
    let path = path.trim();
    let known = concept::euroscivoc_path(path);
    let code = known.map_or(path, |concept| concept.code).to_owned();
    let label = known.is_none().then(|| path.to_owned());
    let topic = NewClassification {
        scheme: ConceptScheme::EuroSciVoc,
        code: Some(code),
        label,
    };
    (!path.is_empty()).then_some(topic)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may fail")]

    use serde_json::{Value, json};

    use super::super::files::lines;
    use super::*;

    const OURS: &str = "project_id,rcn,acronym,title,status,start_date,end_date,duration_months,total_cost_eur,\
                        ec_max_contribution_eur,ec_signature_date,legal_basis,topic,master_call,sub_call,\
                        funding_scheme,grant_doi,keywords,euroscivoc_paths\n";

    fn first(content: &str, topics: Option<&Topics>) -> (Value, usize) {
        let rows = lines(content, |line| row(line, topics));
        let row = rows.into_iter().next().unwrap();
        (
            serde_json::to_value(row.said.unwrap()).unwrap(),
            row.findings.len(),
        )
    }

    #[test]
    fn a_row_becomes_a_project() {
        let (said, findings) = first(
            &format!(
                "{OURS}101039048,237999,GanESS,Gaseous detectors,SIGNED,2022-02-01,2028-01-31,72,1496205.5,1496205,\
                 2022-01-25,HORIZON.1.1,ERC-2021-STG,ERC-2021-MASTER,ERC-2021-SUB,HORIZON-ERC,10.3030/101039048,\
                 \"neutrino, gas\",/medical and health sciences/health sciences|/no such/path\n"
            ),
            None,
        );
        let expected = json!({
            "acronym": "GanESS",
            "title": "Gaseous detectors",
            "status": "SIGNED",
            "startsOn": "2022-02-01",
            "endsOn": "2028-01-31",
            "signedOn": "2022-01-25",
            "programme": "HORIZON.1.1",
            "fundingScheme": "HORIZON-ERC",
            "call": "ERC-2021-SUB",
            "callTopic": "ERC-2021-STG",
            "totalCost": {"amount": "1496205.5", "currency": "EUR"},
            "euContribution": {"amount": "1496205", "currency": "EUR"},
            "keywords": "neutrino, gas",
            "topics": [
                {"scheme": "EUROSCIVOC", "code": "/21/33"},
                {"scheme": "EUROSCIVOC", "code": "/no such/path", "label": "/no such/path"},
            ],
            "identifiers": [
                {"scheme": "GRANT_AGREEMENT", "value": "101039048"},
                {"scheme": "RCN", "value": "237999"},
                {"scheme": "DOI", "value": "10.3030/101039048"},
            ],
        });
        assert_eq!((said, findings), (expected, 0));
    }

    #[test]
    fn a_blank_or_unreadable_cell_empties_its_field_and_a_total_cost_of_zero_is_unknown() {
        let (said, findings) = first(
            &format!("{OURS}1,2,,T,OPEN,2022-13-01,,,0,x,,,,MASTER,,,,,\n"),
            None,
        );
        for field in [
            "acronym",
            "status",
            "startsOn",
            "endsOn",
            "signedOn",
            "totalCost",
            "euContribution",
            "keywords",
        ] {
            assert_eq!(said.get(field), Some(&Value::Null), "{field}");
        }
        assert_eq!(said["topics"], json!([]));
        assert_eq!(said["call"], "MASTER");
        assert_eq!(said.get("summary"), None, "the file has no such column");
        assert_eq!(findings, 3);
    }

    #[test]
    fn cordis_s_own_download_has_the_topics_in_a_file_of_their_own() {
        let table = lines(
            "projectID;euroSciVocPath\n1;/medical and health sciences/health sciences\n",
            |line| topic(TopicColumns::of(line).euroscivoc_path).unwrap(),
        );
        let topics = Topics::from([("1".to_owned(), table)]);
        let (said, findings) = first(
            "id;acronym;status;title;startDate;endDate;totalCost;ecMaxContribution;legalBasis;topics;frameworkProgramme;\
             masterCall;subCall;fundingScheme;objective;rcn;grantDoi\n\
             1;A;CLOSED;T;2021-01-01;2022-01-01;214236,79;214236.79;HORIZON.1;X;HORIZON;M;S;F;\"To; find\";9;\n",
            Some(&topics),
        );
        assert_eq!(
            said["topics"],
            json!([{"scheme": "EUROSCIVOC", "code": "/21/33"}])
        );
        assert_eq!(said["totalCost"], said["euContribution"]);
        assert_eq!(said["summary"], "To; find");
        assert_eq!(said["status"], "CLOSED");
        assert_eq!(said.get("signedOn"), None, "the file has no such column");
        assert_eq!(findings, 0);
    }
}
