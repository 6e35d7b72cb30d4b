//! From a row to the record as it will be: what is refused, what is merged, and what is put where.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use entities::record::{Envelope, Finding, RecordRow, Visibility};
use entities::{source, source_record};
use uuid::Uuid;

use super::entry::{Claim, Entry};
use super::{Outcome, Target, Writer, Written, by_hand, by_source, made, withdraw};
use crate::feed;
use crate::registry::audience::Audience;
use crate::registry::check::{Check, Mode, refuse_zeros};
use crate::registry::claim::{self, fields_of, widest_of_others};
use crate::registry::error::InputErrorCode::{InvalidState, NotFound, VersionMismatch};
use crate::registry::matching::Found;
use crate::registry::reference::Resolved;
use crate::registry::steward::Foreign;
use crate::registry::tenancy::Tenancy;
use crate::registry::{Registry, Shared, UserError};
use crate::store::SourceClaim;

/// What the rows of a set are looked at with.
pub(super) struct Setting<'a, E: Shared> {
    pub writer: Writer<'a>,
    pub mode: Mode,
    pub at: DateTime<Utc>,
    pub today: NaiveDate,
    pub source: Option<&'a source::Model>,
    pub resolved: &'a Resolved,
    pub foreign: Foreign,
    pub audience: Audience,
    pub tenancy: Tenancy,
    pub stored: HashMap<Uuid, E::Model>,
    pub claims: HashMap<Uuid, Vec<SourceClaim>>,
    /// The records that have become part of others.
    pub merged: HashSet<Uuid>,
}

/// A row that was looked at.
pub(in crate::registry) struct Draft<E: Shared> {
    pub n: usize,
    pub before: Option<E::Model>,
    pub after: E::Model,
    /// What the source claims from now on.
    pub claim: Option<source_record::Model>,
    /// The claims of clusters that begin or end.
    pub parties: Vec<feed::Claim>,
    /// What became of it.
    pub outcome: Outcome,
    pub found: Found,
    pub client_mutation_id: Option<String>,
    /// The record that it becomes part of.
    pub replaced_by: Option<Uuid>,
    /// Whether it is a change even where the row stays as it was.
    pub is_change: bool,
}

impl<E: Shared> Draft<E> {
    /// A row that becomes another one, and no more.
    pub(in crate::registry) fn new(
        n: usize,
        before: Option<E::Model>,
        after: E::Model,
        outcome: Outcome,
    ) -> Self {
        Self {
            n,
            before,
            after,
            claim: None,
            parties: Vec::new(),
            outcome,
            found: Found::default(),
            client_mutation_id: None,
            replaced_by: None,
            is_change: false,
        }
    }
}

impl<E: Shared> Setting<'_, E> {
    /// The claims on a record.
    pub(super) fn claims_on(&self, record: &E::Model) -> &[SourceClaim] {
        let claims = self.claims.get(&record.envelope().id);
        claims.map_or(&[], Vec::as_slice)
    }
}

impl Registry {
    /// Patches and checks a row; one that is not written is done.
    pub(super) fn draft<E: Shared>(
        &self,
        setting: &Setting<'_, E>,
        mut entry: Entry<E>,
        found: Found,
    ) -> Result<Draft<E>, Box<Written<E>>> {
        let mut check = Check::new(setting.mode, setting.today);
        let mut says_more = false;
        for reference in E::references(&mut entry.row.patch) {
            says_more = true;
            setting.resolved.resolve(&mut check, reference);
        }
        let record = entry.record(found.linked());
        refuse_merged(setting, &entry, record)?;
        let before = record.and_then(|id| setting.stored.get(&id));
        let before = before.filter(|row| !setting.foreign.hides(*row)).cloned();
        if entry.row.terms.withdraw {
            return withdraw::draft(setting, &entry, before);
        }
        if let (None, Some(cluster)) = (&before, setting.source.and_then(|it| it.cluster_id)) {
            E::complete(&mut entry.row.patch, cluster);
            says_more = true;
        }
        if !entry.row.terms.lapses && entry.claim.as_ref().is_some_and(Claim::has_lapsed) {
            E::resume(&mut entry.row.patch);
            says_more = true;
        }
        refuse_target(&mut check, &entry, before.as_ref());
        if entry.claim.is_none() {
            setting.foreign.refuse(&mut check, before.as_ref());
        }
        refuse_zeros(&mut check, &entry.said);
        refuse_archived(&mut check, setting, &entry, before.as_ref());
        refuse(&mut check)?;
        refuse_version(&entry, before.as_ref())?;
        // What is kept of references are the ids that they lead to.
        let mut said = if says_more {
            fields_of::<E>(&entry.row.patch)
        } else {
            std::mem::take(&mut entry.said)
        };
        if let (Some(before), Some(base)) = (&before, &entry.row.terms.base) {
            let conflicts = claim::merge::<E>(before, base, &entry.row.patch, &mut said, &check);
            if !conflicts.is_empty() {
                let id = Some(before.envelope().id);
                return Err(Box::new(Written {
                    conflicts,
                    ..Written::new(Outcome::Conflict, id)
                }));
            }
        }
        let draft = match (before, entry.claim.take().zip(setting.source)) {
            (None, claim) => {
                let id = self.clock.new_id();
                made::draft(setting, &mut check, (entry, said), claim, (id, found))
            }
            (Some(before), None) => by_hand::draft(setting, &mut check, (entry, said), before),
            (Some(before), Some(claim)) => {
                by_source::draft(setting, &mut check, (entry, said), claim, (before, found))
            }
        };
        if let Some(before) = &draft.before {
            let actor = setting.writer.actor;
            let rows = (before, &draft.after);
            setting.tenancy.refuse::<E>(&mut check, actor, rows);
        }
        refuse(&mut check)?;
        Ok(draft)
    }
}

