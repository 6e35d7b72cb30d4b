//! Organisations: companies, hospitals, universities, authorities, investors, clusters’ legal bodies.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use sea_orm::FromJsonQueryResult;

use crate::id::{ClusterId, OrganisationId};
use crate::record::{FieldSources, Findings, PartnershipIds, Visibility, record};
use crate::value::{Address, Classifications, Identifiers, Links, Names, text_enum};

text_enum! {
    /// What an organisation is.
    OrganisationKind {
        /// A company.
        Company,
        /// A university or another school of higher education.
        University,
        /// A research organisation.
        ResearchOrganisation,
        /// A hospital.
        Hospital,
        /// A public authority.
        PublicAuthority,
        /// A regional development agency.
        RegionalDevelopmentAgency,
        /// An organisation that runs a cluster.
        ClusterOrganisation,
        /// A science park.
        SciencePark,
        /// A technology centre.
        TechnologyCentre,
        /// An incubator.
        Incubator,
        /// An investor.
        Investor,
        /// A bank.
        Bank,
        /// A chamber or a business association.
        ChamberOrBusinessAssociation,
        /// A non-governmental or a patients' organisation.
        NgoOrPatientAssociation,
        /// A network.
        Network,
        /// Anything else, or not known.
        Other,
    }
    /// Whether the organisation exists.
    LegalStatus {
        /// It exists.
        Active,
        /// It exists and does nothing.
        Inactive,
        /// It became part of another.
        Merged,
        /// It was closed down.
        Dissolved,
    }
    /// The size of an enterprise, Recommendation 2003/361/EC.
    EnterpriseSize {
        /// Fewer than 10 staff.
        Micro,
        /// Fewer than 50 staff.
        Small,
        /// Fewer than 250 staff.
        Medium,
        /// 250 staff or more.
        Large,
    }
    /// Who says what size an enterprise has.
    SizeBasis {
        /// The enterprise itself.
        SelfDeclared,
        /// A public register.
        Registry,
        /// CORDIS.
        Cordis,
        /// An auditor.
        Audited,
    }
}

/// What a source said of an enterprise's size, and for when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SizeStatement {
    /// Whether it is a small or medium-sized enterprise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_sme: Option<bool>,
    /// Its size class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<EnterpriseSize>,
    /// Staff in annual work units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headcount: Option<i32>,
    /// Who says so.
    pub basis: SizeBasis,
    /// The first day for which it holds; none: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<Date>,
    /// The last day for which it holds; none: it holds today.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Date>,
}

/// The size statements of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct SizeStatements(pub Vec<SizeStatement>);

/// The kinds of an organisation beside the primary one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct OrganisationKinds(pub Vec<OrganisationKind>);

#[expect(
    clippy::derivable_impls,
    reason = "the macro that declares enums derives no default"
)]
impl Default for OrganisationKind {
    fn default() -> Self {
        Self::Other
    }
}

/// An organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, DeriveEntityModel, Serialize, Deserialize)]
#[serde(default)]
#[sea_orm(table_name = "organisation")]
pub struct Model {
    /// The record's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrganisationId,
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
    /// The name to show.
    pub name: String,
    /// The name folded, for order and search.
    pub name_key: String,
    /// All names, typed.
    #[sea_orm(column_type = "JsonBinary")]
    pub names: Names,
    /// What it mainly is.
    pub kind: OrganisationKind,
    /// What else it is.
    #[sea_orm(column_type = "JsonBinary")]
    pub other_kinds: OrganisationKinds,
    /// Whether it exists; none: not known.
    pub legal_status: Option<LegalStatus>,
    /// The kind of legal body in words or an ELF code (ISO 20275).
    pub legal_form: Option<String>,
    /// Whether it is a small or medium-sized enterprise, as the newest open statement in `sizes` says.
    pub is_sme: Option<bool>,
    /// What sources said of its size.
    #[sea_orm(column_type = "JsonBinary")]
    pub sizes: SizeStatements,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// NUTS code as the source gave it.
    pub region_code: Option<String>,
    /// The version of NUTS that the code is from; none: the country is not in NUTS.
    pub region_version: Option<i32>,
    /// Where that lies in the current version of NUTS: what `within` compares.
    pub region_place: Option<String>,
    /// Postal address.
    #[sea_orm(column_type = "JsonBinary")]
    pub address: Address,
    /// Latitude and longitude, WGS 84, as the source wrote them.
    pub location: Option<String>,
    /// Home page.
    pub website: Option<String>,
    /// Other pages.
    #[sea_orm(column_type = "JsonBinary")]
    pub links: Links,
    /// Identifiers.
    #[sea_orm(column_type = "JsonBinary")]
    pub identifiers: Identifiers,
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
    Organisation:
    id, version, created_at, updated_at, steward_id, visibility, partnership_ids, archived_at,
    findings, provenance, name, name_key, names, kind, other_kinds, legal_status, legal_form,
    is_sme, sizes, country, region_code, region_version, region_place, address, location, website,
    links, identifiers, classifications, description,
}
