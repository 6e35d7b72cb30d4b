//! Whose clients an actor may keep.

use entities::client::ClientKind;
use entities::id::{AgencyId, ClusterId};
use entities::{client, cluster};
use sea_orm::ConnectionTrait;

use super::permit;
use crate::auth::{Actor, Permission, Principal, Scope};
use crate::registry::InputErrorCode::{Forbidden, InvalidState, NotFound};
use crate::registry::{Columns, Error, Result};
use crate::store;

/// The cluster whose clients an actor may keep; none: all.
///
/// # Errors
/// When it may keep none.
pub(super) fn own_cluster(actor: &Actor) -> Result<Option<ClusterId>> {
    permit(actor, Permission::Admin)?;
    match actor.principal() {
        Principal::Operator => Ok(None),
        Principal::Cluster(id) => Ok(Some(id)),
        Principal::Agency(_) | Principal::Anonymous => Err(Error::Forbidden(
            "clients are kept by the registry's operator and by clusters for themselves".to_owned(),
        )),
    }
}

/// Lets pass who may keep clients of this principal, which must be there.
///
/// # Errors
/// When it is not there, or the actor may not see it, or may see it and no more, or it is a cluster that is no
/// tenant yet.
pub(super) async fn may_keep_clients_of(
    db: &impl ConnectionTrait,
    actor: &Actor,
    of: Principal,
) -> Result<()> {
    let own = own_cluster(actor)?;
    let mut is_tenant = true;
    let there = match of {
        Principal::Operator => true,
        Principal::Cluster(id) => {
            let scope = own.map_or(&Scope::All, |_| actor.scope());
            let (uuid, columns) = (id.0, Columns::default());
            let seen = store::by_ids::<cluster::Entity>(db, scope, vec![uuid], &columns).await?;
            let row = seen.get(&uuid);
            is_tenant = row.is_none_or(|row| row.steward_id == Some(id));
            row.is_some() || own == Some(id)
        }
        Principal::Agency(id) => own.is_none() && store::agency(db, id).await?.is_some(),
        Principal::Anonymous => false,
    };
    let is_own = own.is_none_or(|own| of == Principal::Cluster(own));
    if !there {
        let message = "there is no such cluster or agency";
        return Err(Error::refused(NotFound, "principal", message));
    }
    if !is_own {
        let message = "a cluster keeps its own clients and no others";
        return Err(Error::refused(Forbidden, "principal", message));
    }
    if !is_tenant {
        let message = "the cluster is not its own steward, so that its clients could not keep its record: \
                       register it first (`registerCluster`)";
        return Err(Error::refused(InvalidState, "principal", message));
    }
    Ok(())
}

/// The principal of a client.
#[must_use]
pub fn principal_of(client: &client::Model) -> Principal {
    match (client.kind, client.cluster_id, client.agency_id) {
        (ClientKind::Operator, ..) => Principal::Operator,
        (ClientKind::Cluster, Some(id), _) => Principal::Cluster(id),
        (ClientKind::Agency, _, Some(id)) => Principal::Agency(id),
        // A damaged row speaks for nobody.
        (ClientKind::Cluster | ClientKind::Agency, ..) => Principal::Anonymous,
    }
}

/// The columns that name a principal.
pub(super) fn columns_of(
    principal: Principal,
) -> (ClientKind, Option<ClusterId>, Option<AgencyId>) {
    match principal {
        Principal::Cluster(id) => (ClientKind::Cluster, Some(id), None),
        Principal::Agency(id) => (ClientKind::Agency, None, Some(id)),
        Principal::Operator | Principal::Anonymous => (ClientKind::Operator, None, None),
    }
}