/// Ends the work on a row in which something is wrong.
pub(super) fn refuse<E: Shared>(check: &mut Check) -> Result<(), Box<Written<E>>> {
    if check.errors.is_empty() {
        return Ok(());
    }
    let errors = std::mem::take(&mut check.errors);
    Err(Box::new(Written::refused(Outcome::Rejected, errors)))
}

/// Refuses a row whose record is not there, or not in the version that the writer saw.
fn refuse_target<E: Shared>(check: &mut Check, entry: &Entry<E>, before: Option<&E::Model>) {
    let Target::Record { if_version, .. } = entry.row.target else {
        return;
    };
    // Archived records are found by those who restore them alone.
    let there = before
        .map(RecordRow::envelope)
        .filter(|envelope| envelope.archived_at.is_none() || entry.row.archive == Some(false));
    let Some(envelope) = there else {
        let kind = E::TYPE.prefix().replace('_', " ");
        return check.error(NotFound, "id", format!("there is no {kind} with that id"));
    };
    if let Some(seen) = if_version.filter(|seen| *seen != envelope.version) {
        check.errors.push(other_version(envelope.version, seen));
    }
}

/// Refuses what a cluster's source says of a record that people have archived.
fn refuse_archived<E: Shared>(
    check: &mut Check,
    setting: &Setting<'_, E>,
    entry: &Entry<E>,
    before: Option<&E::Model>,
) {
    let is_pushed = setting.source.is_some_and(|it| it.cluster_id.is_some());
    let Some(before) = before.filter(|_| is_pushed && entry.claim.is_some()) else {
        return;
    };
    // With the last claim a record goes at the same moment.
    let archived_at = before.envelope().archived_at;
    let mut claims = setting.claims_on(before).iter();
    let went_with_it = claims.any(|claim| claim.row.withdrawn_at == archived_at);
    if archived_at.is_some() && !went_with_it {
        let message = "people have archived the record: nothing is taken of it until its steward \
                       restores it; leave it out, or withdraw what you say of it";
        check.error(InvalidState, "", message);
    }
}

/// Ends the work on what a source says of a record that has become part of another one while it
/// waited for it.
fn refuse_merged<E: Shared>(
    setting: &Setting<'_, E>,
    entry: &Entry<E>,
    record: Option<Uuid>,
) -> Result<(), Box<Written<E>>> {
    let merged = record.filter(|id| entry.claim.is_some() && setting.merged.contains(id));
    if merged.is_none() {
        return Ok(());
    }
    let error = UserError {
        code: InvalidState,
        path: String::new(),
        message: "the record became part of another one meanwhile: push the row again".to_owned(),
    };
    let refused = Written::refused(Outcome::Conflict, vec![error]);
    Err(Box::new(Written {
        id: merged,
        ..refused
    }))
}

/// Shows a record as widely as its steward says, but not more narrowly than what others say of it.
pub(super) fn show_as(
    check: &mut Check,
    envelope: &mut Envelope,
    said: Visibility,
    claims: &[SourceClaim],
) {
    let widest = widest_of_others(claims, envelope.steward_id);
    if said < envelope.visibility && widest > Some(said) {
        let message = "the record cannot be narrower than what other sources say of it";
        check.error(InvalidState, "visibility", message);
    }
    envelope.visibility = said;
}

/// Refuses a row whose source saw another version of the record.
fn refuse_version<E: Shared>(
    entry: &Entry<E>,
    before: Option<&E::Model>,
) -> Result<(), Box<Written<E>>> {
    let Some(seen) = entry.row.terms.if_version else {
        return Ok(());
    };
    let envelope = before.map(RecordRow::envelope);
    let version = envelope.as_ref().map_or(0, |envelope| envelope.version);
    if seen == version {
        return Ok(());
    }
    let refused = Written::refused(Outcome::Conflict, vec![other_version(version, seen)]);
    Err(Box::new(Written {
        id: envelope.map(|envelope| envelope.id),
        ..refused
    }))
}

fn other_version(version: i32, seen: i32) -> UserError {
    let message = match (version, seen) {
        (0, _) => format!("there is no such record yet, and so no version {seen}"),
        (_, 0) => format!("the record is there, at version {version}"),
        _ => {
            format!("the record is at version {version}, not {seen}: read it again and decide anew")
        }
    };
    UserError {
        code: VersionMismatch,
        path: "ifVersion".to_owned(),
        message,
    }
}

/// Puts together what is wrong with a row: what was found in it now, and what stays of before.
pub(super) fn finish<E: Shared>(after: &mut E::Model, check: &mut Check, kept: Vec<Finding>) {
    E::check(after, check);
    let mut findings = kept;
    findings.append(&mut check.findings);
    findings.dedup();
    after.set_findings(findings);
}
