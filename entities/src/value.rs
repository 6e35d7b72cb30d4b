//! Values that are part of a record: names, identifiers, addresses, classifications, links.

use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// Declares enums that are stored as text, `SCREAMING_SNAKE_CASE` in the database and in JSON.
macro_rules! text_enum {
    ($($(#[$doc:meta])* $name:ident { $($(#[$member_doc:meta])* $member:ident,)+ })+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, EnumIter,
            DeriveActiveEnum, serde::Serialize, serde::Deserialize,
        )]
        #[sea_orm(rs_type = "String", db_type = "Text", rename_all = "SCREAMING_SNAKE_CASE")]
        #[serde(rename_all = "SCREAMING_SNAKE_CASE")]
        pub enum $name { $($(#[$member_doc])* $member,)+ }
    )+};
}
pub(crate) use text_enum;

text_enum! {
    /// What a name is.
    NameType {
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
    IdentifierScheme {
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
    IdentifierStatus {
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
    ConceptScheme {
        /// Economic activities, NACE Rev. 2.
        #[sea_orm(string_value = "NACE_2")]
        #[serde(rename = "NACE_2")]
        Nace2,
        /// Economic activities, NACE Rev. 2.1.
        #[sea_orm(string_value = "NACE_2_1")]
        #[serde(rename = "NACE_2_1")]
        Nace21,
        /// European Science Vocabulary.
        #[sea_orm(string_value = "EUROSCIVOC")]
        #[serde(rename = "EUROSCIVOC")]
        EuroSciVoc,
        /// EU priority areas of smart specialisation.
        #[sea_orm(string_value = "S3_EU_PRIORITY")]
        #[serde(rename = "S3_EU_PRIORITY")]
        S3EuPriority,
        /// Economic domains of smart specialisation.
        #[sea_orm(string_value = "S3_ECONOMIC_DOMAIN")]
        #[serde(rename = "S3_ECONOMIC_DOMAIN")]
        S3EconomicDomain,
        /// Scientific domains of smart specialisation.
        #[sea_orm(string_value = "S3_SCIENTIFIC_DOMAIN")]
        #[serde(rename = "S3_SCIENTIFIC_DOMAIN")]
        S3ScientificDomain,
        /// Emerging industries of the European Cluster Observatory.
        EmergingIndustry,
        /// Sectoral industries of the European Cluster Observatory.
        SectoralIndustry,
        /// Industrial ecosystems of the EU's industrial strategy.
        IndustrialEcosystem,
        /// Key enabling technologies, 2012.
        #[sea_orm(string_value = "KET_2012")]
        #[serde(rename = "KET_2012")]
        Ket2012,
        /// Key enabling technologies, 2018.
        #[sea_orm(string_value = "KET_2018")]
        #[serde(rename = "KET_2018")]
        Ket2018,
        /// Technology keywords of the Enterprise Europe Network.
        EenTechnology,
        /// Market keywords of the Enterprise Europe Network.
        EenMarket,
        /// Words of the source that are in no list, kept verbatim.
        FreeText,
    }
    /// What a link leads to.
    LinkType {
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
}

/// A name of an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Name {
    /// The name itself.
    pub value: String,
    /// What kind of name it is.
    #[serde(rename = "type")]
    pub kind: NameType,
    /// Its language, a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// The first day on which it was in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_on: Option<Date>,
    /// The last day on which it was in use.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Date>,
}

/// The names of an organisation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Names(pub Vec<Name>);

/// An identifier of a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identifier {
    /// The register or system it comes from.
    pub scheme: IdentifierScheme,
    /// The canonical form.
    pub value: String,
    /// The form in which the source wrote it, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub raw: Option<String>,
    /// The country whose rules it follows, ISO 3166-1 alpha-2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// How far it was checked.
    pub status: IdentifierStatus,
}

/// The identifiers of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Identifiers(pub Vec<Identifier>);

/// A term that a record is filed under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Classification {
    /// The list that the code is from.
    pub scheme: ConceptScheme,
    /// The code in that list; none for free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The term in words.
    pub label: String,
    /// The words of the source, where they differ from the label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verbatim: Option<String>,
}

/// The terms that a record is filed under.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Classifications(pub Vec<Classification>);

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Address {
    /// Street and number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub street: Option<String>,
    /// Postal code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub postal_code: Option<String>,
    /// City.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

/// A page on the web.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// What it leads to.
    #[serde(rename = "type")]
    pub kind: LinkType,
    /// Its address.
    pub url: String,
}

/// The links of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Links(pub Vec<Link>);

/// A list of plain texts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Texts(pub Vec<String>);
