//! Mutations: from an input to the one write path, and from its answer to a payload.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, OneofObject, SimpleObject};
use entities::record::RecordType;
use uuid::Uuid;

use super::context::RequestContext;
use super::error::Result;
use super::id;
use super::record::Visibility;
use super::value::IdentifierKey;
use crate::registry::{self, Batch, Mode, Reference, RowWrite, Shared, Steward, Target, Terms};

/// Why an input was refused. Nothing was written.
#[derive(Clone, SimpleObject)]
pub(crate) struct UserError {
    /// The kind of error, for programs.
    code: InputErrorCode,
    /// The field of `data`, for example `identifiers.0.value`; empty for the input as a whole.
    path: String,
    /// What was wrong and what would be right, for people.
    message: String,
}

/// The kinds of errors of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "registry::InputErrorCode")]
pub(crate) enum InputErrorCode {
    /// A field that must have a value has none.
    Required,
    /// A value does not have the right form.
    Invalid,
    /// A text or a list is too long.
    TooLong,
    /// A code is in no list that the registry knows.
    UnknownCode,
    /// There is no such record.
    NotFound,
    /// There is such a record already.
    Duplicate,
    /// The record changed since it was read.
    VersionMismatch,
    /// The field never changes.
    Immutable,
    /// The record is in a state in which this cannot be done.
    InvalidState,
    /// The record may be seen, and not changed.
    Forbidden,
    /// An earlier row of the push, which was to bring the record that is named, was not written.
    ReferenceRejected,
}

impl UserError {
    /// An input that is refused before the registry sees it.
    pub(crate) fn new(code: InputErrorCode, path: &str, message: String) -> Self {
        Self {
            code,
            path: path.to_owned(),
            message,
        }
    }
}

impl From<registry::UserError> for UserError {
    fn from(error: registry::UserError) -> Self {
        let registry::UserError {
            code,
            path,
            message,
        } = error;
        Self {
            code: code.into(),
            path,
            message,
        }
    }
}

/// Names another record.
#[derive(Clone, OneofObject)]
pub(crate) enum RecordRef {
    /// By its id.
    Id(ID),
    /// By an identifier that one record alone holds.
    Identifier(IdentifierKey),
    /// By the id that your source has for it: in pushes alone, which name a source.
    ExternalId(String),
}

impl RecordRef {
    /// The reference to a record of this type. What is no id of that type leads nowhere.
    pub(crate) fn to(self, kind: RecordType) -> Reference {
        match self {
            Self::Id(id) => Reference::Id(id_or_nil(kind, &id)),
            Self::Identifier(IdentifierKey { scheme, value }) => {
                Reference::Identifier(scheme.into(), value)
            }
            Self::ExternalId(id) => Reference::External(id),
        }
    }
}

/// Which record to archive or to restore.
#[derive(Clone, InputObject)]
pub(crate) struct ArchiveInput {
    /// The record.
    id: ID,
    /// The version that you saw: refused as `VERSION_MISMATCH` when it has another.
    if_version: Option<i32>,
}

/// What became of a write: the record as it is now, or why it was refused.
pub(crate) type Answer<M> = (Option<Arc<M>>, Vec<UserError>);

/// Who shall see what is written: how widely, and through which partnerships.
pub(crate) type Audience = (Option<Visibility>, Option<Vec<ID>>);

/// Makes a record.
pub(crate) async fn create<E: Shared>(
    ctx: &Context<'_>,
    patch: E::Patch,
    audience: Audience,
) -> Result<Answer<E::Model>> {
    write::<E>(ctx, Target::New, patch, audience, None).await
}

/// Changes a record.
pub(crate) async fn update<E: Shared>(
    ctx: &Context<'_>,
    id: &ID,
    if_version: Option<i32>,
    patch: E::Patch,
    audience: Audience,
) -> Result<Answer<E::Model>> {
    let target = Target::Record {
        id: id_or_nil(E::TYPE, id),
        if_version,
    };
    write::<E>(ctx, target, patch, audience, None).await
}

/// Takes a record out of every list, or brings it back.
pub(crate) async fn archive<E: Shared>(
    ctx: &Context<'_>,
    input: ArchiveInput,
    archive: bool,
) -> Result<Answer<E::Model>> {
    let ArchiveInput { id, if_version } = input;
    let target = Target::Record {
        id: id_or_nil(E::TYPE, &id),
        if_version,
    };
    write::<E>(
        ctx,
        target,
        E::Patch::default(),
        Audience::default(),
        Some(archive),
    )
    .await
}

async fn write<E: Shared>(
    ctx: &Context<'_>,
    target: Target,
    patch: E::Patch,
    audience: Audience,
    archive: Option<bool>,
) -> Result<Answer<E::Model>> {
    let (visibility, partnerships) = audience;
    let visibility = visibility.map(Into::into);
    let partnerships = partnerships.map(|ids| {
        let ids = ids.iter();
        ids.map(|id| id_or_nil(RecordType::Partnership, id).into())
            .collect()
    });
    let batch = Batch {
        rows: vec![RowWrite::<E> {
            target,
            patch,
            visibility,
            partnerships,
            archive,
            steward: Steward::default(),
            terms: Terms::default(),
        }],
        source: None,
        mode: Mode::Strict,
        origin: "graphql".to_owned(),
    };
    let (written, _) = ctx.registry().write(ctx.actor(), batch).await?;
    let mut answer: Answer<E::Model> = (None, Vec::new());
    for row in written {
        answer.0 = row.record.map(Arc::new);
        answer.1.extend(row.errors.into_iter().map(Into::into));
    }
    Ok(answer)
}

/// No record has the nil id, so what cannot be read is not found.
pub(crate) fn id_or_nil(kind: RecordType, id: &ID) -> Uuid {
    id::decode_as(kind, id).unwrap_or_default()
}
