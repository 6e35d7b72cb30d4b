//! Partnerships of clusters and regions.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use sea_orm::FromJsonQueryResult;

use crate::id::{ClusterId, OrganisationId, PartnershipId};
use crate::record::{FieldSources, Findings, PartnershipIds, Visibility, record};
use crate::value::{Classifications, Texts, text_enum};

text_enum! {
    /// The programme that a partnership belongs to.
    PartnershipProgramme {
        /// European Strategic Cluster Partnerships for smart specialisation investments.
        #[sea_orm(string_value = "ESCP_S3")]
        #[serde(rename = "ESCP_S3")]
        EscpS3,
        /// European Strategic Cluster Partnerships for going international.
        #[sea_orm(string_value = "ESCP_4I")]
        #[serde(rename = "ESCP_4I")]
        Escp4i,
        /// European Strategic Cluster Partnerships for excellence.
        EscpExcellence,
        /// Euroclusters.
        Eurocluster,
        /// Thematic partnerships of the smart specialisation platform.
        #[sea_orm(string_value = "S3_THEMATIC_PARTNERSHIP")]
        #[serde(rename = "S3_THEMATIC_PARTNERSHIP")]
        S3ThematicPartnership,
        /// Interreg.
        Interreg,
        /// Interregional Innovation Investments.
        #[sea_orm(string_value = "I3")]
        #[serde(rename = "I3")]
        I3,
        /// Any other.
        Other,
    }
    /// Who pays for a partnership's work.
    FundingStatus {
        /// The programme pays a part.
        Cofunded,
        /// The partners pay for themselves.
        Voluntary,
    }
    /// How far a partnership is.
    PartnershipStatus {
        /// It is being written.
        Draft,
        /// It was proposed.
        Proposed,
        /// It works.
        Active,
        /// It came to its end.
        Completed,
        /// Another partnership goes on with it.
        Continued,
        /// It was dissolved.
        Dissolved,
    }
    /// How something is linked to a partnership.
    PartnershipLinkKind {
        /// A network that the partnership works with.
        LinkedNetwork,
        /// A partnership with the same aim.
        Sister,
        /// A partner outside the programme's countries.
        ThirdCountry,
        /// A platform of smart specialisation.
        S3Platform,
    }
}

/// Something that a partnership is linked with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartnershipLink {
    /// How it is linked.
    pub kind: PartnershipLinkKind,
    /// Its name as the source has it.
    pub name: String,
    /// The organisation, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation_id: Option<OrganisationId>,
}

/// What a partnership is linked with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct PartnershipLinks(pub Vec<PartnershipLink>);

/// A partnership.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "partnership")]
pub struct Model {
    /// The record's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PartnershipId,
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
    /// Short name.
    pub acronym: Option<String>,
    /// Title.
    pub title: String,
    /// The title folded, for order and search.
    pub name_key: String,
    /// The programme it belongs to; none: not stated.
    pub programme: Option<PartnershipProgramme>,
    /// Who pays for its work; none: not stated.
    pub funding_status: Option<FundingStatus>,
    /// How far it is; none: not stated.
    pub status: Option<PartnershipStatus>,
    /// The first day.
    pub starts_on: Option<Date>,
    /// How many months it lasts; the last day follows from it.
    pub duration_months: Option<i32>,
    /// Where it comes from, in words.
    pub origin: Option<String>,
    /// What it wants to reach.
    #[sea_orm(column_type = "JsonBinary")]
    pub objectives: Texts,
    /// What it expects as results.
    #[sea_orm(column_type = "JsonBinary")]
    pub expected_results: Texts,
    /// How many partners it said it had; none: not stated.
    pub declared_partner_count: Option<i32>,
    /// How many SMEs it said were involved; none: not stated.
    pub declared_sme_count: Option<i32>,
    /// What it is linked with.
    #[sea_orm(column_type = "JsonBinary")]
    pub links: PartnershipLinks,
    /// Terms it is filed under.
    #[sea_orm(column_type = "JsonBinary")]
    pub classifications: Classifications,
    /// Page about it.
    pub website: Option<String>,
    /// When the operator dissolved it: from then on nobody sees anything through it.
    pub dissolved_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`, where the viewer's rights are.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record! {
    Partnership:
    id, version, created_at, updated_at, steward_id, visibility, partnership_ids, archived_at,
    findings, provenance, acronym, title, name_key, programme, funding_status, status, starts_on,
    duration_months, origin, objectives, expected_results, declared_partner_count,
    declared_sme_count, links, classifications, website, dissolved_at,
}
