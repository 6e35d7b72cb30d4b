//! Values that are part of records: names, identifiers, terms, addresses, links, money, regions.

use async_graphql::{InputObject, MaybeUndefined, Object, SimpleObject};
use entities::value;

use super::plain::plain;
use super::region::Region;
use super::scalar::{CurrencyCode, Date, Decimal};
pub(crate) use super::value_enums::{
    ConceptScheme, IdentifierScheme, IdentifierStatus, LinkType, NameType,
};
use super::written::One;
use crate::reference::region;
use crate::registry::{self, NewClassification, NewIdentifier, Patch};

/// A name of an organisation.
#[derive(Clone, SimpleObject, InputObject)]
#[graphql(name = "Name", input_name = "NameInput")]
pub(crate) struct Name {
    /// The name itself.
    value: String,
    /// What kind of name it is.
    #[graphql(name = "type")]
    kind: NameType,
    /// Its language, a BCP 47 tag.
    language: Option<String>,
    /// The first day on which it was in use.
    starts_on: Option<Date>,
    /// The last day on which it was in use.
    ends_on: Option<Date>,
}

plain!(Name: value, type = kind, language, starts_on, ends_on);

impl From<value::Name> for Name {
    fn from(name: value::Name) -> Self {
        let value::Name {
            value,
            kind,
            language,
            starts_on,
            ends_on,
        } = name;
        let (starts_on, ends_on) = (starts_on.map(Date), ends_on.map(Date));
        Self {
            value,
            kind: kind.into(),
            language,
            starts_on,
            ends_on,
        }
    }
}

impl From<Name> for value::Name {
    fn from(name: Name) -> Self {
        let Name {
            value,
            kind,
            language,
            starts_on,
            ends_on,
        } = name;
        let (starts_on, ends_on) = (starts_on.map(|day| day.0), ends_on.map(|day| day.0));
        Self {
            value,
            kind: kind.into(),
            language,
            starts_on,
            ends_on,
        }
    }
}

/// An identifier of a record.
#[derive(Clone, SimpleObject)]
pub(crate) struct Identifier {
    /// The register or system it comes from.
    scheme: IdentifierScheme,
    /// The canonical form.
    value: String,
    /// The form in which the source wrote it, where that differs.
    raw: Option<String>,
    /// The country whose rules it follows, ISO 3166-1 alpha-2.
    country: Option<String>,
    /// How far it was checked.
    status: IdentifierStatus,
}

plain!(Identifier: scheme, value, raw, country, status);

impl From<value::Identifier> for Identifier {
    fn from(identifier: value::Identifier) -> Self {
        let value::Identifier {
            scheme,
            value,
            raw,
            country,
            status,
        } = identifier;
        Self {
            scheme: scheme.into(),
            value,
            raw,
            country,
            status: status.into(),
        }
    }
}

/// An identifier, in any usual form.
#[derive(Clone, InputObject)]
pub(crate) struct IdentifierInput {
    /// The register or system it comes from.
    scheme: IdentifierScheme,
    /// The identifier; spaces, dots and dashes do not matter.
    value: String,
    /// The country whose rules it follows, where the identifier does not say it.
    country: Option<String>,
}

impl From<IdentifierInput> for NewIdentifier {
    fn from(input: IdentifierInput) -> Self {
        let IdentifierInput {
            scheme,
            value,
            country,
        } = input;
        Self {
            scheme: scheme.into(),
            value,
            country,
        }
    }
}

/// An identifier to look up: scheme and value, in any usual form.
#[derive(Clone, SimpleObject, InputObject)]
#[graphql(name = "IdentifierPair", input_name = "IdentifierKey")]
pub(crate) struct IdentifierKey {
    /// The register or system it comes from.
    pub(crate) scheme: IdentifierScheme,
    /// The identifier.
    pub(crate) value: String,
}

plain!(IdentifierKey: scheme, value);

/// A term that a record is filed under.
#[derive(Clone, SimpleObject)]
pub(crate) struct Classification {
    /// The list that the term is from.
    scheme: ConceptScheme,
    /// The code in that list; null for words that are in no list.
    code: Option<String>,
    /// The term in words.
    label: String,
    /// The words of the source, where they differ from the list's.
    verbatim: Option<String>,
}

plain!(Classification: scheme, code, label, verbatim);

impl From<value::Classification> for Classification {
    fn from(term: value::Classification) -> Self {
        let value::Classification {
            scheme,
            code,
            label,
            verbatim,
        } = term;
        Self {
            scheme: scheme.into(),
            code,
            label,
            verbatim,
        }
    }
}

