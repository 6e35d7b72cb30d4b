//! View: which clusters show each other what they have for partners, and through which places. Both
//! have accepted a place in the partnership, and it is not dissolved.

use sea_orm::entity::prelude::*;

use crate::id::{ClusterId, PartnershipId, PartnershipMemberId};

/// A place through which a cluster sees another's records; one of its own is among them.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "fellow")]
pub struct Model {
    /// The cluster that sees.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cluster_id: ClusterId,
    /// The place of the other.
    #[sea_orm(primary_key, auto_increment = false)]
    pub place_id: PartnershipMemberId,
    /// The partnership that they share.
    pub partnership_id: PartnershipId,
    /// The cluster whose records are seen.
    pub fellow_id: ClusterId,
    /// Since when the other has the place.
    pub accepted_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
