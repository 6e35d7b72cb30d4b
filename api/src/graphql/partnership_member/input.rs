//! Writing partnership members.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entities::partnership_member as row;
use entities::record::RecordType;

use super::{PartnershipMember, PartnershipRole};
use crate::graphql::change::{self, Answer, ArchiveInput, RecordRef, UserError};
use crate::graphql::error::Result;
use crate::graphql::record::Visibility;
use crate::graphql::scalar::Date;
use crate::graphql::value::patch;
use crate::registry::PartnershipMemberPatch;

/// What to write of a partnership member: an absent field stays as it is, null empties it.
#[derive(Clone, InputObject)]
pub(crate) struct PartnershipMemberData {
    /// The partnership.
    partnership: MaybeUndefined<RecordRef>,
    /// The member.
    organisation: MaybeUndefined<RecordRef>,
    /// What it is there.
    role: MaybeUndefined<PartnershipRole>,
    /// The first day.
    starts_on: MaybeUndefined<Date>,
    /// The last day.
    ends_on: MaybeUndefined<Date>,
}

impl From<PartnershipMemberData> for PartnershipMemberPatch {
    fn from(data: PartnershipMemberData) -> Self {
        let PartnershipMemberData {
            partnership,
            organisation,
            role,
            starts_on,
            ends_on,
        } = data;
        Self {
            partnership: patch(partnership).map(|to| to.to(RecordType::Partnership)),
            organisation: patch(organisation).map(|to| to.to(RecordType::Organisation)),
            role: patch(role).map(Into::into),
            starts_on: patch(starts_on).map(|day| day.0),
            ends_on: patch(ends_on).map(|day| day.0),
            ..Self::default()
        }
    }
}

/// A new partnership member.
#[derive(Clone, InputObject)]
pub(crate) struct CreatePartnershipMemberInput {
    /// What is known of it.
    data: PartnershipMemberData,
    /// Who may see it; partners when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place;
    /// all of the steward's when nothing is said.
    partnerships: Option<Vec<ID>>,
}

/// A change of a partnership member.
#[derive(Clone, InputObject)]
pub(crate) struct UpdatePartnershipMemberInput {
    /// The partnership member.
    id: ID,
    /// The version that you saw: refused as `VERSION_MISMATCH` when it has another.
    if_version: Option<i32>,
    /// What changes.
    data: PartnershipMemberData,
    /// Who may see it; as it is when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place: as
    /// they are when nothing is said, all of the steward's for an empty list.
    partnerships: Option<Vec<ID>>,
}

/// What became of it.
#[derive(SimpleObject)]
pub(crate) struct PartnershipMemberPayload {
    /// The partnership member as it is now; null when the input was refused.
    partnership_member: Option<PartnershipMember>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

impl From<Answer<row::Model>> for PartnershipMemberPayload {
    fn from((record, user_errors): Answer<row::Model>) -> Self {
        Self {
            partnership_member: record.map(PartnershipMember),
            user_errors,
        }
    }
}

/// Mutations of partnership members.
#[derive(Default)]
pub(crate) struct PartnershipMemberMutation;

#[Object]
impl PartnershipMemberMutation {
    /// Makes a partnership member.
    ///
    /// Needs the scope `members:write`.
    async fn create_partnership_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: CreatePartnershipMemberInput,
    ) -> Result<PartnershipMemberPayload> {
        let CreatePartnershipMemberInput {
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

    /// Changes a partnership member.
    ///
    /// Needs the scope `members:write`.
    async fn update_partnership_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: UpdatePartnershipMemberInput,
    ) -> Result<PartnershipMemberPayload> {
        let UpdatePartnershipMemberInput {
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

    /// Takes a partnership member out of every list, look-up and count; `restore` brings it back.
    ///
    /// Needs the scope `members:write`.
    async fn archive_partnership_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<PartnershipMemberPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, true)
            .await?
            .into())
    }

    /// Brings a partnership member back that was archived, under the same id.
    ///
    /// Needs the scope `members:write`.
    async fn restore_partnership_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<PartnershipMemberPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, false)
            .await?
            .into())
    }
}
