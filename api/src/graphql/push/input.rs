//! What is pushed, as the API takes it.

use async_graphql::{ID, InputObject, InputType, OneofObject};
use chrono::{DateTime, Utc};
use entities::record::RecordType as Kind;
use uuid::Uuid;

use super::PushMode;
use crate::auth::type_id;
use crate::graphql::change::{RecordRef, id_or_nil};
use crate::graphql::membership::MembershipData;
use crate::graphql::organisation::OrganisationData;
use crate::graphql::participation::ParticipationData;
use crate::graphql::partnership_member::PartnershipMemberData;
use crate::graphql::project::ProjectData;
use crate::graphql::record::Visibility;
use crate::graphql::sync::RecordType;
use crate::registry::{self, Says, Statement};

/// A push.
#[derive(Clone, InputObject)]
pub(crate) struct PushInput {
    /// The name of a source of yours, as you registered it with `registerSource`.
    pub(super) source: String,
    /// Your name for this push. Sent again within seven days, it is not done again: you get the first
    /// answer. The header `Idempotency-Key` does the same.
    pub(super) idempotency_key: Option<String>,
    /// Whether the rows stand or fall together.
    #[graphql(default_with = "PushMode::PerRow")]
    pub(super) mode: PushMode,
    /// Try it: all is done, told, and taken back.
    #[graphql(default)]
    pub(super) dry_run: bool,
    /// The snapshot that this is a page of, from `startSnapshotPush`.
    pub(super) snapshot: Option<ID>,
    /// The rows, 500 at most, in order: a row may name what an earlier row brings.
    pub(super) rows: Vec<PushRow>,
}

/// A row of a push.
#[derive(Clone, OneofObject)]
pub(crate) enum PushRow {
    /// What is said of an organisation.
    Organisation(Row<OrganisationData>),
    /// What is said of a membership.
    Membership(Row<MembershipData>),
    /// What is said of a place in a partnership.
    PartnershipMember(Row<PartnershipMemberData>),
    /// What is said of a project.
    Project(Row<ProjectData>),
    /// What is said of a participation.
    Participation(Row<ParticipationData>),
    /// A record of which your source speaks no more.
    Withdraw(WithdrawRow),
}

/// What is said of a record.
#[derive(Clone, InputObject)]
#[graphql(
    concrete(name = "OrganisationRow", params(OrganisationData)),
    concrete(name = "MembershipRow", params(MembershipData)),
    concrete(name = "PartnershipMemberRow", params(PartnershipMemberData)),
    concrete(name = "ProjectRow", params(ProjectData)),
    concrete(name = "ParticipationRow", params(ParticipationData))
)]
pub(crate) struct Row<D: InputType> {
    /// Which record: by your own id for it, the registry's id, or an identifier.
    r#ref: RecordRef,
    /// What you say of it: an absent field stays as it is, null empties it. A new membership that
    /// names no cluster is one of yours.
    data: D,
    /// What you saw of it last. A field that others have changed since stays theirs where you did
    /// not change it, and is a conflict where you did.
    base: Option<D>,
    /// The version that you saw, 0 where it must not be there yet: else it is a conflict.
    if_version: Option<i32>,
    /// Who may see what you say; as before when nothing is said, and for a new record as your source's
    /// `defaultVisibility` is.
    visibility: Option<Visibility>,
    /// The partnerships it is meant for, in which you have accepted a place: as before when nothing is
    /// said, all of yours for an empty list.
    partnerships: Option<Vec<ID>>,
    /// When you last changed it: what is older than what you said before is stale.
    source_updated_at: Option<DateTime<Utc>>,
    /// Your own name for the row, for telling your own changes in `changes`.
    client_mutation_id: Option<String>,
}

impl<D: InputType> Row<D> {
    /// The row as the registry takes it.
    fn says<P: From<D>>(
        self,
        kind: Kind,
        says: impl FnOnce(Box<Statement<P>>) -> Says,
    ) -> registry::PushRow {
        let Self {
            r#ref,
            data,
            base,
            if_version,
            visibility,
            partnerships,
            source_updated_at,
            client_mutation_id,
        } = self;
        registry::PushRow {
            about: r#ref.to(kind),
            says: says(Box::new(Statement {
                data: data.into(),
                base: base.map(Into::into),
            })),
            visibility: visibility.map(Into::into),
            partnerships: partnerships.as_deref().map(ids),
            if_version,
            source_updated_at,
            client_mutation_id,
        }
    }
}

/// A record of which your source speaks no more. What others say of it stays; when nobody speaks of it
/// any more, it goes.
#[derive(Clone, InputObject)]
pub(crate) struct WithdrawRow {
    /// Which record.
    r#ref: RecordRef,
    /// Its type.
    r#type: RecordType,
    /// When you last changed it: what is older than what you said before is stale.
    source_updated_at: Option<DateTime<Utc>>,
    /// Your own name for the row.
    client_mutation_id: Option<String>,
}

impl From<WithdrawRow> for registry::PushRow {
    fn from(row: WithdrawRow) -> Self {
        let WithdrawRow {
            r#ref,
            r#type,
            source_updated_at,
            client_mutation_id,
        } = row;
        let kind = r#type.into();
        Self {
            about: r#ref.to(kind),
            says: Says::Withdraw(kind),
            visibility: None,
            partnerships: None,
            if_version: None,
            source_updated_at,
            client_mutation_id,
        }
    }
}

impl From<PushRow> for registry::PushRow {
    fn from(row: PushRow) -> Self {
        match row {
            PushRow::Organisation(row) => row.says(Kind::Organisation, Says::Organisation),
            PushRow::Membership(row) => row.says(Kind::Membership, Says::Membership),
            PushRow::PartnershipMember(row) => {
                row.says(Kind::PartnershipMember, Says::PartnershipMember)
            }
            PushRow::Project(row) => row.says(Kind::Project, Says::Project),
            PushRow::Participation(row) => row.says(Kind::Participation, Says::Participation),
            PushRow::Withdraw(row) => row.into(),
        }
    }
}

fn ids(ids: &[ID]) -> Vec<entities::id::PartnershipId> {
    let ids = ids.iter();
    ids.map(|id| id_or_nil(Kind::Partnership, id).into())
        .collect()
}

/// The prefix of a snapshot's id.
pub(super) const SNAPSHOT: &str = "snapshot";

/// Reads the id of a snapshot. No snapshot has the nil id, so what cannot be read is not found.
pub(super) fn snapshot_id(id: &ID) -> Uuid {
    type_id::read(SNAPSHOT, id).unwrap_or_default()
}
