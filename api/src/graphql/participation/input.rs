//! Writing participations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entities::participation as row;
use entities::record::RecordType;

use super::{Participation, ParticipationRole};
use crate::graphql::change::{self, Answer, ArchiveInput, RecordRef, UserError};
use crate::graphql::error::Result;
use crate::graphql::record::Visibility;
use crate::graphql::value::{MoneyInput, patch};
use crate::registry::ParticipationPatch;

/// What to write of a participation: an absent field stays as it is, null empties it.
#[derive(Clone, InputObject)]
pub(crate) struct ParticipationData {
    /// The project.
    project: MaybeUndefined<RecordRef>,
    /// The participant.
    organisation: MaybeUndefined<RecordRef>,
    /// What it is there.
    role: MaybeUndefined<ParticipationRole>,
    /// Its number in the list of participants.
    order: MaybeUndefined<i32>,
    /// What the EU pays it.
    eu_contribution: MaybeUndefined<MoneyInput>,
    /// What it keeps of that.
    net_eu_contribution: MaybeUndefined<MoneyInput>,
    /// Its costs.
    total_cost: MaybeUndefined<MoneyInput>,
    /// Whether it left before the project’s end.
    terminated: MaybeUndefined<bool>,
    /// Whether it was a small or medium-sized enterprise at the time.
    was_sme: MaybeUndefined<bool>,
}

impl From<ParticipationData> for ParticipationPatch {
    fn from(data: ParticipationData) -> Self {
        let ParticipationData {
            project,
            organisation,
            role,
            order,
            eu_contribution,
            net_eu_contribution,
            total_cost,
            terminated,
            was_sme,
        } = data;
        Self {
            project: patch(project).map(|to| to.to(RecordType::Project)),
            organisation: patch(organisation).map(|to| to.to(RecordType::Organisation)),
            role: patch(role).map(Into::into),
            order: patch(order),
            eu_contribution: patch(eu_contribution).map(Into::into),
            net_eu_contribution: patch(net_eu_contribution).map(Into::into),
            total_cost: patch(total_cost).map(Into::into),
            terminated: patch(terminated),
            was_sme: patch(was_sme),
        }
    }
}

/// A new participation.
#[derive(Clone, InputObject)]
pub(crate) struct CreateParticipationInput {
    /// What is known of it.
    data: ParticipationData,
    /// Who may see it; partners when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place;
    /// all of the steward's when nothing is said.
    partnerships: Option<Vec<ID>>,
}

/// A change of a participation.
#[derive(Clone, InputObject)]
pub(crate) struct UpdateParticipationInput {
    /// The participation.
    id: ID,
    /// The version that you saw: refused as `VERSION_MISMATCH` when it has another.
    if_version: Option<i32>,
    /// What changes.
    data: ParticipationData,
    /// Who may see it; as it is when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place: as
    /// they are when nothing is said, all of the steward's for an empty list.
    partnerships: Option<Vec<ID>>,
}

/// What became of it.
#[derive(SimpleObject)]
pub(crate) struct ParticipationPayload {
    /// The participation as it is now; null when the input was refused.
    participation: Option<Participation>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

impl From<Answer<row::Model>> for ParticipationPayload {
    fn from((record, user_errors): Answer<row::Model>) -> Self {
        Self {
            participation: record.map(Participation),
            user_errors,
        }
    }
}

/// Mutations of participations.
#[derive(Default)]
pub(crate) struct ParticipationMutation;

#[Object]
impl ParticipationMutation {
    /// Makes a participation.
    ///
    /// Needs the scope `projects:write`.
    async fn create_participation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: CreateParticipationInput,
    ) -> Result<ParticipationPayload> {
        let CreateParticipationInput {
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

    /// Changes a participation.
    ///
    /// Needs the scope `projects:write`.
    async fn update_participation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: UpdateParticipationInput,
    ) -> Result<ParticipationPayload> {
        let UpdateParticipationInput {
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

    /// Takes a participation out of every list, look-up and count; `restore` brings it back.
    ///
    /// Needs the scope `projects:write`.
    async fn archive_participation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<ParticipationPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, true)
            .await?
            .into())
    }

    /// Brings a participation back that was archived, under the same id.
    ///
    /// Needs the scope `projects:write`.
    async fn restore_participation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<ParticipationPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, false)
            .await?
            .into())
    }
}
