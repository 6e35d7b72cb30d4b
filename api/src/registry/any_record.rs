//! A record of any type, for what follows all types at once.

use std::collections::HashMap;
use std::sync::Arc;

use entities::record::{Record, RecordRow, RecordType};
use entities::{
    cluster, membership, organisation, participation, partnership, partnership_member, project,
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::Result;
use crate::auth::Scope;
use crate::store::{self, Columns};

/// A record of any type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AnyRecord {
    /// An organisation.
    Organisation(Arc<organisation::Model>),
    /// A cluster.
    Cluster(Arc<cluster::Model>),
    /// A membership.
    Membership(Arc<membership::Model>),
    /// A partnership.
    Partnership(Arc<partnership::Model>),
    /// A place in a partnership.
    PartnershipMember(Arc<partnership_member::Model>),
    /// A project.
    Project(Arc<project::Model>),
    /// A participation.
    Participation(Arc<participation::Model>),
}

/// Reads the records with these ids that a viewer may see, a statement for each type.
///
/// # Errors
/// When the database does.
pub(super) async fn read(
    db: &impl ConnectionTrait,
    scope: &Scope,
    ids: HashMap<RecordType, Vec<Uuid>>,
    columns: &Columns,
) -> Result<HashMap<Uuid, AnyRecord>> {
    let mut found = HashMap::new();
    let at = (scope, columns);
    for (kind, ids) in ids {
        use AnyRecord as Any;
        match kind {
            RecordType::Organisation => of(db, at, ids, Any::Organisation, &mut found).await?,
            RecordType::Cluster => of(db, at, ids, Any::Cluster, &mut found).await?,
            RecordType::Membership => of(db, at, ids, Any::Membership, &mut found).await?,
            RecordType::Partnership => of(db, at, ids, Any::Partnership, &mut found).await?,
            RecordType::PartnershipMember => {
                of(db, at, ids, Any::PartnershipMember, &mut found).await?;
            }
            RecordType::Project => of(db, at, ids, Any::Project, &mut found).await?,
            RecordType::Participation => of(db, at, ids, Any::Participation, &mut found).await?,
        }
    }
    Ok(found)
}

async fn of<M>(
    db: &impl ConnectionTrait,
    (scope, columns): (&Scope, &Columns),
    ids: Vec<Uuid>,
    any: fn(Arc<M>) -> AnyRecord,
    found: &mut HashMap<Uuid, AnyRecord>,
) -> Result<()>
where
    M: RecordRow<Entity: Record<Model = M>>,
{
    let rows = store::by_ids::<M::Entity>(db, scope, ids, columns).await?;
    found.extend(rows.into_iter().map(|(id, row)| (id, any(Arc::new(row)))));
    Ok(())
}
