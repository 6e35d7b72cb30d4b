//! Putting what a write says onto the fields that several records have.

use entities::record::FindingCode;
use entities::value::{
    Classification, Classifications, ConceptScheme, Identifier, IdentifierScheme, Identifiers,
    Link, Links,
};
use serde::{Deserialize, Serialize};

use super::check::Check;
use super::error::InputErrorCode::{Invalid, Required, TooLong};
use super::identifier;
use super::patch::Patch;
use crate::reference::{concept, country, fold, region};

/// Characters of a name or a title.
pub const MAX_NAME: usize = 1_000;
/// Characters of a longer text.
pub const MAX_TEXT: usize = 20_000;
/// Items of a list that belongs to one record.
pub const MAX_ITEMS: usize = 200;

/// An identifier as a writer gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewIdentifier {
    /// The register or system it comes from.
    pub scheme: IdentifierScheme,
    /// The identifier, in any usual form.
    pub value: String,
    /// The country whose rules it follows, where the identifier does not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
}

/// A term as a writer gives it: a code of a list, or words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewClassification {
    /// The list.
    pub scheme: ConceptScheme,
    /// The code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The words, where there is no code or where they differ from the list's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// A text without blanks around it; an empty one is none.
#[must_use]
pub(super) fn trimmed(text: String) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        None
    } else if trimmed.len() == text.len() {
        Some(text)
    } else {
        Some(trimmed.to_owned())
    }
}

/// A text that may be empty.
pub(super) fn text(
    check: &mut Check,
    path: &str,
    patch: Patch<String>,
    field: &mut Option<String>,
    max: usize,
) {
    let patch = match patch {
        Patch::Set(text) => Patch::set_or_clear(trimmed(text)),
        unsaid => unsaid,
    };
    if let Patch::Set(text) = &patch {
        short_enough(check, path, text, max);
    }
    patch.write(field);
}

/// A text that must not be empty: the row's check refuses it when it is.
pub(super) fn name(check: &mut Check, path: &str, patch: Patch<String>, field: &mut String) {
    let mut value = trimmed(std::mem::take(field));
    text(check, path, patch, &mut value, MAX_NAME);
    *field = value.unwrap_or_default();
}

/// Refuses a row whose name is empty.
pub(super) fn require(check: &mut Check, path: &str, value: &str) {
    if value.is_empty() {
        check.error(Required, path, format!("`{path}` must not be empty"));
    }
}

fn short_enough(check: &mut Check, path: &str, text: &str, max: usize) {
    let length = text.chars().count();
    if length > max {
        let message = format!("`{path}` has {length} characters; {max} at most");
        check.error(TooLong, path, message);
    }
}

fn few_enough<T>(check: &mut Check, path: &str, items: &[T]) {
    let length = items.len();
    if length > MAX_ITEMS {
        let message = format!("`{path}` has {length} items; {MAX_ITEMS} at most");
        check.error(TooLong, path, message);
    }
}

/// A list of texts.
pub(super) fn texts(
    check: &mut Check,
    path: &str,
    patch: Patch<Vec<String>>,
    field: &mut Vec<String>,
) {
    let patch = patch.map(|texts| texts.into_iter().filter_map(trimmed).collect::<Vec<_>>());
    if let Patch::Set(texts) = &patch {
        few_enough(check, path, texts);
        for (n, text) in texts.iter().enumerate() {
            short_enough(check, &format!("{path}.{n}"), text, MAX_TEXT);
        }
    }
    patch.write_or_default(field);
}

/// Any list that belongs to the record.
pub(super) fn list<T>(check: &mut Check, path: &str, patch: Patch<Vec<T>>, field: &mut Vec<T>) {
    if let Patch::Set(items) = &patch {
        few_enough(check, path, items);
    }
    patch.write_or_default(field);
}

