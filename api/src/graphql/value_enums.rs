//! The enums of values that are part of a record, as the API shows them.

use async_graphql::Enum;

/// What a name is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::value::NameType")]
pub(crate) enum NameType {
    /// The name in the register of companies or the founding act.
    Legal,
    /// The name it trades under.
    Trading,
    /// A short form.
    Acronym,
    /// The name in another language.
    Translation,
    /// The name in another script.
    Transliteration,
    /// A name it had.
    Former,
    /// Any other name.
    Alias,
}

/// The register or system that an identifier comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::value::IdentifierScheme")]
pub(crate) enum IdentifierScheme {
    /// Participant Identification Code of the EU's Funding and Tenders portal.
    EuPic,
    /// VAT number with its country prefix.
    Vat,
    /// Legal Entity Identifier, ISO 17442.
    Lei,
    /// Research Organization Registry.
    Ror,
    /// International Standard Name Identifier, ISO 27729.
    Isni,
    /// European Unique Identifier of a company.
    Euid,
    /// Number in a national register.
    NationalId,
    /// Record number in CORDIS.
    Rcn,
    /// Number of an EU grant agreement.
    GrantAgreement,
    /// Digital Object Identifier.
    Doi,
    /// Code that a national programme gave.
    NationalCode,
    /// Any other scheme.
    Other,
}

/// How far an identifier was checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::value::IdentifierStatus")]
pub(crate) enum IdentifierStatus {
    /// Nothing is known of how to check it.
    Unverified,
    /// It does not have the form of its scheme.
    FormatInvalid,
    /// It has the form of its scheme, which has no check digit that the registry knows.
    FormatOk,
    /// Its check digits are right.
    ChecksumOk,
    /// Its check digits are wrong.
    ChecksumFailed,
    /// A register confirmed it.
    RegistryConfirmed,
    /// A register says that it is no longer in use.
    Expired,
}

/// The list that a code is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::value::ConceptScheme")]
pub(crate) enum ConceptScheme {
    /// Economic activities, NACE Rev. 2.
    #[graphql(name = "NACE_2")]
    Nace2,
    /// Economic activities, NACE Rev. 2.1.
    #[graphql(name = "NACE_2_1")]
    Nace21,
    /// European Science Vocabulary.
    #[graphql(name = "EUROSCIVOC")]
    EuroSciVoc,
    /// EU priority areas of smart specialisation.
    #[graphql(name = "S3_EU_PRIORITY")]
    S3EuPriority,
    /// Economic domains of smart specialisation.
    #[graphql(name = "S3_ECONOMIC_DOMAIN")]
    S3EconomicDomain,
    /// Scientific domains of smart specialisation.
    #[graphql(name = "S3_SCIENTIFIC_DOMAIN")]
    S3ScientificDomain,
    /// Emerging industries of the European Cluster Observatory.
    EmergingIndustry,
    /// Sectoral industries of the European Cluster Observatory.
    SectoralIndustry,
    /// Industrial ecosystems of the EU's industrial strategy.
    IndustrialEcosystem,
    /// Key enabling technologies, 2012.
    #[graphql(name = "KET_2012")]
    Ket2012,
    /// Key enabling technologies, 2018.
    #[graphql(name = "KET_2018")]
    Ket2018,
    /// Technology keywords of the Enterprise Europe Network.
    EenTechnology,
    /// Market keywords of the Enterprise Europe Network.
    EenMarket,
    /// Words of the source that are in no list, kept verbatim.
    FreeText,
}

/// What a link leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::value::LinkType")]
pub(crate) enum LinkType {
    /// The home page.
    Website,
    /// A profile in another directory.
    Profile,
    /// A page on a social network.
    Social,
    /// The page that a fact was read from.
    Source,
    /// Anything else.
    Other,
}
