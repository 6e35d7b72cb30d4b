//! Organisations.

mod duplicates;
mod enums;
mod filter;
mod input;
mod lookup;
mod size;

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entities::organisation as row;
use entities::record::RecordType;

use super::cluster::Cluster;
use super::connection::{self, List, PageArgs, Rows};
use super::context::RequestContext;
use super::error::Result;
use super::filter::filter_of;
use super::former;
use super::id;
use super::loader::ClusterOf;
use super::membership::{Membership, MembershipFilter, MembershipOrderField};
use super::order::{OrderBy, order};
use super::participation::{Participation, ParticipationFilter, ParticipationOrderField};
use super::partnership_member::{
    PartnershipMember, PartnershipMemberFilter, PartnershipMemberOrderField,
};
use super::plain::plain;
use super::record::{Envelope, Finding, shared_record};
use super::region::Region;
use super::value::{self, Address, Classification, Identifier, IdentifierKey, Link, Name};
use super::written::{Many, One};

pub(crate) use enums::*;
pub(crate) use filter::{OrganisationFilter, OrganisationOrderField};
pub(crate) use input::{OrganisationData, OrganisationMutation};
pub(crate) use lookup::OrganisationsByIdentifier;
pub(crate) use size::SizeStatement;

/// An organisation: a company, a hospital, a university, an authority, an investor.
#[derive(Clone)]
pub(crate) struct Organisation(pub(crate) Arc<row::Model>);

shared_record!(Organisation, row::Model);
plain!(
    Organisation: id, version, created_at, updated_at, visibility, name, names, kind, legal_status, legal_form, is_sme,
    country, region, location, website, links, identifiers, classifications, description,
);

/// An organisation: a company, a hospital, a university, an authority, an investor.
#[Object]
impl Organisation {
    /// Identifies the record for ever.
    pub(crate) async fn id(&self) -> ID {
        id::encode(RecordType::Organisation, self.0.id.into())
    }

    #[graphql(flatten)]
    pub(crate) async fn envelope(&self) -> Envelope {
        Envelope(Arc::<row::Model>::clone(&self.0))
    }

    /// The name to show.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// All its names.
    async fn names(&self) -> Many<Name> {
        value::each(&self.0.names.0)
    }

    /// What it mainly is.
    async fn kind(&self) -> OrganisationKind {
        self.0.kind.into()
    }

    /// What else it is.
    async fn other_kinds(&self) -> Vec<OrganisationKind> {
        value::each(&self.0.other_kinds.0)
    }

    /// Whether it exists; null: not known.
    async fn legal_status(&self) -> Option<LegalStatus> {
        self.0.legal_status.map(Into::into)
    }

    /// The kind of legal body, in words or as an ELF code (ISO 20275).
    async fn legal_form(&self) -> Option<&str> {
        self.0.legal_form.as_deref()
    }

    /// Whether it is a small or medium-sized enterprise; null: not known.
    async fn is_sme(&self) -> Option<bool> {
        self.0.is_sme
    }

    /// What was said of its size, and for when.
    async fn sizes(&self) -> Many<SizeStatement> {
        value::each(&self.0.sizes.0)
    }

    /// ISO 3166-1 alpha-2.
    async fn country(&self) -> Option<&str> {
        self.0.country.as_deref()
    }

    /// The region, as its source gave it.
    async fn region(&self) -> Option<One<Region>> {
        value::region_of(self.0.region_code.as_ref(), self.0.region_version)
    }

    /// Postal address.
    async fn address(&self) -> Address {
        self.0.address.clone().into()
    }

    /// The city of its address.
    async fn city(&self) -> Option<&str> {
        self.0.address.city.as_deref()
    }

    /// Latitude and longitude, WGS 84, as the source wrote them.
    async fn location(&self) -> Option<&str> {
        self.0.location.as_deref()
    }

    /// Home page.
    async fn website(&self) -> Option<&str> {
        self.0.website.as_deref()
    }

    /// Other pages.
    async fn links(&self) -> Many<Link> {
        value::each(&self.0.links.0)
    }

    /// Its identifiers, with their verification status.
    async fn identifiers(&self) -> Many<Identifier> {
        value::each(&self.0.identifiers.0)
    }

    /// Terms it is filed under.
    async fn classifications(&self) -> Many<Classification> {
        value::each(&self.0.classifications.0)
    }

    /// What it does, in words.
    async fn description(&self) -> Option<&str> {
        self.0.description.as_deref()
    }

    /// The cluster that it runs.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Option<One<Cluster>>> {
        Ok(ctx
            .batches()
            .load_one(ClusterOf(self.0.id.into()))
            .await?
            .map(One::of))
    }

    /// What looks wrong in it; another visible organisation with the same strong identifier is among it.
    pub(crate) async fn findings(&self, ctx: &Context<'_>) -> Result<Vec<Finding>> {
        duplicates::findings(ctx, &self.0).await
    }

    /// Its memberships of clusters.
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
        let parent = (
            entities::membership::Column::OrganisationId,
            self.0.id.into(),
        );
        connection::children(ctx, parent, args, rows).await
    }

    /// Its participations in projects.
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
        let parent = (
            entities::participation::Column::OrganisationId,
            self.0.id.into(),
        );
        connection::children(ctx, parent, args, rows).await
    }

    /// Its places in partnerships.
    #[expect(
        clippy::too_many_arguments,
        reason = "GraphQL arguments are the function's own"
    )]
    async fn partnership_memberships(
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
            entities::partnership_member::Column::OrganisationId,
            self.0.id.into(),
        );
        connection::children(ctx, parent, args, rows).await
    }
}

/// Queries for organisations.
#[derive(Default)]
pub(crate) struct OrganisationQuery;

#[Object]
impl OrganisationQuery {
    /// An organisation by its id; null when it is hidden or unknown.
    async fn organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its id.")] id: ID,
    ) -> Result<Option<One<Organisation>>> {
        let id = id::decode_as(RecordType::Organisation, &id)?;
        Ok(former::found::<row::Entity>(ctx, id).await?.map(One::of))
    }

    /// Organisations.
    #[expect(
        clippy::too_many_arguments,
        reason = "GraphQL arguments are the function's own"
    )]
    async fn organisations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those for which this holds.")] filter: Option<
            Box<OrganisationFilter>,
        >,
        #[graphql(
            desc = "Only those that hold these words; the best come first unless `orderBy` says else."
        )]
        search: Option<String>,
        #[graphql(desc = "In which order; by id when nothing is said.")] order_by: Option<
            Vec<OrderBy<OrganisationOrderField>>,
        >,
    ) -> Result<List<Organisation>> {
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

    /// Who holds these identifiers: one answer for each key, in the order asked. Identifiers are
    /// shared in real life, so each answer is a list.
    async fn organisations_by_identifier(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The identifiers, 200 at most; any usual form will do.")] keys: Vec<
            IdentifierKey,
        >,
    ) -> Result<Vec<OrganisationsByIdentifier>> {
        lookup::by_identifier(ctx, keys).await
    }
}
