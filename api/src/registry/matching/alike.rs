//! How much two organisations are alike, and whether that is enough to take them for one.

use std::collections::{BTreeMap, BTreeSet};

use entities::match_pair::MatchReason;
use entities::value::IdentifierScheme;

use super::equivalent::with_equivalents;
use super::signs::Signs;
use crate::store::IdentifierPair;

/// In what two organisations are alike.
#[derive(Debug)]
pub(super) struct Likeness {
    /// The kind of strong identifier that both hold; the one that says most.
    pub identifier: Option<IdentifierScheme>,
    names: Names,
    /// They hold different identifiers of a kind of which an organisation has one.
    other_identifier: bool,
    city: bool,
    postal_code: bool,
    domain: bool,
}

/// How the names of two organisations compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Names {
    Same,
    Similar,
    Different,
}

impl Likeness {
    /// In what two are alike; none when nothing says that they may be the same.
    pub(super) fn of(new: &Signs, known: &Signs) -> Option<Self> {
        let all = |signs: &Signs| -> BTreeSet<IdentifierPair> {
            with_equivalents(signs.strong.iter().cloned())
                .into_iter()
                .collect()
        };
        let shared: BTreeSet<_> = all(new).intersection(&all(known)).cloned().collect();
        let both = |one: &Option<String>, other: &Option<String>| one.is_some() && one == other;
        let likeness = Self {
            identifier: shared.iter().map(|(scheme, _)| *scheme).min_by_key(weight),
            names: names(&new.names, &known.names),
            other_identifier: differ(&new.strong, &known.strong, &shared),
            city: both(&new.city, &known.city),
            postal_code: both(&new.postal_code, &known.postal_code),
            domain: both(&new.domain, &known.domain),
        };
        let by_signs = !likeness.other_identifier
            && (new.country.is_none() || known.country.is_none() || new.country == known.country)
            && match likeness.names {
                Names::Same => true,
                Names::Similar => likeness.domain,
                Names::Different => false,
            };
        (likeness.identifier.is_some() || by_signs).then_some(likeness)
    }

    /// Whether the identifier alone is enough: nothing contradicts it, and where bodies share numbers
    /// of that kind, the names do not differ plainly.
    pub(super) fn is_certain(&self) -> bool {
        let is_shared_by_bodies = matches!(
            self.identifier,
            Some(IdentifierScheme::Vat | IdentifierScheme::NationalId)
        );
        self.identifier.is_some()
            && !self.other_identifier
            && !(is_shared_by_bodies && self.names == Names::Different)
    }

    /// From 0 to 100, for people to look at the likeliest first.
    pub(super) fn score(&self) -> i32 {
        let mut score = 0;
        for (holds, points) in [
            (self.identifier.is_some(), 60),
            (self.names == Names::Same, 45),
            (self.names == Names::Similar, 25),
            (self.domain, 20),
            (self.postal_code, 15),
            (self.city, 10),
            (self.other_identifier, -20),
        ] {
            score += if holds { points } else { 0 };
        }
        score.clamp(0, 100)
    }

    /// The reasons, for people.
    pub(super) fn reasons(&self) -> Vec<MatchReason> {
        let reasons = [
            (self.identifier.is_some(), MatchReason::Identifier),
            (self.names == Names::Same, MatchReason::Name),
            (self.names == Names::Similar, MatchReason::SimilarName),
            (self.city, MatchReason::City),
            (self.postal_code, MatchReason::PostalCode),
            (self.domain, MatchReason::WebDomain),
            (self.other_identifier, MatchReason::OtherIdentifier),
            (self.names == Names::Different, MatchReason::OtherName),
        ];
        let reasons = reasons.into_iter().filter(|(holds, _)| *holds);
        reasons.map(|(_, reason)| reason).collect()
    }
}

/// Identifiers that one body alone has come first.
fn weight(scheme: &IdentifierScheme) -> u8 {
    match scheme {
        IdentifierScheme::Lei => 0,
        IdentifierScheme::Ror => 1,
        IdentifierScheme::EuPic => 2,
        IdentifierScheme::Euid => 3,
        IdentifierScheme::Vat => 4,
        _ => 5,
    }
}

/// Whether both hold identifiers of a kind, and none of that kind in common.
fn differ(
    new: &BTreeSet<IdentifierPair>,
    known: &BTreeSet<IdentifierPair>,
    shared: &BTreeSet<IdentifierPair>,
) -> bool {
    let by_scheme = |pairs: &BTreeSet<IdentifierPair>| {
        let mut by_scheme: BTreeMap<IdentifierScheme, BTreeSet<String>> = BTreeMap::new();
        for (scheme, value) in pairs {
            by_scheme.entry(*scheme).or_default().insert(value.clone());
        }
        by_scheme
    };
    let known = by_scheme(known);
    by_scheme(new).iter().any(|(scheme, values)| {
        let others = known.get(scheme);
        others.is_some_and(|others| values.is_disjoint(others))
            && !shared.iter().any(|(shared, _)| shared == scheme)
    })
}

fn names(new: &[String], known: &[String]) -> Names {
    let pairs = || {
        new.iter()
            .flat_map(|one| known.iter().map(move |other| (one, other)))
    };
    if pairs().any(|(one, other)| one == other) {
        Names::Same
    } else if new.is_empty() || known.is_empty() || pairs().any(|(one, other)| similar(one, other))
    {
        Names::Similar
    } else {
        Names::Different
    }
}

/// Whether two plain names may be meant for one body: most of their words are the same, one is the
/// other's initials, or they are spelled almost alike.
fn similar(one: &str, other: &str) -> bool {
    let words = |name: &str| -> BTreeSet<String> { name.split(' ').map(str::to_owned).collect() };
    let (ours, theirs) = (words(one), words(other));
    let shared = ours.intersection(&theirs).count();
    let fewer = ours.len().min(theirs.len());
    let initials = |name: &str| -> String {
        let long = name.split(' ').filter(|word| word.len() > 3);
        long.filter_map(|word| word.chars().next()).collect()
    };
    (fewer > 1 && shared * 3 >= fewer * 2)
        || (fewer == 1 && shared == 1)
        || initials(one) == other
        || initials(other) == one
        || strsim::jaro_winkler(one, other) >= 0.92
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_similar_when_they_may_be_meant_for_one_body() {
        for (one, other) in [
            ("esempio diagnostica", "esempio diagnostica toscana"),
            ("cnrs", "centre national de la recherche scientifique"),
            ("montanuniversitaet leoben", "montanuniversitat leoben"),
            (
                "toscana life science cluster",
                "toscana life sciences cluster",
            ),
        ] {
            assert!(similar(one, other), "{one} / {other}");
        }
        for (one, other) in [
            (
                "universitaet klagenfurt",
                "interdisziplinares forschungszentrum fur technik arbeit und kultur",
            ),
            ("ospedale maggiore", "regione lazio"),
        ] {
            assert!(!similar(one, other), "{one} / {other}");
        }
    }
}