/// A country: ISO 3166-1 alpha-2; `EL` and `UK` are read as `GR` and `GB`.
pub(super) fn country(check: &mut Check, patch: Patch<String>, field: &mut Option<String>) {
    let known = match patch.map(trimmed) {
        Patch::Leave => return,
        Patch::Clear | Patch::Set(None) => None,
        Patch::Set(Some(code)) => {
            let known = country::find(&code);
            if known.is_none() {
                check.unknown_code(
                    "country",
                    format!("`{code}` is no country code of ISO 3166-1, for example `IT`"),
                );
            }
            known
        }
    };
    *field = known.map(|country| country.alpha2.to_owned());
}

/// Where a record lies: the three columns that every record with a region has.
pub(super) struct Place<'a> {
    /// The code as the source gave it.
    pub code: &'a mut Option<String>,
    /// The version of NUTS it is from.
    pub version: &'a mut Option<i32>,
    /// Where that is in the current version.
    pub current: &'a mut Option<String>,
    /// The country, filled in from the region where nothing is said of it.
    pub country: &'a mut Option<String>,
}

/// A region: a code of any version of NUTS, or a region's name.
pub(super) fn region(check: &mut Check, patch: Patch<String>, field: &mut Place<'_>) {
    let known = match patch.map(trimmed) {
        Patch::Leave => return,
        Patch::Clear | Patch::Set(None) => None,
        Patch::Set(Some(text)) => {
            let known = region::resolve(&text);
            if known.is_none() {
                check.unknown_code(
                    "region",
                    format!("`{text}` is no region of NUTS, 2006 to 2024, for example `ITI1`"),
                );
            }
            known
        }
    };
    *field.code = known.map(|region| region.code.to_owned());
    *field.version = known.map(|region| region.version);
    *field.current = known.map(|region| region.place.to_owned());
    if let (None, Some(region)) = (&field.country, known) {
        *field.country = Some(region.country.to_owned());
    }
}

/// The region lies in another country than the record.
pub(super) fn country_of_region(check: &mut Check, country: Option<&str>, code: Option<&str>) {
    let region = code.and_then(|code| region::find(code, None));
    if let (Some(country), Some(region)) = (country, region)
        && country != region.country
    {
        let message = format!(
            "the country is {country}, and the region {} lies in {}",
            region.code, region.country
        );
        check.finding(FindingCode::CountryRegionMismatch, "region", message);
    }
}

/// A web address; `https://` is put before one that has no scheme.
pub(super) fn website(
    check: &mut Check,
    path: &str,
    patch: Patch<String>,
    field: &mut Option<String>,
) {
    let patch = match patch.map(trimmed) {
        Patch::Set(Some(address)) => {
            let usable = web_address(&address);
            if usable.is_none() {
                let message =
                    format!("`{address}` is no web address, for example `https://example.org`");
                check.unusable(Invalid, FindingCode::Unreadable, path, message);
            }
            Patch::set_or_clear(usable)
        }
        Patch::Set(None) | Patch::Clear => Patch::Clear,
        Patch::Leave => Patch::Leave,
    };
    text(check, path, patch, field, MAX_NAME);
}

fn web_address(address: &str) -> Option<String> {
    let full = if address.contains("://") {
        address.to_owned()
    } else {
        format!("https://{address}")
    };
    let url = url::Url::parse(&full).ok()?;
    let web = matches!(url.scheme(), "http" | "https");
    let host = url
        .host_str()
        .is_some_and(|host| host.contains('.') || host.contains(':'));
    (web && host).then_some(full)
}

/// Links.
pub(super) fn links(check: &mut Check, patch: Patch<Vec<Link>>, field: &mut Links) {
    let patch = patch.map(|links| {
        let mut kept = Vec::with_capacity(links.len());
        for (n, link) in links.into_iter().enumerate() {
            let mut url = None;
            website(
                check,
                &format!("links.{n}.url"),
                Patch::Set(link.url),
                &mut url,
            );
            kept.extend(url.map(|url| Link {
                kind: link.kind,
                url,
            }));
        }
        kept
    });
    list(check, "links", patch, &mut field.0);
}

