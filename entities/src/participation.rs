//! Participations of organisations in projects.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{ClusterId, OrganisationId, ParticipationId, ProjectId};
use crate::record::{FieldSources, Findings, PartnershipIds, Visibility, record};
use crate::value::text_enum;

text_enum! {
    /// What an organisation is in a project.
    ParticipationRole {
        /// It leads the project.
        Coordinator,
        /// A beneficiary.
        Partner,
        /// Takes part without EU money.
        AssociatedPartner,
        /// Works for a beneficiary that it is linked to.
        ThirdParty,
        /// Works under contract.
        Subcontractor,
        /// Contributes work or goods.
        InKindContributor,
        /// A place where the results are tried.
        PilotSite,
    }
}

#[expect(
    clippy::derivable_impls,
    reason = "the macro that declares enums derives no default"
)]
impl Default for ParticipationRole {
    fn default() -> Self {
        Self::Partner
    }
}

/// A participation.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "participation")]
pub struct Model {
    /// The record's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ParticipationId,
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
    /// The project.
    pub project_id: ProjectId,
    /// The participant.
    pub organisation_id: OrganisationId,
    /// What it is there.
    pub role: ParticipationRole,
    /// Its number in the list of participants, 1 first.
    pub order: Option<i32>,
    /// What the EU pays it, in minor units.
    pub eu_contribution_minor: Option<i64>,
    /// What it keeps of that after passing on to third parties, in minor units.
    pub net_eu_contribution_minor: Option<i64>,
    /// Its costs, in minor units.
    pub total_cost_minor: Option<i64>,
    /// The currency of the amounts, ISO 4217.
    pub currency: Option<String>,
    /// Whether it left before the project’s end.
    pub terminated: Option<bool>,
    /// Whether it was an SME at the time.
    pub was_sme: Option<bool>,
}

/// Joins are written in `store`, where the viewer's rights are.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record! {
    Participation:
    id, version, created_at, updated_at, steward_id, visibility, partnership_ids, archived_at,
    findings, provenance, project_id, organisation_id, role, order, eu_contribution_minor,
    net_eu_contribution_minor, total_cost_minor, currency, terminated, was_sme,
}
