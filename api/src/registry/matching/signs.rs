//! What an organisation is recognised by: identifiers, plain names, place, web domain.

use std::collections::BTreeSet;

use entities::organisation;
use entities::value::IdentifierStatus;
use serde_json::Value;

use crate::reference::fold;
use crate::registry::claim::Fields;
use crate::registry::identifier;
use crate::store::IdentifierPair;

/// Words that say what kind of legal body it is, and nothing of which one.
const LEGAL_FORMS: &[&str] = &[
    "ab", "ag", "aps", "as", "asbl", "bv", "cic", "cv", "doo", "ead", "eood", "ev", "gie", "gmbh",
    "inc", "kft", "kg", "lda", "limited", "llc", "llp", "ltd", "mbh", "nv", "oo", "ood", "ou",
    "oy", "oyj", "plc", "sa", "sarl", "sas", "sasu", "sca", "scarl", "scrl", "se", "sgps", "sl",
    "slu", "snc", "sp", "spa", "spzoo", "sro", "srl", "srls", "ug", "uab", "vzw", "zoo", "zrt",
];

/// Hosts at which many have their pages.
const SHARED_HOSTS: &[&str] = &[
    "facebook.com",
    "github.io",
    "google.com",
    "instagram.com",
    "linkedin.com",
    "sites.google.com",
    "twitter.com",
    "wixsite.com",
    "wordpress.com",
    "x.com",
    "youtube.com",
];

/// What an organisation is recognised by.
#[derive(Clone, Debug, Default)]
pub(in crate::registry) struct Signs {
    /// Its names, plain: folded, without legal forms; the one to show first.
    pub names: Vec<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// City, folded.
    pub city: Option<String>,
    /// Postal code, folded.
    pub postal_code: Option<String>,
    /// The host of its home page.
    pub domain: Option<String>,
    /// Its strong identifiers, canonical.
    pub strong: BTreeSet<IdentifierPair>,
}

impl Signs {
    /// Those of a record.
    pub(in crate::registry) fn of(row: &organisation::Model) -> Self {
        let names = std::iter::once(row.name.as_str());
        let names = names.chain(row.names.0.iter().map(|name| name.value.as_str()));
        let held = row.identifiers.0.iter().filter(|held| {
            identifier::is_strong(held.scheme) && held.status != IdentifierStatus::FormatInvalid
        });
        Self {
            names: plain_names(names),
            country: row.country.clone(),
            city: row.address.city.as_deref().map(fold),
            postal_code: row.address.postal_code.as_deref().map(fold),
            domain: row.website.as_deref().and_then(domain),
            strong: held.map(|held| (held.scheme, held.value.clone())).collect(),
        }
    }

    /// Those of what a write says.
    pub(in crate::registry) fn said(said: &Fields, strong: Vec<IdentifierPair>) -> Self {
        let text = |field: &str| said.get(field).and_then(Value::as_str);
        let part = |field: &str| said.get("address")?.get(field)?.as_str().map(fold);
        let more = said.get("names").and_then(Value::as_array);
        let more = more
            .into_iter()
            .flatten()
            .filter_map(|name| name.get("value")?.as_str());
        let country = text("country").and_then(crate::reference::country::find);
        Self {
            names: plain_names(text("name").into_iter().chain(more)),
            country: country.map(|country| country.alpha2.to_owned()),
            city: part("city"),
            postal_code: part("postal_code"),
            domain: text("website").and_then(domain),
            strong: strong.into_iter().collect(),
        }
    }

    /// Those that are looked up, with their kind before them. Countries are no part of them: one that
    /// is not said may be any.
    pub(in crate::registry) fn index(&self) -> Vec<String> {
        let name = self.names.first().map(|name| format!("name:{name}"));
        let domain = self.domain.as_ref().map(|domain| format!("web:{domain}"));
        name.into_iter().chain(domain).collect()
    }
}

/// The signs by which an organisation is looked up.
pub(in crate::registry) fn signs_of(row: &organisation::Model) -> Vec<String> {
    let plain = Signs {
        names: plain_names([row.name.as_str()]),
        domain: row.website.as_deref().and_then(domain),
        ..Signs::default()
    };
    plain.index()
}

fn plain_names<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut plain: Vec<String> = Vec::new();
    for name in names {
        let name = plain_name(name);
        if !name.is_empty() && !plain.contains(&name) {
            plain.push(name);
        }
    }
    plain
}

/// A name folded and without its legal form. Letters that stand alone, as in `S.p.A.`, are one word.
fn plain_name(name: &str) -> String {
    let folded = fold(name);
    let mut words: Vec<String> = Vec::new();
    let mut spelled = String::new();
    for word in folded.split(' ').chain([""]) {
        if word.chars().count() == 1 {
            spelled.push_str(word);
            continue;
        }
        if !spelled.is_empty() {
            words.push(std::mem::take(&mut spelled));
        }
        words.push(word.to_owned());
    }
    let bare: Vec<&str> = words
        .iter()
        .map(String::as_str)
        .filter(|word| !word.is_empty() && !LEGAL_FORMS.contains(word))
        .collect();
    // What is nothing but a legal form is somebody's name all the same.
    if bare.is_empty() {
        folded
    } else {
        bare.join(" ")
    }
}

/// The host of a web address without `www.`, where it is its owner's own.
fn domain(address: &str) -> Option<String> {
    let full = if address.contains("://") {
        address.to_owned()
    } else {
        format!("https://{address}")
    };
    let url = url::Url::parse(&full).ok()?;
    let host = url.host_str()?.trim_start_matches("www.").to_owned();
    let is_shared = SHARED_HOSTS
        .iter()
        .any(|shared| host == *shared || host.ends_with(&format!(".{shared}")));
    (!is_shared && host.contains('.')).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_legal_form_is_no_part_of_a_plain_name() {
        for (name, plain) in [
            ("Esempio Diagnostica S.r.l.", "esempio diagnostica"),
            ("ESEMPIO DIAGNOSTICA SRL", "esempio diagnostica"),
            ("Škoda Auto a.s.", "skoda auto"),
            ("Universität Klagenfurt", "universitat klagenfurt"),
            ("AS", "as"),
        ] {
            assert_eq!(plain_name(name), plain);
        }
    }

    #[test]
    fn a_page_among_those_of_others_is_no_domain() {
        assert_eq!(domain("https://www.imec.be/en"), Some("imec.be".to_owned()));
        assert_eq!(domain("imec.be"), Some("imec.be".to_owned()));
        assert_eq!(domain("https://www.facebook.com/imec"), None);
    }
}
