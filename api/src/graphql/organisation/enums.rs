//! The enums of organisations, as the API shows them.

use async_graphql::Enum;

/// What an organisation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::organisation::OrganisationKind")]
pub(crate) enum OrganisationKind {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::organisation::LegalStatus")]
pub(crate) enum LegalStatus {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::organisation::EnterpriseSize")]
pub(crate) enum EnterpriseSize {
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::organisation::SizeBasis")]
pub(crate) enum SizeBasis {
    /// The enterprise itself.
    SelfDeclared,
    /// A public register.
    Registry,
    /// CORDIS.
    Cordis,
    /// An auditor.
    Audited,
}
