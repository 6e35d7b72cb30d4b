//! References from one record to another: by id, by identifier, or by a source's own id.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use entities::id::SourceId;
use entities::organisation;
use entities::project;
use entities::record::RecordType;
use entities::value::IdentifierScheme;
use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::check::Check;
use super::error::InputErrorCode::{Invalid, NotFound, ReferenceRejected};
use super::patch::Patch;
use super::{Result, identifier};
use crate::auth::Scope;
use crate::store;

/// How a write names another record.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Reference {
    /// By the registry's id.
    Id(Uuid),
    /// By an identifier that one record alone holds.
    Identifier(IdentifierScheme, String),
    /// By the id that the write's source has for it.
    External(String),
}

impl Reference {
    /// The id, once the reference is resolved.
    #[must_use]
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Id(id) => Some(*id),
            Self::Identifier(..) | Self::External(_) => None,
        }
    }
}

/// A reference of a write: the field's path, the type it must have, the reference itself.
pub(super) type Named<'a> = (Cow<'static, str>, RecordType, &'a mut Reference);

/// What references of many rows lead to.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    found: HashMap<(RecordType, Reference), Vec<Uuid>>,
    /// The rows that were to bring what is named, and were refused.
    refused: HashMap<(RecordType, String), usize>,
}

impl Resolved {
    /// Looks all references up, in one statement for each type and kind.
    ///
    /// # Errors
    /// When the database does.
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        scope: &Scope,
        source: Option<SourceId>,
        references: HashSet<(RecordType, Reference)>,
    ) -> Result<Self> {
        let mut ids: HashMap<RecordType, Vec<Uuid>> = HashMap::new();
        let mut external: HashMap<RecordType, Vec<String>> = HashMap::new();
        let mut identifiers: HashMap<RecordType, Vec<store::IdentifierPair>> = HashMap::new();
        let mut found: HashMap<(RecordType, Reference), Vec<Uuid>> = HashMap::new();
        for (kind, reference) in references {
            match reference {
                Reference::Id(id) => ids.entry(kind).or_default().push(id),
                Reference::External(id) => external.entry(kind).or_default().push(id),
                Reference::Identifier(scheme, value) => {
                    identifiers.entry(kind).or_default().push((scheme, value));
                }
            }
        }
        for (kind, ids) in ids {
            let there = store::existing(db, scope, kind, ids.clone()).await?;
            let missing = ids.into_iter().filter(|id| !there.contains(id));
            for (id, end) in store::followed(db, scope, kind, missing.collect()).await? {
                found.insert((kind, Reference::Id(id)), vec![end]);
            }
            for id in there {
                found.insert((kind, Reference::Id(id)), vec![id]);
            }
        }
        if let Some(source) = source {
            for (kind, ids) in external {
                let claimed = store::claimed(db, source, kind, ids).await?;
                let records = claimed.iter().map(|(_, record)| *record).collect();
                let there = store::existing(db, scope, kind, records).await?;
                let there: HashSet<_> = there.into_iter().collect();
                for (id, record) in claimed {
                    if there.contains(&record) {
                        found.insert((kind, Reference::External(id)), vec![record]);
                    }
                }
            }
        }
        for (kind, pairs) in identifiers {
            let canonical: Vec<_> = pairs.iter().map(canonical).collect();
            let holders = match kind {
                RecordType::Project => {
                    store::holders::<project::Entity>(db, scope, &canonical).await?
                }
                _ => store::holders::<organisation::Entity>(db, scope, &canonical).await?,
            };
            for (scheme, value) in pairs {
                let pair = canonical_of(scheme, &value);
                let ids = holders
                    .iter()
                    .filter(|(held, _)| *held == pair)
                    .map(|(_, id)| *id);
                found.insert((kind, Reference::Identifier(scheme, value)), ids.collect());
            }
        }
        Ok(Self {
            found,
            refused: HashMap::new(),
        })
    }

    /// Puts the id in the place of the reference, or says why there is none.
    pub(super) fn resolve(&self, check: &mut Check, (path, kind, reference): Named<'_>) {
        let found = self.found.get(&(kind, reference.clone()));
        match found.map(Vec::as_slice) {
            Some([id]) => *reference = Reference::Id(*id),
            Some([_, _, ..]) => check.error(
                Invalid,
                &path,
                format!("several records hold that identifier: name `{path}` by its id"),
            ),
            _ => match self.refused_row(kind, reference) {
                Some(row) => check.error(
                    ReferenceRejected,
                    &path,
                    format!("row {row}, which was to bring it, was not written"),
                ),
                None => check.error(
                    NotFound,
                    &path,
                    format!("there is no {} {}", words(kind), shown(reference)),
                ),
            },
        }
    }
}

impl Resolved {
    /// The same, knowing the external ids of earlier rows that were not written.
    pub(super) fn after(self, refused: &HashMap<(RecordType, String), usize>) -> Self {
        let refused = refused.clone();
        Self { refused, ..self }
    }

    fn refused_row(&self, kind: RecordType, reference: &Reference) -> Option<usize> {
        match reference {
            Reference::External(id) => self.refused.get(&(kind, id.clone())).copied(),
            Reference::Id(_) | Reference::Identifier(..) => None,
        }
    }
}

fn canonical((scheme, value): &(IdentifierScheme, String)) -> store::IdentifierPair {
    canonical_of(*scheme, value)
}

fn canonical_of(scheme: IdentifierScheme, value: &str) -> store::IdentifierPair {
    (scheme, identifier::identify(scheme, value, None).value)
}

fn words(kind: RecordType) -> String {
    kind.prefix().replace('_', " ")
}

fn shown(reference: &Reference) -> String {
    match reference {
        Reference::Id(_) => "with that id".to_owned(),
        Reference::Identifier(_, value) => format!("with the identifier `{value}`"),
        Reference::External(id) => format!("with the external id `{id}`"),
    }
}

/// The reference of a field, if the write sets it.
pub(super) fn named<'a>(
    path: &'static str,
    kind: RecordType,
    patch: &'a mut Patch<Reference>,
) -> Vec<Named<'a>> {
    match patch {
        Patch::Set(reference) => vec![(path.into(), kind, reference)],
        Patch::Leave | Patch::Clear => Vec::new(),
    }
}

/// Writes a resolved reference onto a column that must have one; nil when it is cleared, which the
/// row's check refuses.
pub(super) fn write<I: From<Uuid>>(patch: Patch<Reference>, field: &mut I) {
    match patch {
        Patch::Leave => {}
        Patch::Clear => *field = Uuid::nil().into(),
        Patch::Set(reference) => {
            if let Some(id) = reference.id() {
                *field = id.into();
            }
        }
    }
}

/// The reference that makes a column what it is.
pub(super) fn restate<I: Into<Uuid>>(id: I) -> Patch<Reference> {
    Patch::set_or_clear(Some(id.into()).filter(|id| !id.is_nil()).map(Reference::Id))
}
