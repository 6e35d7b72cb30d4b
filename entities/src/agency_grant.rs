//! Grants: the regions and programmes whose co-investments an agency sees.

use sea_orm::entity::prelude::*;

use crate::id::{AgencyGrantId, AgencyId};

/// A grant, of a region or of a programme.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "agency_grant")]
pub struct Model {
    /// The grant’s id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AgencyGrantId,
    /// The agency that has it.
    pub agency_id: AgencyId,
    /// NUTS code of the region; none: it is of a programme.
    pub region_code: Option<String>,
    /// The programme’s code; none: it is of a region.
    pub programme: Option<String>,
    /// When it was granted.
    pub granted_at: DateTimeUtc,
    /// Who granted it.
    pub granted_by: String,
    /// When it was taken back; none: it holds.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
