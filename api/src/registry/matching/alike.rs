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
    /// The reasons, for people.
    pub reasons: Vec<MatchReason>,
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
        let identifier = shared
            .iter()
            .map(|(scheme, _)| *scheme)
            .min_by_key(|it| weight(*it));
        let names = names(&new.names, &known.names);
        let is_other = differ(&new.strong, &known.strong, &shared);
        let is_same_domain = both(&new.domain, &known.domain);
        let by_signs = !is_other
            && (new.country.is_none() || known.country.is_none() || new.country == known.country)
            && match names {
                Names::Same => true,
                Names::Similar => is_same_domain,
                Names::Different => false,
            };
        if identifier.is_none() && !by_signs {
            return None;
        }
        let reasons = [
            (identifier.is_some(), MatchReason::Identifier),
            (names == Names::Same, MatchReason::Name),
            (names == Names::Similar, MatchReason::SimilarName),
            (both(&new.city, &known.city), MatchReason::City),
            (
                both(&new.postal_code, &known.postal_code),
                MatchReason::PostalCode,
            ),
            (is_same_domain, MatchReason::WebDomain),
            (is_other, MatchReason::OtherIdentifier),
            (names == Names::Different, MatchReason::OtherName),
        ];
        let reasons = reasons.into_iter().filter(|(holds, _)| *holds);
        Some(Self {
            identifier,
            reasons: reasons.map(|(_, reason)| reason).collect(),
        })
    }

    /// Whether the identifier alone is enough: nothing contradicts it, and where bodies share numbers
    /// of that kind, the names do not differ plainly.
    pub(super) fn is_certain(&self) -> bool {
        let is_shared_by_bodies = matches!(
            self.identifier,
            Some(IdentifierScheme::Vat | IdentifierScheme::NationalId)
        );
        self.identifier.is_some()
            && !self.reasons.contains(&MatchReason::OtherIdentifier)
            && !(is_shared_by_bodies && self.reasons.contains(&MatchReason::OtherName))
    }

    /// From 0 to 100, for people to look at the likeliest first.
    pub(super) fn score(&self) -> i32 {
        let points = |reason: &MatchReason| match reason {
            MatchReason::Identifier => 60,
            MatchReason::Name => 45,
            MatchReason::SimilarName => 25,
            MatchReason::WebDomain => 20,
            MatchReason::PostalCode => 15,
            MatchReason::City => 10,
            MatchReason::OtherName => 0,
            MatchReason::OtherIdentifier => -20,
        };
        let score: i32 = self.reasons.iter().map(points).sum();
        score.clamp(0, 100)
    }
}

/// Identifiers that one body alone has come first.
fn weight(scheme: IdentifierScheme) -> u8 {
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
