//! Clients: programs that sign in for a principal.

use sea_orm::entity::prelude::*;

use crate::id::{AgencyId, ClientId, ClusterId};
use crate::value::text_enum;

text_enum! {
    /// The kinds of principals that have clients.
    ClientKind {
        /// The registry’s operator.
        Operator,
        /// A cluster.
        Cluster,
        /// An agency.
        Agency,
    }
}

/// A client.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client")]
pub struct Model {
    /// The client’s id, which it signs in with.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientId,
    /// Its name, which no other live client of its principal has.
    pub name: String,
    /// The kind of its principal.
    pub kind: ClientKind,
    /// The cluster that it acts for.
    pub cluster_id: Option<ClusterId>,
    /// The agency that it acts for.
    pub agency_id: Option<AgencyId>,
    /// What it may do: OAuth scopes with blanks between them.
    pub permissions: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// Who made it.
    pub created_by: String,
    /// When it was revoked; none: it lives.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
