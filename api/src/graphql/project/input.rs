//! Writing projects.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entities::project as row;
use entities::record::RecordType;

use super::{Maturity, Project, ProjectStatus};
use crate::graphql::change::{self, Answer, ArchiveInput, RecordRef, UserError};
use crate::graphql::error::Result;
use crate::graphql::record::Visibility;
use crate::graphql::scalar::Date;
use crate::graphql::value::{
    ClassificationInput, IdentifierInput, Link, MoneyInput, patch, patch_each,
};
use crate::registry::ProjectPatch;

/// What to write of a project: an absent field stays as it is, null empties it.
#[derive(Clone, InputObject)]
pub(crate) struct ProjectData {
    /// Short name.
    acronym: MaybeUndefined<String>,
    /// Title.
    title: MaybeUndefined<String>,
    /// What it is about.
    summary: MaybeUndefined<String>,
    /// How far it is.
    status: MaybeUndefined<ProjectStatus>,
    /// The first day.
    starts_on: MaybeUndefined<Date>,
    /// The last day.
    ends_on: MaybeUndefined<Date>,
    /// The day of the signature.
    signed_on: MaybeUndefined<Date>,
    /// Code of the programme part.
    programme: MaybeUndefined<String>,
    /// Code of the funding scheme.
    funding_scheme: MaybeUndefined<String>,
    /// Code of the call.
    call: MaybeUndefined<String>,
    /// Code of the call’s topic.
    call_topic: MaybeUndefined<String>,
    /// All its costs.
    total_cost: MaybeUndefined<MoneyInput>,
    /// What the EU pays at most.
    eu_contribution: MaybeUndefined<MoneyInput>,
    /// Keywords, verbatim.
    keywords: MaybeUndefined<String>,
    /// What it is about, as terms; replaces the whole list.
    topics: MaybeUndefined<Vec<ClassificationInput>>,
    /// Its identifiers; replaces the whole list.
    identifiers: MaybeUndefined<Vec<IdentifierInput>>,
    /// How mature its result was found to be; replaces the whole list.
    maturity: MaybeUndefined<Vec<Maturity>>,
    /// The partnership that it comes from.
    partnership: MaybeUndefined<RecordRef>,
    /// Home page.
    website: MaybeUndefined<String>,
    /// Other pages; replaces the whole list.
    links: MaybeUndefined<Vec<Link>>,
}

impl From<ProjectData> for ProjectPatch {
    fn from(data: ProjectData) -> Self {
        let ProjectData {
            acronym,
            title,
            summary,
            status,
            starts_on,
            ends_on,
            signed_on,
            programme,
            funding_scheme,
            call,
            call_topic,
            total_cost,
            eu_contribution,
            keywords,
            topics,
            identifiers,
            maturity,
            partnership,
            website,
            links,
        } = data;
        Self {
            acronym: patch(acronym),
            title: patch(title),
            summary: patch(summary),
            status: patch(status).map(Into::into),
            starts_on: patch(starts_on).map(|day| day.0),
            ends_on: patch(ends_on).map(|day| day.0),
            signed_on: patch(signed_on).map(|day| day.0),
            programme: patch(programme),
            funding_scheme: patch(funding_scheme),
            call: patch(call),
            call_topic: patch(call_topic),
            total_cost: patch(total_cost).map(Into::into),
            eu_contribution: patch(eu_contribution).map(Into::into),
            keywords: patch(keywords),
            topics: patch_each(topics),
            identifiers: patch_each(identifiers),
            maturity: patch_each(maturity),
            partnership: patch(partnership).map(|to| to.to(RecordType::Partnership)),
            website: patch(website),
            links: patch_each(links),
        }
    }
}

/// A new project.
#[derive(Clone, InputObject)]
pub(crate) struct CreateProjectInput {
    /// What is known of it.
    data: ProjectData,
    /// Who may see it; partners when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place;
    /// all of the steward's when nothing is said.
    partnerships: Option<Vec<ID>>,
}

/// A change of a project.
#[derive(Clone, InputObject)]
pub(crate) struct UpdateProjectInput {
    /// The project.
    id: ID,
    /// The version that you saw: refused as `VERSION_MISMATCH` when it has another.
    if_version: Option<i32>,
    /// What changes.
    data: ProjectData,
    /// Who may see it; as it is when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place: as
    /// they are when nothing is said, all of the steward's for an empty list.
    partnerships: Option<Vec<ID>>,
}

/// What became of it.
#[derive(SimpleObject)]
pub(crate) struct ProjectPayload {
    /// The project as it is now; null when the input was refused.
    project: Option<Project>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

impl From<Answer<row::Model>> for ProjectPayload {
    fn from((record, user_errors): Answer<row::Model>) -> Self {
        Self {
            project: record.map(Project),
            user_errors,
        }
    }
}

/// Mutations of projects.
#[derive(Default)]
pub(crate) struct ProjectMutation;

#[Object]
impl ProjectMutation {
    /// Makes a project.
    ///
    /// Needs the scope `projects:write`.
    async fn create_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: CreateProjectInput,
    ) -> Result<ProjectPayload> {
        let CreateProjectInput {
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

    /// Changes a project.
    ///
    /// Needs the scope `projects:write`.
    async fn update_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: UpdateProjectInput,
    ) -> Result<ProjectPayload> {
        let UpdateProjectInput {
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

    /// Takes a project out of every list, look-up and count; `restore` brings it back.
    ///
    /// Needs the scope `projects:write`.
    async fn archive_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<ProjectPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, true)
            .await?
            .into())
    }

    /// Brings a project back that was archived, under the same id.
    ///
    /// Needs the scope `projects:write`.
    async fn restore_project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<ProjectPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, false)
            .await?
            .into())
    }
}
