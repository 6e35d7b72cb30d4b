//! The places of organisations in partnerships.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{ClusterId, OrganisationId, PartnershipId, PartnershipMemberId};
use crate::record::{FieldSources, Findings, PartnershipIds, Visibility, record};
use crate::value::text_enum;

text_enum! {
    /// What a member is in a partnership.
    PartnershipRole {
        /// It leads the partnership.
        Coordinator,
        /// A partner.
        Partner,
        /// An associated partner.
        Associated,
        /// An observer.
        Observer,
    }
}

/// A place in a partnership.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "partnership_member")]
pub struct Model {
    /// The record's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartnershipMemberId,
    /// 1 when created, one more with every change.
    pub version: i32,
    /// When the record came into the registry.
    pub created_at: DateTimeUtc,
    /// When it last changed.
    pub updated_at: DateTimeUtc,
    /// The cluster that is responsible for the record; none: the registry itself.
    pub steward_id: Option<ClusterId>,
    /// Who may see the record.
    pub visibility: Visibility,
    /// The partnerships through which partners see it; none: all that its steward shares.
    #[sea_orm(column_type = "JsonBinary")]
    pub partnership_ids: PartnershipIds,
    /// When it was archived.
    pub archived_at: Option<DateTimeUtc>,
    /// What looks wrong in the record.
    #[sea_orm(column_type = "JsonBinary")]
    pub findings: Findings,
    /// The sources that its fields came from.
    #[sea_orm(column_type = "JsonBinary")]
    pub provenance: FieldSources,
    /// The partnership.
    pub partnership_id: PartnershipId,
    /// The member.
    pub organisation_id: OrganisationId,
    /// What it is there; none: not stated.
    pub role: Option<PartnershipRole>,
    /// The first day; none: not stated.
    pub starts_on: Option<Date>,
    /// The last day; none: it goes on.
    pub ends_on: Option<Date>,
    /// The cluster that accepted the place, and so shares the partnership; none: not yet, or it
    /// has left.
    pub accepted_cluster_id: Option<ClusterId>,
    /// When it last accepted.
    pub accepted_at: Option<DateTimeUtc>,
    /// When it left; none: it did not, or it accepted again.
    pub left_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`, where the viewer's rights are.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record! {
    PartnershipMember:
    id, version, created_at, updated_at, steward_id, visibility, partnership_ids, archived_at,
    findings, provenance, partnership_id, organisation_id, role, starts_on, ends_on,
    accepted_cluster_id, accepted_at, left_at,
}
