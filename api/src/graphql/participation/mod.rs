//! Participations of organisations in projects.

mod enums;
mod filter;
mod input;

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entities::participation as row;
use entities::record::RecordType;

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
use super::project::Project;
use super::record::{self, Envelope, Finding, shared_record};
use super::value::Money;
use super::written::One;

pub(crate) use enums::*;
pub(crate) use filter::{ParticipationFilter, ParticipationOrderField};
pub(crate) use input::{ParticipationData, ParticipationMutation};

/// A participation of an organisation in a project.
#[derive(Clone)]
pub(crate) struct Participation(pub(crate) Arc<row::Model>);

shared_record!(Participation, row::Model);
plain!(
    Participation: id, version, created_at, updated_at, visibility, role, order, eu_contribution, net_eu_contribution,
    total_cost, terminated, was_sme,
);

/// A participation of an organisation in a project.
#[Object]
impl Participation {
    /// Identifies the record for ever.
    pub(crate) async fn id(&self) -> ID {
        id::encode(RecordType::Participation, self.0.id.into())
    }

    #[graphql(flatten)]
    pub(crate) async fn envelope(&self) -> Envelope {
        Envelope(Arc::<row::Model>::clone(&self.0))
    }

    /// The project.
    async fn project(&self, ctx: &Context<'_>) -> Result<Option<One<Project>>> {
        Ok(ctx
            .batches()
            .load_one(ById::<entities::project::Entity>::new(self.0.project_id))
            .await?
            .map(One::of))
    }

    /// The participant.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<One<Organisation>>> {
        Ok(ctx
            .batches()
            .load_one(ById::<entities::organisation::Entity>::new(
                self.0.organisation_id,
            ))
            .await?
            .map(One::of))
    }

    /// What it is there.
    async fn role(&self) -> ParticipationRole {
        self.0.role.into()
    }

    /// Its number in the list of participants.
    async fn order(&self) -> Option<i32> {
        self.0.order
    }

    /// What the EU pays it.
    async fn eu_contribution(&self) -> Option<One<Money>> {
        Money::of(self.0.eu_contribution_minor, self.0.currency.as_ref())
    }

    /// What it keeps of that after passing on to third parties.
    async fn net_eu_contribution(&self) -> Option<One<Money>> {
        Money::of(self.0.net_eu_contribution_minor, self.0.currency.as_ref())
    }

    /// Its costs; null: not stated.
    async fn total_cost(&self) -> Option<One<Money>> {
        Money::of(self.0.total_cost_minor, self.0.currency.as_ref())
    }

    /// Whether it left before the project’s end.
    async fn terminated(&self) -> Option<bool> {
        self.0.terminated
    }

    /// Whether it was a small or medium-sized enterprise at the time.
    async fn was_sme(&self) -> Option<bool> {
        self.0.was_sme
    }

    /// What looks wrong in it.
    pub(crate) async fn findings(&self) -> Vec<Finding> {
        record::findings(&*self.0)
    }
}

/// Queries for participations.
#[derive(Default)]
pub(crate) struct ParticipationQuery;

#[Object]
impl ParticipationQuery {
    /// A participation by its id; null when it is hidden or unknown.
    async fn participation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<One<Participation>>> {
        let id = id::decode_as(RecordType::Participation, &id)?;
        Ok(former::found::<row::Entity>(ctx, id).await?.map(One::of))
    }

    /// Participations.
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
        let rows = Rows::<row::Entity> {
            filter: filter_of(filter)?,
            search: None,
            order: order(order_by),
        };
        connection::list(ctx, args, rows).await
    }
}
