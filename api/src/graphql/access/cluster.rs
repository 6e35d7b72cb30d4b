//! Clusters as tenants.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object};
use entities::record::RecordType;

use super::answer;
use crate::graphql::change::RecordRef;
use crate::graphql::cluster::ClusterPayload;
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;

/// A cluster that is to have clients of its own.
#[derive(Clone, InputObject)]
pub(crate) struct RegisterClusterInput {
    /// The organisation that runs it: by its id, or by an identifier such as PIC or VAT number.
    organisation: RecordRef,
    /// Short form of the cluster's name, where there is no cluster yet.
    acronym: Option<String>,
}

/// The mutation that makes a cluster a tenant.
#[derive(Default)]
pub(crate) struct TenantMutation;

#[Object]
impl TenantMutation {
    /// Makes an organisation's cluster a tenant, which is its own steward and can have clients. The
    /// cluster is made where there is none. Done twice, it is the same cluster. For the operator.
    ///
    /// Needs the scope `admin`.
    async fn register_cluster(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which cluster.")] input: RegisterClusterInput,
    ) -> Result<ClusterPayload> {
        let RegisterClusterInput {
            organisation,
            acronym,
        } = input;
        let organisation = organisation.to(RecordType::Organisation);
        let (registry, actor) = (ctx.registry(), ctx.actor());
        let registered = registry.register_cluster(actor, organisation, acronym, "graphql");
        let (cluster, errors) = answer(registered.await)?;
        Ok((cluster.map(Arc::new), errors).into())
    }
}
