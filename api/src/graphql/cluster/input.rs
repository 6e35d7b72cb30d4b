//! Writing clusters.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entities::cluster as row;
use entities::record::RecordType;

use super::{Cluster, DeclaredCount, ManagementLabel};
use crate::graphql::change::{self, Answer, ArchiveInput, RecordRef, UserError};
use crate::graphql::error::Result;
use crate::graphql::record::Visibility;
use crate::graphql::value::{ClassificationInput, Link, patch, patch_each};
use crate::registry::ClusterPatch;

/// What to write of a cluster: an absent field stays as it is, null empties it.
#[derive(Clone, InputObject)]
pub(crate) struct ClusterData {
    /// The organisation that runs it.
    organisation: MaybeUndefined<RecordRef>,
    /// The name under which it is known.
    name: MaybeUndefined<String>,
    /// Short form of the name.
    acronym: MaybeUndefined<String>,
    /// ISO 3166-1 alpha-2.
    country: MaybeUndefined<String>,
    /// A NUTS code of any version, or a region’s name.
    region: MaybeUndefined<String>,
    /// The year it was founded.
    year_founded: MaybeUndefined<i32>,
    /// Its label for management excellence.
    management_label: MaybeUndefined<ManagementLabel>,
    /// Home page.
    website: MaybeUndefined<String>,
    /// Other pages; replaces the whole list.
    links: MaybeUndefined<Vec<Link>>,
    /// What it says of its members; replaces the whole list.
    declared: MaybeUndefined<Vec<DeclaredCount>>,
    /// Terms it is filed under; replaces the whole list.
    classifications: MaybeUndefined<Vec<ClassificationInput>>,
    /// What it does, in words.
    description: MaybeUndefined<String>,
}

impl From<ClusterData> for ClusterPatch {
    fn from(data: ClusterData) -> Self {
        let ClusterData {
            organisation,
            name,
            acronym,
            country,
            region,
            year_founded,
            management_label,
            website,
            links,
            declared,
            classifications,
            description,
        } = data;
        Self {
            organisation: patch(organisation).map(|to| to.to(RecordType::Organisation)),
            name: patch(name),
            acronym: patch(acronym),
            country: patch(country),
            region: patch(region),
            year_founded: patch(year_founded),
            management_label: patch(management_label).map(Into::into),
            website: patch(website),
            links: patch_each(links),
            declared: patch_each(declared),
            classifications: patch_each(classifications),
            description: patch(description),
        }
    }
}

/// A new cluster.
#[derive(Clone, InputObject)]
pub(crate) struct CreateClusterInput {
    /// What is known of it.
    data: ClusterData,
    /// Who may see it; partners when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place;
    /// all of the steward's when nothing is said.
    partnerships: Option<Vec<ID>>,
}

/// A change of a cluster.
#[derive(Clone, InputObject)]
pub(crate) struct UpdateClusterInput {
    /// The cluster.
    id: ID,
    /// The version that you saw: refused as `VERSION_MISMATCH` when it has another.
    if_version: Option<i32>,
    /// What changes.
    data: ClusterData,
    /// Who may see it; as it is when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place: as
    /// they are when nothing is said, all of the steward's for an empty list.
    partnerships: Option<Vec<ID>>,
}

/// What became of it.
#[derive(SimpleObject)]
pub(crate) struct ClusterPayload {
    /// The cluster as it is now; null when the input was refused.
    cluster: Option<Cluster>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

impl From<Answer<row::Model>> for ClusterPayload {
    fn from((record, user_errors): Answer<row::Model>) -> Self {
        Self {
            cluster: record.map(Cluster),
            user_errors,
        }
    }
}

/// Mutations of clusters.
#[derive(Default)]
pub(crate) struct ClusterMutation;

#[Object]
impl ClusterMutation {
    /// Makes a cluster.
    ///
    /// Needs the scope `members:write`.
    async fn create_cluster(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: CreateClusterInput,
    ) -> Result<ClusterPayload> {
        let CreateClusterInput {
            data,
            visibility,
            partnerships,
        } = input;
        Ok(
            change::create::<row::Entity>(ctx, data.into(), (visibility, partnerships))
                .await?
                .into(),
        )
    }

    /// Changes a cluster. Which organisation runs it is changed by the operator alone, and not while the cluster has an
    /// accepted place in a partnership.
    ///
    /// Needs the scope `members:write`.
    async fn update_cluster(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: UpdateClusterInput,
    ) -> Result<ClusterPayload> {
        let UpdateClusterInput {
            id,
            if_version,
            data,
            visibility,
            partnerships,
        } = input;
        let answer = change::update::<row::Entity>(
            ctx,
            &id,
            if_version,
            data.into(),
            (visibility, partnerships),
        )
        .await?;
        Ok(answer.into())
    }

    /// Takes a cluster out of every list, look-up and count; `restore` brings it back. Nobody acts for an archived
    /// cluster: to archive its own record, a cluster needs the scope `admin` besides.
    ///
    /// Needs the scope `members:write`.
    async fn archive_cluster(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<ClusterPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, true)
            .await?
            .into())
    }

    /// Brings a cluster back that was archived, under the same id.
    ///
    /// Needs the scope `members:write`.
    async fn restore_cluster(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<ClusterPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, false)
            .await?
            .into())
    }
}
