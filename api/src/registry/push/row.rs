//! The rows of a push, and what each is about: from the references of a CRM to the ids by which the
//! source's claims are known.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::id::PartnershipId;
use entities::record::{RecordType, Visibility};
use entities::value::IdentifierScheme;
use entities::{organisation, project};
use serde::Serialize;
use uuid::Uuid;

use super::Pushing;
use super::answer::PushResult;
use super::set::Line;
use crate::auth::type_id;
use crate::registry::error::InputErrorCode::{Invalid, NotFound, Required, TooLong};
use crate::registry::identifier::identify;
use crate::registry::{
    MembershipPatch, NewIdentifier, OrganisationPatch, Outcome, ParticipationPatch,
    PartnershipMemberPatch, Patch, ProjectPatch, Reference, Result, UserError,
};
use crate::store::{self, IdentifierPair};

/// Characters of an external id, and of what else a row has beside its data.
const MAX_TEXT: usize = 200;

/// A row of a push.
#[derive(Clone, Debug, Serialize)]
pub struct PushRow {
    /// Which record it is about.
    pub about: Reference,
    /// What it says of it.
    pub says: Says,
    /// Who may see it; none: as before, and for a new one as its source says.
    pub visibility: Option<Visibility>,
    /// The partnerships it is meant for; none said: as before.
    pub partnerships: Option<Vec<PartnershipId>>,
    /// The version that the CRM saw, 0 where there must be none.
    pub if_version: Option<i32>,
    /// When the CRM last changed it.
    pub source_updated_at: Option<DateTime<Utc>>,
    /// The CRM's own name for the row.
    pub client_mutation_id: Option<String>,
}

/// What is said of a record, and what the CRM saw of it last.
#[derive(Clone, Debug, Serialize)]
pub struct Statement<P> {
    /// What is said.
    pub data: P,
    /// What the CRM saw last; none: it does not say.
    pub base: Option<P>,
}

/// What a row says.
#[derive(Clone, Debug, Serialize)]
pub enum Says {
    /// Of an organisation.
    Organisation(Box<Statement<OrganisationPatch>>),
    /// Of a membership.
    Membership(Box<Statement<MembershipPatch>>),
    /// Of a place in a partnership.
    PartnershipMember(Box<Statement<PartnershipMemberPatch>>),
    /// Of a project.
    Project(Box<Statement<ProjectPatch>>),
    /// Of a participation.
    Participation(Box<Statement<ParticipationPatch>>),
    /// Nothing any more, of a record of this type.
    Withdraw(RecordType),
}

impl Says {
    /// The type of the record.
    #[must_use]
    pub fn record_type(&self) -> RecordType {
        match self {
            Self::Organisation(_) => RecordType::Organisation,
            Self::Membership(_) => RecordType::Membership,
            Self::PartnershipMember(_) => RecordType::PartnershipMember,
            Self::Project(_) => RecordType::Project,
            Self::Participation(_) => RecordType::Participation,
            Self::Withdraw(kind) => *kind,
        }
    }
}

/// What ids and identifiers of rows lead to.
#[derive(Default)]
struct Led {
    /// The records that the pusher may see.
    seen: HashSet<Uuid>,
    /// Where ids lead of records that have become part of others.
    ends: HashMap<Uuid, Uuid>,
    /// What the source calls records of which it speaks.
    called: HashMap<Uuid, String>,
    /// Who holds an identifier, of those that the pusher may see.
    held: HashMap<(RecordType, IdentifierPair), Vec<Uuid>>,
}