/// A term: a code of a list, or words.
#[derive(Clone, InputObject)]
pub(crate) struct ClassificationInput {
    /// The list.
    scheme: ConceptScheme,
    /// The code.
    code: Option<String>,
    /// The words, where there is no code or where they differ from the list's.
    label: Option<String>,
}

impl From<ClassificationInput> for NewClassification {
    fn from(input: ClassificationInput) -> Self {
        let ClassificationInput {
            scheme,
            code,
            label,
        } = input;
        Self {
            scheme: scheme.into(),
            code,
            label,
        }
    }
}

/// A postal address.
#[derive(Clone, SimpleObject, InputObject)]
#[graphql(name = "Address", input_name = "AddressInput")]
pub(crate) struct Address {
    /// Street and number.
    street: Option<String>,
    /// Postal code.
    postal_code: Option<String>,
    /// City.
    city: Option<String>,
}

impl From<value::Address> for Address {
    fn from(address: value::Address) -> Self {
        let value::Address {
            street,
            postal_code,
            city,
        } = address;
        Self {
            street,
            postal_code,
            city,
        }
    }
}

impl From<Address> for value::Address {
    fn from(address: Address) -> Self {
        let Address {
            street,
            postal_code,
            city,
        } = address;
        Self {
            street,
            postal_code,
            city,
        }
    }
}

/// A page on the web.
#[derive(Clone, SimpleObject, InputObject)]
#[graphql(name = "Link", input_name = "LinkInput")]
pub(crate) struct Link {
    /// What it leads to.
    #[graphql(name = "type")]
    kind: LinkType,
    /// Its address.
    url: String,
}

plain!(Link: type = kind, url);

impl From<value::Link> for Link {
    fn from(link: value::Link) -> Self {
        let value::Link { kind, url } = link;
        Self {
            kind: kind.into(),
            url,
        }
    }
}

impl From<Link> for value::Link {
    fn from(link: Link) -> Self {
        let Link { kind, url } = link;
        Self {
            kind: kind.into(),
            url,
        }
    }
}

/// An amount of money, exact.
pub(crate) struct Money {
    minor: i64,
    currency: String,
}

plain!(Money: amount, currency);

impl Money {
    /// The amount of a column; none when the column or its currency is empty.
    pub(crate) fn of(minor: Option<i64>, currency: Option<&String>) -> Option<One<Self>> {
        Some(One(Self {
            minor: minor?,
            currency: currency?.clone(),
        }))
    }
}

/// An amount of money, exact.
#[Object]
impl Money {
    /// The amount, with exactly the decimals of its currency.
    async fn amount(&self) -> Decimal {
        Decimal(registry::decimal(self.minor, &self.currency))
    }

    /// Its currency.
    async fn currency(&self) -> CurrencyCode {
        CurrencyCode(self.currency.clone())
    }
}

/// An amount of money.
#[derive(Clone, InputObject)]
pub(crate) struct MoneyInput {
    /// The amount; not more decimals than the currency has.
    amount: Decimal,
    /// Its currency.
    currency: CurrencyCode,
}

impl From<MoneyInput> for registry::Money {
    fn from(input: MoneyInput) -> Self {
        let MoneyInput { amount, currency } = input;
        Self {
            amount: amount.0,
            currency: currency.0,
        }
    }
}

/// The items of a list that belongs to a row, as the API shows them.
pub(crate) fn each<T: Clone + Into<U>, U, C: FromIterator<U>>(items: &[T]) -> C {
    items.iter().cloned().map(Into::into).collect()
}

/// What an input says of a field.
pub(crate) fn patch<T>(field: MaybeUndefined<T>) -> Patch<T> {
    match field {
        MaybeUndefined::Undefined => Patch::Leave,
        MaybeUndefined::Null => Patch::Clear,
        MaybeUndefined::Value(value) => Patch::Set(value),
    }
}

/// What an input says of a list.
pub(crate) fn patch_each<T, U: From<T>>(field: MaybeUndefined<Vec<T>>) -> Patch<Vec<U>> {
    patch(field).map(|items| items.into_iter().map(Into::into).collect())
}

/// The region of a row, from the code that its source gave.
pub(crate) fn region_of(code: Option<&String>, version: Option<i32>) -> Option<One<Region>> {
    region::find(code?, version).map(One::of)
}
