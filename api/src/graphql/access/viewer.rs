//! Who asks.

use async_graphql::{Context, ID, Object};
use entities::cluster as row;

use super::scopes;
use crate::auth::{Actor, Principal, type_id};
use crate::graphql::cluster::Cluster;
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::loader::ById;

/// Who asks.
pub(crate) struct Viewer(Actor);

/// Who asks.
#[Object]
impl Viewer {
    /// In whose name: `anonymous`, `operator`, or the id of a cluster or an agency.
    async fn principal(&self) -> String {
        self.0.principal().to_string()
    }

    /// What it may do, as OAuth scopes.
    async fn scopes(&self) -> Vec<String> {
        scopes(&self.0.permissions().to_string())
    }

    /// The client that it asks with; null for people and for nobody.
    async fn client(&self) -> Option<ID> {
        let id = self.0.client()?;
        Some(ID(type_id::write(type_id::CLIENT, id)))
    }

    /// The clusters that it acts for: one for a cluster, else none.
    async fn clusters(&self, ctx: &Context<'_>) -> Result<Vec<Cluster>> {
        let Principal::Cluster(id) = self.0.principal() else {
            return Ok(Vec::new());
        };
        let cluster = ctx.batches().load_one(ById::<row::Entity>::new(id)).await?;
        Ok(cluster.map(Cluster).into_iter().collect())
    }
}

/// The query for the viewer.
#[derive(Default)]
pub(crate) struct ViewerQuery;

#[Object]
impl ViewerQuery {
    /// Who asks: the bearer of the token, or nobody.
    async fn viewer(&self, ctx: &Context<'_>) -> Viewer {
        Viewer(ctx.actor().clone())
    }
}
