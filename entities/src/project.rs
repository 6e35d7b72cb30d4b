//! Projects.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use sea_orm::FromJsonQueryResult;

use crate::id::{ClusterId, PartnershipId, ProjectId};
use crate::record::{FieldSources, Findings, PartnershipIds, Visibility, record};
use crate::value::{Classifications, Identifiers, Links, text_enum};

text_enum! {
    /// How far a project is.
    ProjectStatus {
        /// An idea.
        Pipeline,
        /// Applied for.
        Applied,
        /// Rejected.
        Rejected,
        /// On a reserve list.
        Reserve,
        /// The grant agreement is signed.
        Signed,
        /// Work goes on.
        Running,
        /// Work is suspended.
        Suspended,
        /// It came to its end.
        Closed,
        /// It was ended before its time.
        Terminated,
        /// It was cancelled before work began.
        Cancelled,
    }
    /// How mature a result is.
    MaturityStage {
        /// An idea.
        Idea,
        /// A proof of concept.
        ProofOfConcept,
        /// Validated in a laboratory.
        LabValidated,
        /// A prototype.
        Prototype,
        /// A demonstrator.
        Demonstrator,
        /// A pilot.
        Pilot,
        /// Ready to be sold.
        ReadyToMarket,
        /// It is sold.
        OnMarket,
    }
}

/// How mature a project's result was found to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Maturity {
    /// The day of the assessment.
    pub assessed_on: Date,
    /// The stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<MaturityStage>,
    /// Technology readiness level, 1 to 9.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trl: Option<i32>,
    /// What it is based on, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// The assessments of a project's maturity, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct MaturityHistory(pub Vec<Maturity>);

/// A project.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "project")]
pub struct Model {
    /// The record's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ProjectId,
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
    /// What it is about.
    pub summary: Option<String>,
    /// How far it is; none: not stated.
    pub status: Option<ProjectStatus>,
    /// The first day.
    pub starts_on: Option<Date>,
    /// The last day.
    pub ends_on: Option<Date>,
    /// The day on which the grant agreement was signed.
    pub signed_on: Option<Date>,
    /// Code of the programme part that funds it, for example `HORIZON.2.1`.
    pub programme: Option<String>,
    /// Code of the funding scheme, for example `HORIZON-RIA`.
    pub funding_scheme: Option<String>,
    /// Code of the call.
    pub call: Option<String>,
    /// Code of the call’s topic.
    pub call_topic: Option<String>,
    /// All costs, in minor units of the currency.
    pub total_cost_minor: Option<i64>,
    /// What the EU pays, in minor units of the currency.
    pub eu_contribution_minor: Option<i64>,
    /// The currency of both amounts, ISO 4217.
    pub currency: Option<String>,
    /// Keywords, verbatim.
    pub keywords: Option<String>,
    /// What it is about, as terms.
    #[sea_orm(column_type = "JsonBinary")]
    pub topics: Classifications,
    /// Identifiers: grant agreement, DOI, national code.
    #[sea_orm(column_type = "JsonBinary")]
    pub identifiers: Identifiers,
    /// How mature its result was, and when.
    #[sea_orm(column_type = "JsonBinary")]
    pub maturity: MaturityHistory,
    /// The partnership it comes from.
    pub partnership_id: Option<PartnershipId>,
    /// Home page.
    pub website: Option<String>,
    /// Other pages.
    #[sea_orm(column_type = "JsonBinary")]
    pub links: Links,
}

/// Joins are written in `store`, where the viewer's rights are.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record! {
    Project:
    id, version, created_at, updated_at, steward_id, visibility, partnership_ids, archived_at,
    findings, provenance, acronym, title, name_key, summary, status, starts_on, ends_on, signed_on,
    programme, funding_scheme, call, call_topic, total_cost_minor, eu_contribution_minor, currency,
    keywords, topics, identifiers, maturity, partnership_id, website, links,
}
