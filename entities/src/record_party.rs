//! Who stewards or claims a record, and who once did: these see it whatever its audience is.

use sea_orm::entity::prelude::*;

use crate::id::ClusterId;
use crate::value::text_enum;

text_enum! {
    /// What a cluster is to a record.
    PartyRole {
        /// It is responsible for the record.
        Steward,
        /// Its own source speaks of the record.
        Claimant,
    }
}

/// A cluster that is, or was, a party of a record.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "record_party")]
pub struct Model {
    /// The record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub record_id: Uuid,
    /// The cluster.
    #[sea_orm(primary_key, auto_increment = false)]
    pub cluster_id: ClusterId,
    /// What it is to the record.
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: PartyRole,
    /// The position of the change with which that began.
    #[sea_orm(primary_key, auto_increment = false)]
    pub since: i64,
    /// The position of the change with which it ended; none: it lasts.
    pub until: Option<i64>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
