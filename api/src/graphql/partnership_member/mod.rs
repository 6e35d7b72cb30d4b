//! The places of organisations in partnerships.

mod enums;
mod filter;
mod input;

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use entities::partnership_member as row;
use entities::record::RecordType;

use super::cluster::Cluster;
use super::connection::{self, List, PageArgs, Rows};
use super::context::RequestContext;
use super::error::Result;
use super::filter::filter_of;
use super::former;
use super::id;
use super::loader::{ById, ClusterOf};
use super::order::{OrderBy, order};
use super::organisation::Organisation;
use super::partnership::Partnership;
use super::plain::plain;
use super::record::{self, Envelope, Finding, shared_record};
use super::scalar::Date;
use super::written::One;

pub(crate) use enums::*;
pub(crate) use filter::{PartnershipMemberFilter, PartnershipMemberOrderField};
pub(crate) use input::{PartnershipMemberData, PartnershipMemberMutation};

/// The place of an organisation in a partnership.
#[derive(Clone)]
pub(crate) struct PartnershipMember(pub(crate) Arc<row::Model>);

shared_record!(PartnershipMember, row::Model);
plain!(
    PartnershipMember: id, version, created_at, updated_at, visibility, role, starts_on, ends_on, accepted_at,
);

/// The place of an organisation in a partnership.
#[Object]
impl PartnershipMember {
    /// Identifies the record for ever.
    pub(crate) async fn id(&self) -> ID {
        id::encode(RecordType::PartnershipMember, self.0.id.into())
    }

    #[graphql(flatten)]
    pub(crate) async fn envelope(&self) -> Envelope {
        Envelope(Arc::<row::Model>::clone(&self.0))
    }

    /// The partnership.
    async fn partnership(&self, ctx: &Context<'_>) -> Result<Option<One<Partnership>>> {
        Ok(ctx
            .batches()
            .load_one(ById::<entities::partnership::Entity>::new(
                self.0.partnership_id,
            ))
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

    /// The member’s cluster, where it runs one.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Option<One<Cluster>>> {
        Ok(ctx
            .batches()
            .load_one(ClusterOf(self.0.organisation_id.into()))
            .await?
            .map(One::of))
    }

    /// What it is there; null: not stated.
    async fn role(&self) -> Option<PartnershipRole> {
        self.0.role.map(Into::into)
    }

    /// The first day; null: not stated.
    async fn starts_on(&self) -> Option<Date> {
        self.0.starts_on.map(Date)
    }

    /// The last day; null: it goes on.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date)
    }

    /// The cluster that has accepted the place, and so sees what the others there show to partners,
    /// as they see its own; null: none has, or it has left, or you may not see it.
    async fn accepted_by(&self, ctx: &Context<'_>) -> Result<Option<One<Cluster>>> {
        let Some(id) = self.0.accepted_cluster_id else {
            return Ok(None);
        };
        let id = ById::<entities::cluster::Entity>::new(id);
        Ok(ctx.batches().load_one(id).await?.map(One::of))
    }

    /// When it was accepted last; null: never.
    async fn accepted_at(&self) -> Option<DateTime<Utc>> {
        self.0.accepted_at
    }

    /// When the cluster that had accepted it left; null: it did not.
    async fn left_at(&self) -> Option<DateTime<Utc>> {
        self.0.left_at
    }

    /// What looks wrong in it.
    pub(crate) async fn findings(&self) -> Vec<Finding> {
        record::findings(&*self.0)
    }
}

/// Queries for partnership members.
#[derive(Default)]
pub(crate) struct PartnershipMemberQuery;

#[Object]
impl PartnershipMemberQuery {
    /// A place in a partnership by its id; null when it is hidden or unknown.
    async fn partnership_member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<One<PartnershipMember>>> {
        let id = id::decode_as(RecordType::PartnershipMember, &id)?;
        Ok(former::found::<row::Entity>(ctx, id).await?.map(One::of))
    }

    /// Places in partnerships.
    #[expect(
        clippy::too_many_arguments,
        reason = "GraphQL arguments are the function's own"
    )]
    async fn partnership_members(
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
        let rows = Rows::<row::Entity> {
            filter: filter_of(filter)?,
            search: None,
            order: order(order_by),
        };
        connection::list(ctx, args, rows).await
    }
}
