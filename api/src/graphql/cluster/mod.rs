//! Clusters.

mod declared;
mod enums;
mod filter;
mod input;

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entities::cluster as row;
use entities::record::RecordType;

use super::connection::{self, List, PageArgs, Rows};
use super::context::RequestContext;
use super::error::Result;
use super::filter::filter_of;
use super::former;
use super::id;
use super::loader::{ById, MembersOf};
use super::membership::{Membership, MembershipFilter, MembershipOrderField};
use super::order::{OrderBy, order};
use super::organisation::Organisation;
use super::plain::plain;
use super::record::{self, Envelope, Finding, shared_record};
use super::region::Region;
use super::value::{self, Classification, Link};
use super::written::{Many, One};
use crate::registry::ClusterCounts;

pub(crate) use declared::DeclaredCount;
pub(crate) use enums::*;
pub(crate) use filter::{ClusterFilter, ClusterOrderField};
pub(crate) use input::{ClusterMutation, ClusterPayload};

/// A cluster: the profile of an organisation that runs one.
#[derive(Clone)]
pub(crate) struct Cluster(pub(crate) Arc<row::Model>);

shared_record!(Cluster, row::Model);
plain!(
    Cluster: id, version, created_at, updated_at, visibility, name, acronym, country, region, year_founded,
    management_label, website, links, classifications,
);

/// A cluster: the profile of an organisation that runs one.
#[Object]
impl Cluster {
    /// Identifies the record for ever.
    pub(crate) async fn id(&self) -> ID {
        id::encode(RecordType::Cluster, self.0.id.into())
    }

    #[graphql(flatten)]
    pub(crate) async fn envelope(&self) -> Envelope {
        Envelope(Arc::<row::Model>::clone(&self.0))
    }

    /// The name under which it is known.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Short form of the name.
    async fn acronym(&self) -> Option<&str> {
        self.0.acronym.as_deref()
    }

    /// The organisation that runs it; its name is the legal one.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<One<Organisation>>> {
        Ok(ctx
            .batches()
            .load_one(ById::<entities::organisation::Entity>::new(
                self.0.organisation_id,
            ))
            .await?
            .map(One::of))
    }

    /// ISO 3166-1 alpha-2.
    async fn country(&self) -> Option<&str> {
        self.0.country.as_deref()
    }

    /// The region that it works for.
    async fn region(&self) -> Option<One<Region>> {
        value::region_of(self.0.region_code.as_ref(), self.0.region_version)
    }

    /// The year it was founded.
    async fn year_founded(&self) -> Option<i32> {
        self.0.year_founded
    }

    /// Its label for management excellence.
    async fn management_label(&self) -> Option<ManagementLabel> {
        self.0.management_label.map(Into::into)
    }

    /// Home page.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    /// Other pages.
    async fn links(&self) -> Many<Link> {
        value::each(&self.0.links.0)
    }

    /// How many members the registry knows today, of those that you may see.
    async fn member_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(self.counts(ctx).await?.members)
    }

    /// How many small and medium-sized enterprises are among them.
    async fn sme_count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(self.counts(ctx).await?.smes)
    }

    /// What it said of its members itself, newest first.
    async fn declared(&self) -> Vec<DeclaredCount> {
        value::each(&self.0.declared.0)
    }

    /// Terms it is filed under.
    async fn classifications(&self) -> Many<Classification> {
        value::each(&self.0.classifications.0)
    }

    /// What it does, in words.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// What looks wrong in it.
    pub(crate) async fn findings(&self) -> Vec<Finding> {
        record::findings(&*self.0)
    }

    /// Its memberships.
    #[expect(
        clippy::too_many_arguments,
        reason = "GraphQL arguments are the function's own"
    )]
    async fn memberships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which this holds.")] filter: Option<Box<MembershipFilter>>,
        #[graphql(desc = "In which order; by id when nothing is said.")] order_by: Option<
            Vec<OrderBy<MembershipOrderField>>,
        >,
    ) -> Result<List<Membership>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let rows = Rows::<entities::membership::Entity> {
            filter: filter_of(filter)?,
            search: None,
            order: order(order_by),
        };
        let parent = (entities::membership::Column::ClusterId, self.0.id.into());
        connection::children(ctx, parent, args, rows).await
    }
}

impl Cluster {
    /// How many members it has today.
    async fn counts(&self, ctx: &Context<'_>) -> Result<ClusterCounts> {
        let counts = ctx.batches().load_one(MembersOf(self.0.id.into())).await?;
        Ok(counts.unwrap_or_default())
    }
}

/// Queries for clusters.
#[derive(Default)]
pub(crate) struct ClusterQuery;

#[Object]
impl ClusterQuery {
    /// A cluster by its id; null when it is hidden or unknown.
    async fn cluster(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<One<Cluster>>> {
        let id = id::decode_as(RecordType::Cluster, &id)?;
        Ok(former::found::<row::Entity>(ctx, id).await?.map(One::of))
    }

    /// Clusters.
    #[expect(
        clippy::too_many_arguments,
        reason = "GraphQL arguments are the function's own"
    )]
    async fn clusters(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which this holds.")] filter: Option<Box<ClusterFilter>>,
        #[graphql(
            desc = "Only those that hold these words; the best come first unless `orderBy` says else."
        )]
        search: Option<String>,
        #[graphql(desc = "In which order; by id when nothing is said.")] order_by: Option<
            Vec<OrderBy<ClusterOrderField>>,
        >,
    ) -> Result<List<Cluster>> {
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
