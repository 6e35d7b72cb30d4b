//! Memberships of organisations in clusters.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{ClusterId, MembershipId, OrganisationId};
use crate::record::{FieldSources, Findings, PartnershipIds, Visibility, record};
use crate::value::text_enum;

text_enum! {
    /// The category of a membership.
    MembershipCategory {
        /// Founder.
        Founding,
        /// Full member.
        Full,
        /// Associate member.
        Associate,
        /// Observer.
        Observer,
    }
}

/// A membership.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "membership")]
pub struct Model {
    /// The record's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MembershipId,
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
    /// The cluster.
    pub cluster_id: ClusterId,
    /// The member.
    pub organisation_id: OrganisationId,
    /// Its category; none: not stated.
    pub category: Option<MembershipCategory>,
    /// The day it asked to join.
    pub applied_on: Option<Date>,
    /// The first day of the membership; none: not stated.
    pub starts_on: Option<Date>,
    /// The last day of the membership; none: it goes on.
    pub ends_on: Option<Date>,
    /// Why it ended, in words.
    pub end_reason: Option<String>,
}

/// Joins are written in `store`, where the viewer's rights are.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record! {
    Membership:
    id, version, created_at, updated_at, steward_id, visibility, partnership_ids, archived_at,
    findings, provenance, cluster_id, organisation_id, category, applied_on, starts_on, ends_on,
    end_reason,
}
