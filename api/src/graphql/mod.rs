//! The API: types, queries and mutations, over `registry`.
//!
//! Resolvers decode, call and wrap. Business rules live in `registry`, so that imports and pushes
//! share them; nothing here knows SQL or HTTP.

mod absent;
mod access;
mod batch;
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
mod place;
mod plain;
mod project;
mod push;
mod query;
mod record;
mod region;
pub mod request_id;
mod review;
pub(crate) mod room;
mod scalar;
mod schemas;
pub mod shape;
mod sync;
mod value;
mod value_enums;
mod written;

use async_graphql::{MergedObject, MergedSubscription, Request, ValidationMode};

pub use limits::Limits;
pub use push::IdempotencyKey;
pub use schemas::Schemas;

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
    access::AuditQuery,
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

/// What can be followed.
#[derive(Default, MergedSubscription)]
pub struct Subscription(sync::ChangeSubscription);

/// The schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// Builds the schema. It holds nothing of a request and nothing of a viewer.
#[must_use]
pub fn schema() -> Schema {
    schema_that_checks(ValidationMode::Strict)
}

/// The schema as the endpoint needs it.
///
/// # Errors
///
/// When its SDL cannot be read back, which is a mistake in the schema.
pub fn schemas() -> Result<Schemas<Schema>, async_graphql::parser::Error> {
    let (checking, trusting) = (schema(), schema_that_checks(ValidationMode::Fast));
    let sdl = checking.sdl();
    Schemas::new(checking, trusting, sdl)
}

fn schema_that_checks(mode: ValidationMode) -> Schema {
    let subscription = Subscription::default();
    Schema::build(Query::default(), Mutation::default(), subscription)
        .validation_mode(mode)
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
        .data(written::Ways::default())
        .data(former::Followed::default())
        .data(registry)
        .data(actor)
        .data(limits)
}
