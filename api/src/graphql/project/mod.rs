//! Projects.

mod enums;
mod filter;
mod input;
mod maturity;

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entities::project as row;
use entities::record::RecordType;

use super::connection::{self, List, PageArgs, Rows};
use super::context::RequestContext;
use super::error::Result;
use super::filter::filter_of;
use super::former;
use super::id;
use super::loader::{ById, ConsortiumOf};
use super::order::{OrderBy, order};
use super::participation::{Participation, ParticipationFilter, ParticipationOrderField};
use super::partnership::Partnership;
use super::plain::plain;
use super::record::{self, Envelope, Finding, shared_record};
use super::scalar::Date;
use super::value::{self, Classification, Identifier, Link, Money};
use super::written::{Many, One};
use crate::reference::programme;
use crate::registry;

pub(crate) use enums::*;
pub(crate) use filter::{ProjectFilter, ProjectOrderField};
pub(crate) use input::{ProjectData, ProjectMutation};
pub(crate) use maturity::Maturity;

/// A project.
#[derive(Clone)]
pub(crate) struct Project(pub(crate) Arc<row::Model>);

shared_record!(Project, row::Model);
plain!(
    Project: id, version, created_at, updated_at, visibility, acronym, title, summary, status, starts_on, ends_on,
    signed_on, programme, programme_title, funding_scheme, call, call_topic, total_cost, eu_contribution,
    keywords, topics, identifiers, website, links,
);

/// A project.
#[Object]
impl Project {
    /// Identifies the record for ever.
    pub(crate) async fn id(&self) -> ID {
        id::encode(RecordType::Project, self.0.id.into())
    }

    #[graphql(flatten)]
    pub(crate) async fn envelope(&self) -> Envelope {
        Envelope(Arc::<row::Model>::clone(&self.0))
    }

    /// Short name.
    async fn acronym(&self) -> Option<&str> {
        self.0.acronym.as_deref()
    }

    /// Title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// What it is about.
    async fn summary(&self) -> Option<&str> {
        self.0.summary.as_deref()
    }

    /// How far it is; null: not stated.
    async fn status(&self) -> Option<ProjectStatus> {
        self.0.status.map(Into::into)
    }

    /// The first day.
    async fn starts_on(&self) -> Option<Date> {
        self.0.starts_on.map(Date)
    }

    /// The last day.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date)
    }

    /// The day on which the grant agreement was signed.
    async fn signed_on(&self) -> Option<Date> {
        self.0.signed_on.map(Date)
    }

    /// Code of the programme part that funds it, for example `HORIZON.2.1`.
    async fn programme(&self) -> Option<&str> {
        self.0.programme.as_deref()
    }

    /// Title of that programme part, where the registry knows it.
    async fn programme_title(&self) -> Option<&str> {
        self.0.programme.as_deref().and_then(programme::title)
    }

    /// Code of the funding scheme, for example `HORIZON-RIA`.
    async fn funding_scheme(&self) -> Option<&str> {
        self.0.funding_scheme.as_deref()
    }

    /// Code of the call.
    async fn call(&self) -> Option<&str> {
        self.0.call.as_deref()
    }

    /// Code of the call’s topic.
    async fn call_topic(&self) -> Option<&str> {
        self.0.call_topic.as_deref()
    }

    /// All its costs; null: not stated.
    async fn total_cost(&self) -> Option<One<Money>> {
        Money::of(self.0.total_cost_minor, self.0.currency.as_ref())
    }

    /// What the EU pays at most.
    async fn eu_contribution(&self) -> Option<One<Money>> {
        Money::of(self.0.eu_contribution_minor, self.0.currency.as_ref())
    }

    /// Keywords, verbatim.
    async fn keywords(&self) -> Option<&str> {
        self.0.keywords.as_deref()
    }

    /// What it is about, as terms.
    async fn topics(&self) -> Many<Classification> {
        value::each(&self.0.topics.0)
    }

    /// Its identifiers: grant agreement, DOI, national code.
    async fn identifiers(&self) -> Many<Identifier> {
        value::each(&self.0.identifiers.0)
    }

    /// How mature its result was found to be, oldest first.
    async fn maturity(&self) -> Vec<Maturity> {
        value::each(&self.0.maturity.0)
    }

    /// The partnership that it comes from.
    async fn partnership(&self, ctx: &Context<'_>) -> Result<Option<One<Partnership>>> {
        let Some(id) = self.0.partnership_id else {
            return Ok(None);
        };
        Ok(ctx
            .batches()
            .load_one(ById::<entities::partnership::Entity>::new(id))
            .await?
            .map(One::of))
    }

    /// Home page.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    /// Other pages.
    async fn links(&self) -> Many<Link> {
        value::each(&self.0.links.0)
    }

    /// What looks wrong in it and in its consortium.
    pub(crate) async fn findings(&self, ctx: &Context<'_>) -> Result<Vec<Finding>> {
        let mut findings = record::findings(&*self.0);
        let sums = ctx
            .batches()
            .load_one(ConsortiumOf(self.0.id.into()))
            .await?;
        let consortium = registry::consortium_findings(&self.0, sums.unwrap_or_default());
        findings.extend(consortium.into_iter().map(Finding::from));
        Ok(findings)
    }

    /// Its consortium.
    #[expect(
        clippy::too_many_arguments,
        reason = "GraphQL arguments are the function's own"
    )]
    async fn participations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which this holds.")] filter: Option<
            Box<ParticipationFilter>,
        >,
        #[graphql(desc = "In which order; by id when nothing is said.")] order_by: Option<
            Vec<OrderBy<ParticipationOrderField>>,
        >,
    ) -> Result<List<Participation>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let rows = Rows::<entities::participation::Entity> {
            filter: filter_of(filter)?,
            search: None,
            order: order(order_by),
        };
        let parent = (entities::participation::Column::ProjectId, self.0.id.into());
        connection::children(ctx, parent, args, rows).await
    }
}

/// Queries for projects.
#[derive(Default)]
pub(crate) struct ProjectQuery;

#[Object]
impl ProjectQuery {
    /// A project by its id; null when it is hidden or unknown.
    async fn project(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<One<Project>>> {
        let id = id::decode_as(RecordType::Project, &id)?;
        Ok(former::found::<row::Entity>(ctx, id).await?.map(One::of))
    }

    /// Projects.
    #[expect(
        clippy::too_many_arguments,
        reason = "GraphQL arguments are the function's own"
    )]
    async fn projects(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which this holds.")] filter: Option<Box<ProjectFilter>>,
        #[graphql(
            desc = "Only those that hold these words; the best come first unless `orderBy` says else."
        )]
        search: Option<String>,
        #[graphql(desc = "In which order; by id when nothing is said.")] order_by: Option<
            Vec<OrderBy<ProjectOrderField>>,
        >,
    ) -> Result<List<Project>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let rows = Rows::<row::Entity> {
            filter: filter_of(filter)?,
            search,
            order: order(order_by),
        };
        connection::list(ctx, args, rows).await
    }
}
