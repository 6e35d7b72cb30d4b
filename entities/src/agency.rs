//! Agencies: organisations that oversee funds, and see what they were granted.

use sea_orm::entity::prelude::*;

use crate::id::{AgencyId, OrganisationId};

/// An agency.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agency")]
pub struct Model {
    /// The agency’s id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgencyId,
    /// The organisation that it is, which is one agency at most.
    pub organisation_id: OrganisationId,
    /// When it was registered.
    pub created_at: DateTimeUtc,
    /// Who registered it.
    pub created_by: String,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
