//! Writing partnerships.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entities::partnership as row;

use super::{
    FundingStatus, Partnership, PartnershipLinkInput, PartnershipProgramme, PartnershipStatus,
};
use crate::graphql::change::{self, Answer, ArchiveInput, UserError};
use crate::graphql::error::Result;
use crate::graphql::record::Visibility;
use crate::graphql::scalar::Date;
use crate::graphql::value::{ClassificationInput, patch, patch_each};
use crate::registry::PartnershipPatch;

/// What to write of a partnership: an absent field stays as it is, null empties it.
#[derive(Clone, InputObject)]
pub(crate) struct PartnershipData {
    /// Short name.
    acronym: MaybeUndefined<String>,
    /// Title.
    title: MaybeUndefined<String>,
    /// The programme that it belongs to.
    programme: MaybeUndefined<PartnershipProgramme>,
    /// Who pays for its work.
    funding_status: MaybeUndefined<FundingStatus>,
    /// How far it is.
    status: MaybeUndefined<PartnershipStatus>,
    /// The first day.
    starts_on: MaybeUndefined<Date>,
    /// How many months it lasts.
    duration_months: MaybeUndefined<i32>,
    /// Where it comes from, in words.
    origin: MaybeUndefined<String>,
    /// What it wants to reach; replaces the whole list.
    objectives: MaybeUndefined<Vec<String>>,
    /// What it expects as results; replaces the whole list.
    expected_results: MaybeUndefined<Vec<String>>,
    /// How many partners it says it has.
    declared_partner_count: MaybeUndefined<i32>,
    /// How many small and medium-sized enterprises it says are involved.
    declared_sme_count: MaybeUndefined<i32>,
    /// What it is linked with; replaces the whole list.
    links: MaybeUndefined<Vec<PartnershipLinkInput>>,
    /// Terms it is filed under; replaces the whole list.
    classifications: MaybeUndefined<Vec<ClassificationInput>>,
    /// A page about it.
    website: MaybeUndefined<String>,
}

impl From<PartnershipData> for PartnershipPatch {
    fn from(data: PartnershipData) -> Self {
        let PartnershipData {
            acronym,
            title,
            programme,
            funding_status,
            status,
            starts_on,
            duration_months,
            origin,
            objectives,
            expected_results,
            declared_partner_count,
            declared_sme_count,
            links,
            classifications,
            website,
        } = data;
        Self {
            acronym: patch(acronym),
            title: patch(title),
            programme: patch(programme).map(Into::into),
            funding_status: patch(funding_status).map(Into::into),
            status: patch(status).map(Into::into),
            starts_on: patch(starts_on).map(|day| day.0),
            duration_months: patch(duration_months),
            origin: patch(origin),
            objectives: patch(objectives),
            expected_results: patch(expected_results),
            declared_partner_count: patch(declared_partner_count),
            declared_sme_count: patch(declared_sme_count),
            links: patch_each(links),
            classifications: patch_each(classifications),
            website: patch(website),
            ..Self::default()
        }
    }
}

/// A new partnership.
#[derive(Clone, InputObject)]
pub(crate) struct CreatePartnershipInput {
    /// What is known of it.
    data: PartnershipData,
    /// Who may see it; partners when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place;
    /// all of the steward's when nothing is said.
    partnerships: Option<Vec<ID>>,
}

/// A change of a partnership.
#[derive(Clone, InputObject)]
pub(crate) struct UpdatePartnershipInput {
    /// The partnership.
    id: ID,
    /// The version that you saw: refused as `VERSION_MISMATCH` when it has another.
    if_version: Option<i32>,
    /// What changes.
    data: PartnershipData,
    /// Who may see it; as it is when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place: as
    /// they are when nothing is said, all of the steward's for an empty list.
    partnerships: Option<Vec<ID>>,
}

/// What became of it.
#[derive(SimpleObject)]
pub(crate) struct PartnershipPayload {
    /// The partnership as it is now; null when the input was refused.
    partnership: Option<Partnership>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

impl From<Answer<row::Model>> for PartnershipPayload {
    fn from((record, user_errors): Answer<row::Model>) -> Self {
        Self {
            partnership: record.map(Partnership),
            user_errors,
        }
    }
}

/// Mutations of partnerships.
#[derive(Default)]
pub(crate) struct PartnershipMutation;

#[Object]
impl PartnershipMutation {
    /// Makes a partnership.
    ///
    /// Needs the scope `members:write`.
    async fn create_partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: CreatePartnershipInput,
    ) -> Result<PartnershipPayload> {
        let CreatePartnershipInput {
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

    /// Changes a partnership.
    ///
    /// Needs the scope `members:write`.
    async fn update_partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: UpdatePartnershipInput,
    ) -> Result<PartnershipPayload> {
        let UpdatePartnershipInput {
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

    /// Takes a partnership out of every list, look-up and count; `restore` brings it back.
    ///
    /// Needs the scope `members:write`.
    async fn archive_partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<PartnershipPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, true)
            .await?
            .into())
    }

    /// Brings a partnership back that was archived, under the same id.
    ///
    /// Needs the scope `members:write`.
    async fn restore_partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<PartnershipPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, false)
            .await?
            .into())
    }
}
