//! Clusters: the profile of an organisation that runs one.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use sea_orm::FromJsonQueryResult;

use crate::id::{ClusterId, OrganisationId};
use crate::record::{FieldSources, Findings, PartnershipIds, Visibility, record};
use crate::value::{Classifications, Links, text_enum};

text_enum! {
    /// The label for cluster management excellence.
    ManagementLabel {
        /// Bronze.
        Bronze,
        /// Silver.
        Silver,
        /// Gold.
        Gold,
    }
}

/// How many members a cluster said it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredCount {
    /// The day for which it was said; none: the source has no date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub declared_on: Option<Date>,
    /// All members.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub member_count: Option<i32>,
    /// Small and medium-sized enterprises among them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sme_count: Option<i32>,
    /// Members by category, in the source's words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by_category: Vec<CategoryCount>,
    /// The page that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// How many members of one category a cluster said it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryCount {
    /// The category, in the source's words.
    pub category: String,
    /// How many.
    pub count: i32,
}

/// What a cluster declared, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct DeclaredCounts(pub Vec<DeclaredCount>);

/// A cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "cluster")]
pub struct Model {
    /// The record's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClusterId,
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
    /// The organisation that runs it.
    pub organisation_id: OrganisationId,
    /// The name under which it is known.
    pub name: String,
    /// The name folded, for order and search.
    pub name_key: String,
    /// Short form of the name.
    pub acronym: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// NUTS code of the region it works for.
    pub region_code: Option<String>,
    /// The version of NUTS that the code is from.
    pub region_version: Option<i32>,
    /// Where that lies in the current version of NUTS.
    pub region_place: Option<String>,
    /// The year it was founded.
    pub year_founded: Option<i32>,
    /// Its label for management excellence.
    pub management_label: Option<ManagementLabel>,
    /// Home page.
    pub website: Option<String>,
    /// Other pages.
    #[sea_orm(column_type = "JsonBinary")]
    pub links: Links,
    /// What it said of its members, newest first.
    #[sea_orm(column_type = "JsonBinary")]
    pub declared: DeclaredCounts,
    /// Terms it is filed under.
    #[sea_orm(column_type = "JsonBinary")]
    pub classifications: Classifications,
    /// What it does, in words.
    pub description: Option<String>,
}

/// Joins are written in `store`, where the viewer's rights are.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

record! {
    Cluster:
    id, version, created_at, updated_at, steward_id, visibility, partnership_ids, archived_at,
    findings, provenance, organisation_id, name, name_key, acronym, country, region_code,
    region_version, region_place, year_founded, management_label, website, links, declared,
    classifications, description,
}
