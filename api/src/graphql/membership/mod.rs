//! Memberships of organisations in clusters.

mod enums;
mod filter;
mod input;

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entities::membership as row;
use entities::record::RecordType;

use super::cluster::Cluster;
use super::connection::{self, List, PageArgs, Rows};
use super::context::RequestContext;
use super::error::Result;
use super::filter::filter_of;
use super::former;
use super::id;
use super::loader::ById;
use super::order::{OrderBy, order};
use super::organisation::Organisation;
use super::plain::plain;
use super::record::{self, Envelope, Finding, shared_record};
use super::scalar::Date;
use super::written::One;

pub(crate) use enums::*;
pub(crate) use filter::{MembershipFilter, MembershipOrderField};
pub(crate) use input::{MembershipData, MembershipMutation};

/// A membership of an organisation in a cluster.
#[derive(Clone)]
pub(crate) struct Membership(pub(crate) Arc<row::Model>);

shared_record!(Membership, row::Model);
plain!(
    Membership: id, version, created_at, updated_at, visibility, category, applied_on, starts_on, ends_on, current,
    end_reason,
);

/// A membership of an organisation in a cluster.
#[Object]
impl Membership {
    /// Identifies the record for ever.
    pub(crate) async fn id(&self) -> ID {
        id::encode(RecordType::Membership, self.0.id.into())
    }

    #[graphql(flatten)]
    pub(crate) async fn envelope(&self) -> Envelope {
        Envelope(Arc::<row::Model>::clone(&self.0))
    }

    /// The cluster.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Option<One<Cluster>>> {
        Ok(ctx
            .batches()
            .load_one(ById::<entities::cluster::Entity>::new(self.0.cluster_id))
            .await?
            .map(One::of))
    }

    /// The member.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<One<Organisation>>> {
        Ok(ctx
            .batches()
            .load_one(ById::<entities::organisation::Entity>::new(
                self.0.organisation_id,
            ))
            .await?
            .map(One::of))
    }

    /// Its category; null: not stated.
    async fn category(&self) -> Option<MembershipCategory> {
        self.0.category.map(Into::into)
    }

    /// The day it asked to join.
    async fn applied_on(&self) -> Option<Date> {
        self.0.applied_on.map(Date)
    }

    /// The first day; null: not stated.
    async fn starts_on(&self) -> Option<Date> {
        self.0.starts_on.map(Date)
    }

    /// The last day; null: it goes on.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date)
    }

    /// Whether it holds today; both days are part of it.
    async fn current(&self, ctx: &Context<'_>) -> bool {
        let today = ctx.registry().clock().today();
        self.0.starts_on.is_none_or(|day| day <= today)
            && self.0.ends_on.is_none_or(|day| day >= today)
    }

    /// Why it ended, in words.
    async fn end_reason(&self) -> Option<&str> {
        self.0.end_reason.as_deref()
    }

    /// What looks wrong in it.
    pub(crate) async fn findings(&self) -> Vec<Finding> {
        record::findings(&*self.0)
    }
}

/// Queries for memberships.
#[derive(Default)]
pub(crate) struct MembershipQuery;

#[Object]
impl MembershipQuery {
    /// A membership by its id; null when it is hidden or unknown.
    async fn membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<One<Membership>>> {
        let id = id::decode_as(RecordType::Membership, &id)?;
        Ok(former::found::<row::Entity>(ctx, id).await?.map(One::of))
    }

    /// Memberships.
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
        let rows = Rows::<row::Entity> {
            filter: filter_of(filter)?,
            search: None,
            order: order(order_by),
        };
        connection::list(ctx, args, rows).await
    }
}