impl Pushing<'_> {
    /// The rows with the ids of their claims; those that are about nothing are done.
    pub(super) async fn lines(&mut self, rows: Vec<PushRow>) -> Result<Vec<Line>> {
        let led = self.led(&rows).await?;
        let mut lines = Vec::with_capacity(rows.len());
        for (index, mut row) in rows.into_iter().enumerate() {
            if let Reference::Id(id) = &mut row.about
                && let Some(end) = led.ends.get(id)
            {
                self.redirected.insert(index, *id);
                *id = *end;
            }
            let kind = row.says.record_type();
            let told = match &row.about {
                Reference::External(id) => Some(id.clone()),
                Reference::Id(_) | Reference::Identifier(..) => None,
            };
            if !matches!(row.says, Says::Withdraw(_)) {
                let ids = led.ids(&row.about, kind).into_iter();
                self.had.extend(ids.map(|id| (kind, id)));
            }
            let named = row.client_mutation_id.as_deref().map_or(Ok(()), |name| {
                fits(name, "clientMutationId", "a name for a row")
            });
            match named.and_then(|()| about(&row, kind, &led)) {
                Ok((external_id, about)) => lines.push(Line::new(index, row, external_id, about)),
                Err((outcome, error)) => {
                    let line = Line::without_id(index, row, told.clone());
                    let result = PushResult::refused(index, outcome, told, vec![error]);
                    self.refuse(&line, result);
                }
            }
        }
        Ok(lines)
    }

    /// Looks up the ids and identifiers of all rows.
    async fn led(&self, rows: &[PushRow]) -> Result<Led> {
        let mut ids: BTreeMap<RecordType, Vec<Uuid>> = BTreeMap::new();
        let mut identifiers: BTreeMap<RecordType, Vec<IdentifierPair>> = BTreeMap::new();
        for row in rows {
            let kind = row.says.record_type();
            match &row.about {
                Reference::Id(id) => ids.entry(kind).or_default().push(*id),
                Reference::Identifier(scheme, value) => {
                    let pair = (*scheme, identify(*scheme, value, None).value);
                    identifiers.entry(kind).or_default().push(pair);
                }
                Reference::External(_) => {}
            }
        }
        let (tx, scope) = (self.tx, self.actor.scope());
        let mut led = Led::default();
        for (kind, pairs) in identifiers {
            let holders = match kind {
                RecordType::Organisation => {
                    store::holders::<organisation::Entity>(tx, scope, &pairs).await?
                }
                RecordType::Project => store::holders::<project::Entity>(tx, scope, &pairs).await?,
                _ => continue,
            };
            for (pair, id) in holders {
                ids.entry(kind).or_default().push(id);
                led.held.entry((kind, pair)).or_default().push(id);
            }
        }
        let mut named = HashSet::new();
        for (kind, ids) in ids {
            named.extend(ids.iter().copied());
            let there = store::existing(tx, scope, kind, ids.clone()).await?;
            led.seen.extend(there);
            let missing = ids.into_iter().filter(|id| !led.seen.contains(id));
            let ends = store::followed(tx, scope, kind, missing.collect()).await?;
            led.seen.extend(ends.values());
            led.ends.extend(ends);
        }
        named.extend(led.seen.iter().copied());
        let claims = store::claims_on(tx, named.into_iter().collect()).await?;
        for (record, claims) in claims {
            let own = claims
                .into_iter()
                .filter(|claim| claim.is_live() && claim.row.source_id == self.source_id());
            // Of several names the one that it had first.
            let first = own.map(|claim| (claim.row.claimed_at, claim.row.external_id));
            led.called.extend(first.min().map(|(_, id)| (record, id)));
        }
        Ok(led)
    }
}

impl Led {
    /// What the source calls a record, or will.
    fn id_of(&self, kind: RecordType, record: Uuid) -> String {
        let called = self.called.get(&record).cloned();
        called.unwrap_or_else(|| type_id::write(kind.prefix(), record))
    }

    /// All that the source may call what is named so.
    fn ids(&self, about: &Reference, kind: RecordType) -> Vec<String> {
        match about {
            Reference::External(id) => external_id(id).into_iter().collect(),
            Reference::Id(id) => vec![self.id_of(kind, *id)],
            Reference::Identifier(scheme, value) => {
                let pair = (*scheme, identify(*scheme, value, None).value);
                let held = self.held.get(&(kind, pair.clone())).into_iter().flatten();
                let held = held.map(|record| self.id_of(kind, *record));
                held.chain(fits(&pair.1, "", "").map(|()| id_by(&pair)))
                    .collect()
            }
        }
    }
}

