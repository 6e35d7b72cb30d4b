//! Writing the rows of one type that can be written together, through the one write path.

use entities::record::{RecordRow, RecordType};
use entities::{membership, organisation, participation, partnership_member, project};
use uuid::Uuid;

use super::Pushing;
use super::answer::PushResult;
use super::row::{PushRow, Says, Statement, with_identifier};
use crate::registry::write::{Right, Writer};
use crate::registry::{
    Batch, Mode, Outcome, Reference, Result, RowWrite, Shared, Steward, Target, Terms, Written,
};

/// A row that is about something.
#[derive(Debug)]
pub(super) struct Line {
    /// Its number in the push.
    pub index: usize,
    /// The source's own id of the record; none where it could not be read.
    pub external_id: Option<String>,
    /// The record that is there and of which the source does not speak yet.
    pub about: Option<Uuid>,
    /// What it says.
    pub says: Says,
    row: Rest,
}

/// What is the same for rows of all types.
#[derive(Debug)]
struct Rest {
    visibility: Option<entities::record::Visibility>,
    partnerships: Option<Vec<entities::id::PartnershipId>>,
    if_version: Option<i32>,
    updated_at: Option<chrono::DateTime<chrono::Utc>>,
    client_mutation_id: Option<String>,
}

impl Line {
    pub(super) fn new(
        index: usize,
        row: PushRow,
        external_id: String,
        about: Option<Uuid>,
    ) -> Self {
        let mut line = Self::without_id(index, row, Some(external_id));
        line.about = about;
        line
    }

    pub(super) fn without_id(index: usize, row: PushRow, external_id: Option<String>) -> Self {
        let PushRow {
            about,
            mut says,
            visibility,
            partnerships,
            if_version,
            source_updated_at: updated_at,
            client_mutation_id,
        } = row;
        if let Reference::Identifier(scheme, value) = &about {
            match &mut says {
                Says::Organisation(said) => {
                    with_identifier(&mut said.data.identifiers, *scheme, value);
                }
                Says::Project(said) => with_identifier(&mut said.data.identifiers, *scheme, value),
                _ => {}
            }
        }
        Self {
            index,
            external_id,
            about: None,
            says,
            row: Rest {
                visibility,
                partnerships,
                if_version,
                updated_at,
                client_mutation_id,
            },
        }
    }
}

impl Pushing<'_> {
    /// Writes rows of one type.
    pub(super) async fn write_lines(&mut self, lines: Vec<Line>) -> Result<()> {
        let Some(kind) = lines.first().map(|line| line.says.record_type()) else {
            return Ok(());
        };
        match kind {
            RecordType::Organisation => {
                let says = |says| match says {
                    Says::Organisation(said) => Some(said),
                    _ => None,
                };
                self.write_set::<organisation::Entity>(lines, says).await
            }
            RecordType::Membership => {
                let says = |says| match says {
                    Says::Membership(said) => Some(said),
                    _ => None,
                };
                self.write_set::<membership::Entity>(lines, says).await
            }
            RecordType::PartnershipMember => {
                let says = |says| match says {
                    Says::PartnershipMember(said) => Some(said),
                    _ => None,
                };
                self.write_set::<partnership_member::Entity>(lines, says)
                    .await
            }
            RecordType::Project => {
                let says = |says| match says {
                    Says::Project(said) => Some(said),
                    _ => None,
                };
                self.write_set::<project::Entity>(lines, says).await
            }
            RecordType::Participation => {
                let says = |says| match says {
                    Says::Participation(said) => Some(said),
                    _ => None,
                };
                self.write_set::<participation::Entity>(lines, says).await
            }
            // No source can bring these: there is nothing that a row could withdraw.
            RecordType::Cluster | RecordType::Partnership => {
                for line in lines {
                    let result =
                        PushResult::new(line.index, Outcome::NotFound, line.external_id.clone());
                    self.done(line.index, result);
                }
                Ok(())
            }
        }
    }

    async fn write_set<E: Shared>(
        &mut self,
        lines: Vec<Line>,
        said: impl Fn(Says) -> Option<Box<Statement<E::Patch>>>,
    ) -> Result<()> {
        let mut names = Vec::with_capacity(lines.len());
        let mut rows = Vec::with_capacity(lines.len());
        for line in lines {
            let external_id = line.external_id.unwrap_or_default();
            names.push((line.index, external_id.clone()));
            let statement = said(line.says);
            let withdraw = statement.is_none();
            let (patch, base) =
                statement.map_or_else(Default::default, |said| (said.data, said.base));
            rows.push(RowWrite::<E> {
                target: Target::External(external_id),
                patch,
                visibility: line.row.visibility,
                partnerships: line.row.partnerships,
                archive: None,
                steward: Steward::default(),
                terms: Terms {
                    about: line.about,
                    base,
                    if_version: line.row.if_version,
                    updated_at: line.row.updated_at,
                    client_mutation_id: line.row.client_mutation_id,
                    withdraw,
                    lapses: self.lapses,
                },
            });
        }
        let batch = Batch {
            rows,
            source: Some(self.source.clone()),
            mode: Mode::Strict,
            origin: self.origin.origin.clone(),
        };
        let writer = Writer {
            actor: self.actor,
            right: Right::Steward,
            refused: &self.refused,
        };
        let (written, changes) = self
            .registry
            .write_in(self.tx, writer, batch, self.origin)
            .await?;
        self.changes.extend(changes);
        for ((index, external_id), written) in names.into_iter().zip(written) {
            if written.id.is_none() {
                let key = (E::TYPE, external_id.clone());
                self.refused.insert(key, index);
            }
            self.done(index, result(index, external_id, written));
        }
        Ok(())
    }
}

fn result<E: Shared>(index: usize, external_id: String, written: Written<E>) -> PushResult {
    let Written {
        outcome,
        id,
        record,
        errors,
        conflicts,
        matched_by,
        candidates,
    } = written;
    PushResult {
        record: id.map(|id| (E::TYPE, id)),
        version: record.map(|row| row.envelope().version),
        errors,
        conflicts,
        matched_by,
        candidates,
        ..PushResult::new(index, outcome, Some(external_id))
    }
}
