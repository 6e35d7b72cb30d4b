//! Accepting a place in a partnership, leaving it, dissolving a partnership.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use entities::id::ClusterId;
use entities::record::RecordType;

use super::answer;
use crate::graphql::change::{UserError, id_or_nil};
use crate::graphql::cluster::Cluster;
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::loader::ById;
use crate::graphql::partnership::Partnership;
use crate::graphql::partnership_member::PartnershipMember;
use crate::graphql::written::One;
use crate::registry::{Agreed, Run};

/// A place in a partnership that is to be accepted.
#[derive(Clone, InputObject)]
pub(crate) struct AcceptPartnershipInput {
    /// The place.
    partnership_member: ID,
    /// Only say what it would change.
    #[graphql(default_with = "Some(false)")]
    dry_run: Option<bool>,
}

/// A place in a partnership that is to be left.
#[derive(Clone, InputObject)]
pub(crate) struct LeavePartnershipInput {
    /// The place.
    partnership_member: ID,
    /// Only say what it would change.
    #[graphql(default_with = "Some(false)")]
    dry_run: Option<bool>,
}

/// A partnership that is to be dissolved.
#[derive(Clone, InputObject)]
pub(crate) struct DissolvePartnershipInput {
    /// The partnership.
    partnership: ID,
    /// Only say what it would change.
    #[graphql(default_with = "Some(false)")]
    dry_run: Option<bool>,
}

/// What a cluster sees more, or less.
pub(crate) struct SightChange {
    cluster: ClusterId,
    records: i64,
}

/// What a cluster sees more, or less.
#[Object]
impl SightChange {
    /// The cluster; null when you may not see it.
    async fn cluster(&self, ctx: &Context<'_>) -> Result<Option<One<Cluster>>> {
        let id = ById::<entities::cluster::Entity>::new(self.cluster);
        Ok(ctx.batches().load_one(id).await?.map(One::of))
    }

    /// How many records of its partners it starts to see by an acceptance, or stops to see otherwise.
    async fn records(&self) -> i32 {
        i32::try_from(self.records).unwrap_or(i32::MAX)
    }
}

/// What became of a place in a partnership.
#[derive(SimpleObject)]
pub(crate) struct PartnershipPlacePayload {
    /// The place as it is now; null when the input was refused.
    partnership_member: Option<PartnershipMember>,
    /// What it changes, or would change, for each cluster that has accepted a place there.
    sight: Vec<SightChange>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What became of a partnership.
#[derive(SimpleObject)]
pub(crate) struct DissolvePartnershipPayload {
    /// The partnership as it is now; null when the input was refused.
    partnership: Option<Partnership>,
    /// What it changes, or would change, for each cluster that has accepted a place there.
    sight: Vec<SightChange>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// Mutations by which clusters begin and cease to see each other's records.
#[derive(Default)]
pub(crate) struct AcceptanceMutation;

#[Object]
impl AcceptanceMutation {
    /// Accepts a place in a partnership: from then on the cluster and the others that have accepted
    /// theirs see each other's records for partners. For that cluster, where the registry, the partnership's steward
    /// or a cluster with an accepted place in it wrote the place down (else `FORBIDDEN`), and for the operator. A
    /// place that is kept from those who share the partnership (`OWNER`) is not accepted. Done twice it is the same.
    ///
    /// Needs the scope `admin`.
    async fn accept_partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which place.")] input: AcceptPartnershipInput,
    ) -> Result<PartnershipPlacePayload> {
        let member = id_or_nil(RecordType::PartnershipMember, &input.partnership_member);
        let (registry, run) = (ctx.registry(), run(input.dry_run));
        let agreed = registry.accept_partnership(ctx.actor(), member, run).await;
        Ok(place(answer(agreed)?))
    }

    /// Leaves a partnership: the cluster and the others there stop seeing each other's records, but
    /// for what another partnership shows them and for records of which their own sources speak. For that cluster
    /// and the operator. Done twice it is the same.
    ///
    /// Needs the scope `admin`.
    async fn leave_partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which place.")] input: LeavePartnershipInput,
    ) -> Result<PartnershipPlacePayload> {
        let member = id_or_nil(RecordType::PartnershipMember, &input.partnership_member);
        let (registry, run) = (ctx.registry(), run(input.dry_run));
        let agreed = registry.leave_partnership(ctx.actor(), member, run).await;
        Ok(place(answer(agreed)?))
    }

    /// Dissolves a partnership: nobody sees anything through it any more. For the operator. Done twice
    /// it is the same.
    ///
    /// Needs the scope `admin`.
    async fn dissolve_partnership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which partnership.")] input: DissolvePartnershipInput,
    ) -> Result<DissolvePartnershipPayload> {
        let partnership = id_or_nil(RecordType::Partnership, &input.partnership);
        let (registry, run) = (ctx.registry(), run(input.dry_run));
        let agreed = registry.dissolve_partnership(ctx.actor(), partnership, run);
        let (agreed, user_errors) = answer(agreed.await)?;
        let (row, sight) = parts(agreed);
        Ok(DissolvePartnershipPayload {
            partnership: row.map(Partnership),
            sight,
            user_errors,
        })
    }
}

fn run(dry: Option<bool>) -> Run<'static> {
    Run {
        dry: dry.unwrap_or(false),
        origin: "graphql",
    }
}

fn parts<M>(agreed: Option<Agreed<M>>) -> (Option<Arc<M>>, Vec<SightChange>) {
    let Some(Agreed { record, sides }) = agreed else {
        return (None, Vec::new());
    };
    let sides = sides.into_iter();
    let sight = sides.map(|(cluster, records)| SightChange { cluster, records });
    (Some(Arc::new(record)), sight.collect())
}

fn place(
    (agreed, user_errors): (
        Option<Agreed<entities::partnership_member::Model>>,
        Vec<UserError>,
    ),
) -> PartnershipPlacePayload {
    let (row, sight) = parts(agreed);
    PartnershipPlacePayload {
        partnership_member: row.map(PartnershipMember),
        sight,
        user_errors,
    }
}
