//! CORDIS's projects, known by the numbers of their grant agreements.

use std::collections::HashMap;

use entities::project::{Entity, ProjectStatus};
use entities::value::{ConceptScheme, IdentifierScheme};

use super::super::table::{Line, Rows, Table};
use super::super::{ImportError, Row};
use super::cell::{Reading, identifiers, said, said_if_there, unless_zero};
use super::columns;
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
    table.batches(move |line| Some(row(&line, topics.as_ref())))
}

fn row(line: &Line<'_>, topics: Option<&Topics>) -> Row<Entity> {
    let columns = Columns::of(line);
    let external_id = columns.project_id.to_owned();
    let mut reading = Reading::default();
    let patch = patch(columns, topics, &mut reading);
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

fn patch(columns: Columns<'_>, topics: Option<&Topics>, reading: &mut Reading) -> ProjectPatch {
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
    } = columns;
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
