//! Partnerships of clusters and regions.

mod enums;
mod filter;
mod input;
mod link;

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Months, Utc};
use entities::partnership as row;
use entities::record::RecordType;

use super::connection::{self, List, PageArgs, Rows};
use super::error::Result;
use super::filter::filter_of;
use super::former;
use super::id;
use super::order::{OrderBy, order};
use super::partnership_member::{
    PartnershipMember, PartnershipMemberFilter, PartnershipMemberOrderField,
};
use super::plain::plain;
use super::project::{Project, ProjectFilter, ProjectOrderField};
use super::record::{self, Envelope, Finding, shared_record};
use super::scalar::Date;
use super::value::{self, Classification};
use super::written::{Many, One};

pub(crate) use enums::*;
pub(crate) use filter::{PartnershipFilter, PartnershipOrderField};
pub(crate) use input::PartnershipMutation;
pub(crate) use link::{PartnershipLink, PartnershipLinkInput};

/// A partnership of clusters and regions.
#[derive(Clone)]
pub(crate) struct Partnership(pub(crate) Arc<row::Model>);

shared_record!(Partnership, row::Model);
plain!(
    Partnership: id, version, created_at, updated_at, visibility, acronym, title, programme, funding_status, status,
    starts_on, duration_months, ends_on, origin, declared_partner_count, declared_sme_count,
    classifications, website, dissolved_at,
);

/// A partnership of clusters and regions.
#[Object]
impl Partnership {
    /// Identifies the record for ever.
    pub(crate) async fn id(&self) -> ID {
        id::encode(RecordType::Partnership, self.0.id.into())
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

    /// The programme that it belongs to; null: not stated.
    async fn programme(&self) -> Option<PartnershipProgramme> {
        self.0.programme.map(Into::into)
    }

    /// Who pays for its work; null: not stated.
    async fn funding_status(&self) -> Option<FundingStatus> {
        self.0.funding_status.map(Into::into)
    }

    /// How far it is; null: not stated.
    async fn status(&self) -> Option<PartnershipStatus> {
        self.0.status.map(Into::into)
    }

    /// The first day.
    async fn starts_on(&self) -> Option<Date> {
        self.0.starts_on.map(Date)
    }

    /// How many months it lasts.
    async fn duration_months(&self) -> Option<i32> {
        self.0.duration_months
    }

    /// The last day: follows from the first and the duration.
    async fn ends_on(&self) -> Option<Date> {
        let months = u32::try_from(self.0.duration_months?).ok()?;
        let end = self.0.starts_on?.checked_add_months(Months::new(months))?;
        end.pred_opt().map(Date)
    }

    /// Where it comes from, in words.
    async fn origin(&self) -> Option<&str> {
        self.0.origin.as_deref()
    }

    /// What it wants to reach.
    async fn objectives(&self) -> &[String] {
        &self.0.objectives.0
    }

    /// What it expects as results.
    async fn expected_results(&self) -> &[String] {
        &self.0.expected_results.0
    }

    /// How many partners it said it had; null where the source is blank.
    async fn declared_partner_count(&self) -> Option<i32> {
        self.0.declared_partner_count
    }

    /// How many small and medium-sized enterprises it said were involved; null where the source is blank.
    async fn declared_sme_count(&self) -> Option<i32> {
        self.0.declared_sme_count
    }

    /// What it is linked with.
    async fn links(&self) -> Vec<PartnershipLink> {
        value::each(&self.0.links.0)
    }

    /// Terms it is filed under.
    async fn classifications(&self) -> Many<Classification> {
        value::each(&self.0.classifications.0)
    }

    /// A page about it.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    /// When the operator dissolved it: since then nobody sees anything through it; null: never.
    async fn dissolved_at(&self) -> Option<DateTime<Utc>> {
        self.0.dissolved_at
    }

    /// What looks wrong in it.
    pub(crate) async fn findings(&self) -> Vec<Finding> {
        record::findings(&*self.0)
    }

    /// Its members.
    #[expect(
        clippy::too_many_arguments,
        reason = "GraphQL arguments are the function's own"
    )]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which this holds.")] filter: Option<
            Box<PartnershipMemberFilter>,
        >,
        #[graphql(desc = "In which order; by id when nothing is said.")] order_by: Option<
            Vec<OrderBy<PartnershipMemberOrderField>>,
        >,
    ) -> Result<List<PartnershipMember>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let rows = Rows::<entities::partnership_member::Entity> {
            filter: filter_of(filter)?,
            search: None,
            order: order(order_by),
        };
        let parent = (
            entities::partnership_member::Column::PartnershipId,
            self.0.id.into(),
        );
        connection::children(ctx, parent, args, rows).await
    }

    /// The projects that come from it.
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
        let rows = Rows::<entities::project::Entity> {
            filter: filter_of(filter)?,
            search: None,
            order: order(order_by),
        };
        let parent = (entities::project::Column::PartnershipId, self.0.id.into());
        connection::children(ctx, parent, args, rows).await
    }
}

/// Queries for partnerships.
#[derive(Default)]
pub(crate) struct PartnershipQuery;

#[Object]
impl PartnershipQuery {
    /// A partnership by its id; null when it is hidden or unknown.
    async fn partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<One<Partnership>>> {
        let id = id::decode_as(RecordType::Partnership, &id)?;
        Ok(former::found::<row::Entity>(ctx, id).await?.map(One::of))
    }

    /// Partnerships.
    #[expect(
        clippy::too_many_arguments,
        reason = "GraphQL arguments are the function's own"
    )]
    async fn partnerships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which this holds.")] filter: Option<
            Box<PartnershipFilter>,
        >,
        #[graphql(
            desc = "Only those that hold these words; the best come first unless `orderBy` says else."
        )]
        search: Option<String>,
        #[graphql(desc = "In which order; by id when nothing is said.")] order_by: Option<
            Vec<OrderBy<PartnershipOrderField>>,
        >,
    ) -> Result<List<Partnership>> {
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