/// Identifiers, brought into canonical form; a wrong check digit is a finding, never a refusal.
pub(super) fn identifiers(
    check: &mut Check,
    patch: Patch<Vec<NewIdentifier>>,
    country: Option<&str>,
    field: &mut Identifiers,
) {
    let patch = patch.map(|identifiers| {
        let mut kept: Vec<Identifier> = Vec::with_capacity(identifiers.len());
        for (n, new) in identifiers.into_iter().enumerate() {
            let path = format!("identifiers.{n}.value");
            require(check, &path, new.value.trim());
            short_enough(check, &path, &new.value, MAX_NAME);
            let country = new.country.as_deref().or(country);
            let identifier = identifier::identify(new.scheme, &new.value, country);
            let known = kept
                .iter()
                .any(|other| other.scheme == identifier.scheme && other.value == identifier.value);
            if !known {
                kept.push(identifier);
            }
        }
        kept
    });
    list(check, "identifiers", patch, &mut field.0);
}

/// Identifiers as a writer would give them.
pub(super) fn restate_identifiers(identifiers: &Identifiers) -> Patch<Vec<NewIdentifier>> {
    let identifiers = identifiers.0.iter().map(|known| NewIdentifier {
        scheme: known.scheme,
        value: known.value.clone(),
        country: known.country.clone(),
    });
    Patch::of_list(&identifiers.collect::<Vec<_>>())
}

/// What looks wrong in identifiers.
pub(super) fn check_identifiers(check: &mut Check, identifiers: &Identifiers) {
    let findings = identifiers
        .0
        .iter()
        .enumerate()
        .filter_map(|(n, identifier)| {
            identifier::finding(identifier, &format!("identifiers.{n}.value"))
        });
    check.findings.extend(findings);
}

/// Terms: a code must be in its list; words without a code are kept verbatim.
pub(super) fn classifications(
    check: &mut Check,
    path: &str,
    patch: Patch<Vec<NewClassification>>,
    field: &mut Classifications,
) {
    let patch = patch.map(|terms| {
        let terms = terms.into_iter().enumerate();
        terms
            .filter_map(|(n, term)| classification(check, &format!("{path}.{n}"), term))
            .collect()
    });
    list(check, path, patch, &mut field.0);
}

fn classification(
    check: &mut Check,
    path: &str,
    term: NewClassification,
) -> Option<Classification> {
    let NewClassification {
        scheme,
        code,
        label,
    } = term;
    let label = label.and_then(trimmed);
    let known = match (&code, &label) {
        (Some(code), _) => concept::find(scheme, code),
        (None, Some(label)) => concept::by_label(scheme, label),
        (None, None) => {
            check.error(Required, path, "a term has a code or a label");
            return None;
        }
    };
    if let Some(concept) = known {
        let verbatim = label.filter(|label| fold(label) != fold(concept.label));
        return Some(Classification {
            scheme,
            code: Some(concept.code.to_owned()),
            label: concept.label.to_owned(),
            verbatim,
        });
    }
    if let Some(code) = code {
        check.unknown_code(
            &format!("{path}.code"),
            format!("`{code}` is no code of that list"),
        );
    }
    // Words that are in no list are kept as they are, under the scheme that they were given for.
    let label = label?;
    short_enough(check, &format!("{path}.label"), &label, MAX_NAME);
    Some(Classification {
        scheme,
        code: None,
        label: label.clone(),
        verbatim: Some(label),
    })
}

/// Terms as a writer would give them.
pub(super) fn restate_classifications(terms: &Classifications) -> Patch<Vec<NewClassification>> {
    let terms = terms.0.iter().map(|term| NewClassification {
        scheme: term.scheme,
        code: term.code.clone(),
        label: match term.code {
            Some(_) => term.verbatim.clone(),
            None => Some(term.label.clone()),
        },
    });
    Patch::of_list(&terms.collect::<Vec<_>>())
}

/// Two dates in the wrong order.
pub(super) fn check_period(
    check: &mut Check,
    starts_on: Option<chrono::NaiveDate>,
    ends_on: Option<chrono::NaiveDate>,
) {
    if let (Some(starts_on), Some(ends_on)) = (starts_on, ends_on)
        && ends_on < starts_on
    {
        let message = format!("the last day, {ends_on}, lies before the first, {starts_on}");
        check.unusable(Invalid, FindingCode::DatesReversed, "endsOn", message);
    }
}
