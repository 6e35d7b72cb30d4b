//! The API: types, queries and mutations, over `registry`.
//!
//! Resolvers decode, call and wrap. Business rules live in `registry`, so that imports and pushes
//! share them; nothing here knows SQL or HTTP.

mod absent;
mod access;
mod change;
mod claims;
mod cluster;
mod concept;
mod connection;
mod context;
pub mod document;
pub mod endpoint;
pub mod error;
mod filter;
mod former;
mod id;
pub mod in_order;
pub mod limits;
mod loader;
mod membership;
mod order;
mod organisation;
mod participation;
mod partnership;
mod partnership_member;
mod patience;
mod project;
mod push;
mod query;
mod record;
mod region;
pub mod request_id;
mod review;
mod scalar;
pub mod shape;
mod sync;
mod value;
mod value_enums;
mod written;

use async_graphql::{EmptySubscription, MergedObject, Request};

pub use limits::Limits;
pub use push::IdempotencyKey;

use crate::auth::Actor;
use crate::registry::Registry;

/// What can be asked.
#[derive(Default, MergedObject)]
pub struct Query(
    query::NodeQuery,
    organisation::OrganisationQuery,
    cluster::ClusterQuery,
    membership::MembershipQuery,
    partnership::PartnershipQuery,
    partnership_member::PartnershipMemberQuery,
    project::ProjectQuery,
    participation::ParticipationQuery,
    region::RegionQuery,
    concept::ConceptQuery,
    access::ViewerQuery,
    access::ClientQuery,
    access::AgencyQuery,
    review::ReviewQuery,
    sync::ChangeQuery,
    sync::ResolveQuery,
    sync::StatusQuery,
);

/// What can be changed.
#[derive(Default, MergedObject)]
pub struct Mutation(
    organisation::OrganisationMutation,
    cluster::ClusterMutation,
    membership::MembershipMutation,
    partnership::PartnershipMutation,
    partnership_member::PartnershipMemberMutation,
    project::ProjectMutation,
    participation::ParticipationMutation,
    access::ClientMutation,
    access::TenantMutation,
    access::AgencyMutation,
    access::AcceptanceMutation,
    push::PushMutation,
    push::SnapshotMutation,
    review::ReviewMutation,
    sync::SourceMutation,
);

/// The schema.
pub type Schema = async_graphql::Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema. It holds nothing of a request and nothing of a viewer.
#[must_use]
pub fn schema() -> Schema {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
        .register_output_type::<record::Record>()
        .finish()
}

/// The schema in the schema definition language.
#[must_use]
pub fn sdl() -> String {
    schema().sdl()
}

/// Puts into a request what its resolvers work with: made anew each time, with the actor inside.
#[must_use]
pub fn request_data(request: Request, registry: Registry, actor: Actor, limits: Limits) -> Request {
    request
        .data(loader::Batches::new(registry.clone(), actor.clone()))
        .data(loader::Lists::default())
        .data(former::Followed::default())
        .data(registry)
        .data(actor)
        .data(limits)
}
