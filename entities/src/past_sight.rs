//! Who could see a record until a change of that: one row for each partnership that it named then, and
//! one where it named none. Who sees it now is in `change_head`.

use sea_orm::entity::prelude::*;

use crate::id::{ClusterId, PartnershipId};
use crate::record::Visibility;

/// A sight of a record that has ended.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "past_sight")]
pub struct Model {
    /// The position of the change with which it ended.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// Its number among the rows of the position, from 0.
    #[sea_orm(primary_key, auto_increment = false)]
    pub n: i32,
    /// The record.
    pub record_id: Uuid,
    /// Who could see it.
    pub audience: Visibility,
    /// Its steward then; none: the registry itself.
    pub steward_id: Option<ClusterId>,
    /// A partnership through which partners saw it; none: all that its steward shared.
    pub partnership_id: Option<PartnershipId>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