/// Why a row is about nothing.
type Nothing = (Outcome, UserError);

/// The id of the claim that a row makes, and the record where that is a new claim on one that is there.
fn about(row: &PushRow, kind: RecordType, led: &Led) -> Result<(String, Option<Uuid>), Nothing> {
    match &row.about {
        Reference::External(id) => external_id(id).map(|id| (id, None)),
        Reference::Id(id) if led.seen.contains(id) => Ok((led.id_of(kind, *id), Some(*id))),
        Reference::Id(_) => {
            let message = format!("there is no {} with that id", words(kind));
            Err((Outcome::NotFound, error(NotFound, "ref.id", message)))
        }
        Reference::Identifier(scheme, value) => {
            if !matches!(kind, RecordType::Organisation | RecordType::Project) {
                let message = format!("a {} has no identifiers: name it otherwise", words(kind));
                return Err((Outcome::Rejected, error(Invalid, "ref.identifier", message)));
            }
            fits(value, "ref.identifier", "an identifier")?;
            let pair = (*scheme, identify(*scheme, value, None).value);
            let held = led.held.get(&(kind, pair.clone()));
            let held = held.map(Vec::as_slice).unwrap_or_default();
            let own = held.iter().copied();
            let own: Vec<Uuid> = own.filter(|id| led.called.contains_key(id)).collect();
            match (held, &own[..]) {
                ([id], _) | (_, [id]) => Ok((led.id_of(kind, *id), Some(*id))),
                ([], _) => Ok((id_by(&pair), None)),
                _ => {
                    let message = "several records hold that identifier: name one by its id";
                    Err((Outcome::Rejected, error(Invalid, "ref.identifier", message)))
                }
            }
        }
    }
}

/// What a source calls a record that it knows by an identifier alone.
fn id_by((scheme, value): &IdentifierPair) -> String {
    format!("{}:{value}", name_of(*scheme))
}

fn external_id(id: &str) -> Result<String, Nothing> {
    if id.trim().is_empty() {
        let error = error(Required, "ref.externalId", "an external id is not empty");
        return Err((Outcome::Rejected, error));
    }
    fits(id, "ref.externalId", "an external id").map(|()| id.to_owned())
}

/// Lets a text pass that both databases can keep.
fn fits(text: &str, path: &str, what: &str) -> Result<(), Nothing> {
    let length = text.chars().count();
    let (code, message) = if length > MAX_TEXT {
        let message = format!("{what} of {length} characters; {MAX_TEXT} at most");
        (TooLong, message)
    } else if text.contains('\0') {
        let message = "a text must not hold the character U+0000";
        (Invalid, message.to_owned())
    } else {
        return Ok(());
    };
    Err((Outcome::Rejected, error(code, path, message)))
}

/// Adds to a new organisation the identifier by which its row names it.
pub(super) fn with_identifier(
    patch: &mut Patch<Vec<NewIdentifier>>,
    scheme: IdentifierScheme,
    value: &str,
) {
    if patch.is_leave() {
        *patch = Patch::Set(vec![NewIdentifier {
            scheme,
            value: value.to_owned(),
            country: None,
        }]);
    }
}

fn name_of(scheme: IdentifierScheme) -> String {
    serde_json::to_value(scheme)
        .ok()
        .and_then(|name| name.as_str().map(str::to_owned))
        .unwrap_or_default()
}

fn error(
    code: crate::registry::InputErrorCode,
    path: &str,
    message: impl Into<String>,
) -> UserError {
    UserError {
        code,
        path: path.to_owned(),
        message: message.into(),
    }
}

fn words(kind: RecordType) -> String {
    kind.prefix().replace('_', " ")
}
