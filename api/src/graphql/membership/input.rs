//! Writing memberships.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entities::membership as row;
use entities::record::RecordType;

use super::{Membership, MembershipCategory};
use crate::graphql::change::{self, Answer, ArchiveInput, RecordRef, UserError};
use crate::graphql::error::Result;
use crate::graphql::record::Visibility;
use crate::graphql::scalar::Date;
use crate::graphql::value::patch;
use crate::registry::MembershipPatch;

/// What to write of a membership: an absent field stays as it is, null empties it.
#[derive(Clone, InputObject)]
pub(crate) struct MembershipData {
    /// The cluster.
    cluster: MaybeUndefined<RecordRef>,
    /// The member.
    organisation: MaybeUndefined<RecordRef>,
    /// Its category.
    category: MaybeUndefined<MembershipCategory>,
    /// The day it asked to join.
    applied_on: MaybeUndefined<Date>,
    /// The first day.
    starts_on: MaybeUndefined<Date>,
    /// The last day.
    ends_on: MaybeUndefined<Date>,
    /// Why it ended, in words.
    end_reason: MaybeUndefined<String>,
}

impl From<MembershipData> for MembershipPatch {
    fn from(data: MembershipData) -> Self {
        let MembershipData {
            cluster,
            organisation,
            category,
            applied_on,
            starts_on,
            ends_on,
            end_reason,
        } = data;
        Self {
            cluster: patch(cluster).map(|to| to.to(RecordType::Cluster)),
            organisation: patch(organisation).map(|to| to.to(RecordType::Organisation)),
            category: patch(category).map(Into::into),
            applied_on: patch(applied_on).map(|day| day.0),
            starts_on: patch(starts_on).map(|day| day.0),
            ends_on: patch(ends_on).map(|day| day.0),
            end_reason: patch(end_reason),
        }
    }
}

/// A new membership.
#[derive(Clone, InputObject)]
pub(crate) struct CreateMembershipInput {
    /// What is known of it.
    data: MembershipData,
    /// Who may see it; partners when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place;
    /// all of the steward's when nothing is said.
    partnerships: Option<Vec<ID>>,
}

/// A change of a membership.
#[derive(Clone, InputObject)]
pub(crate) struct UpdateMembershipInput {
    /// The membership.
    id: ID,
    /// The version that you saw: refused as `VERSION_MISMATCH` when it has another.
    if_version: Option<i32>,
    /// What changes.
    data: MembershipData,
    /// Who may see it; as it is when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place: as
    /// they are when nothing is said, all of the steward's for an empty list.
    partnerships: Option<Vec<ID>>,
}

/// What became of it.
#[derive(SimpleObject)]
pub(crate) struct MembershipPayload {
    /// The membership as it is now; null when the input was refused.
    membership: Option<Membership>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

impl From<Answer<row::Model>> for MembershipPayload {
    fn from((record, user_errors): Answer<row::Model>) -> Self {
        Self {
            membership: record.map(Membership),
            user_errors,
        }
    }
}

/// Mutations of memberships.
#[derive(Default)]
pub(crate) struct MembershipMutation;

#[Object]
impl MembershipMutation {
    /// Makes a membership.
    ///
    /// Needs the scope `members:write`.
    async fn create_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: CreateMembershipInput,
    ) -> Result<MembershipPayload> {
        let CreateMembershipInput {
            data,
            visibility,
            partnerships,
        } = input;
        Ok(
            change::create::<row::Entity>(ctx, data.into(), (visibility, partnerships))
                .await?
                .into(),
        )
    }

    /// Changes a membership.
    ///
    /// Needs the scope `members:write`.
    async fn update_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: UpdateMembershipInput,
    ) -> Result<MembershipPayload> {
        let UpdateMembershipInput {
            id,
            if_version,
            data,
            visibility,
            partnerships,
        } = input;
        let answer = change::update::<row::Entity>(
            ctx,
            &id,
            if_version,
            data.into(),
            (visibility, partnerships),
        )
        .await?;
        Ok(answer.into())
    }

    /// Takes a membership out of every list, look-up and count; `restore` brings it back.
    ///
    /// Needs the scope `members:write`.
    async fn archive_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<MembershipPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, true)
            .await?
            .into())
    }

    /// Brings a membership back that was archived, under the same id.
    ///
    /// Needs the scope `members:write`.
    async fn restore_membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<MembershipPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, false)
            .await?
            .into())
    }
}
