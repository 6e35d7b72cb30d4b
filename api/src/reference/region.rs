//! Regions: NUTS 2024, the countries outside it, and the codes of older NUTS versions, with where each lies today.
//! It knows names and codes, no geometry, and splits nothing: an old region that was divided lies in what its parts
//! have in common.
//!
//! No code ever passed from one territory to another: a code alone finds its region, and the version only asks whether
//! the code was in use then.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{country, fold, most_general, rows};

/// The version of NUTS that pickers show and places are given in.
pub const CURRENT: i32 = 2024;

/// A region of NUTS, or a country that is not in NUTS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The NUTS code (Greece is EL, the United Kingdom UK); ISO 3166-1 alpha-2 for a country that never had one.
    pub code: &'static str,
    /// The first version of NUTS that has the code; 2006 is the first that is kept.
    pub since: i32,
    /// The newest version of NUTS that has the code.
    pub version: i32,
    /// 0 for a country, 1 to 3 for the levels of NUTS.
    pub level: i32,
    /// The code of the region one level up.
    pub parent: Option<&'static str>,
    /// The country, ISO 3166-1 alpha-2 (GR, GB).
    pub country: &'static str,
    /// The name in the language of the country, in English for a country outside NUTS; the code where none is known.
    pub name: &'static str,
    /// The name in Latin letters.
    pub name_latin: &'static str,
    /// Where it lies in NUTS 2024: its own code if that is there, else its only successor, else the smallest region
    /// that surely holds it. Its own code when its country is not in NUTS 2024.
    pub place: &'static str,
}

impl Region {
    fn from_row([code, since, version, place, name, name_latin]: [&'static str; 6]) -> Self {
        let or = |text: &'static str, otherwise| if text.is_empty() { otherwise } else { text };
        let name = or(name, code);
        let (nuts_country, _) = code.split_at(2);
        Self {
            code,
            since: since.parse().unwrap_or(CURRENT),
            version: version.parse().unwrap_or(CURRENT),
            level: i32::try_from(code.len()).unwrap_or_default() - 2,
            parent: (code.len() > 2).then(|| code.split_at(code.len() - 1).0),
            country: country::find(nuts_country).map_or(nuts_country, |country| country.alpha2),
            name,
            name_latin: or(name_latin, name),
            place: or(place, code),
        }
    }

    fn from_country(country: &country::Country) -> Self {
        Self::from_row([country.alpha2, "2006", "2024", "", country.name, ""])
    }
}

static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    let nuts = rows(include_str!("../../data/reference/regions.tsv")).map(Region::from_row);
    let (mut regions, others): (Vec<_>, Vec<_>) =
        nuts.partition(|region| region.version == CURRENT);
    let (mut countries, older): (Vec<_>, Vec<_>) =
        others.into_iter().partition(|region| region.level == 0);
    let is_in_nuts = |country: &country::Country| {
        let code = nuts_code(country.alpha2);
        regions
            .iter()
            .chain(&countries)
            .any(|region| region.code == code)
    };
    let outside: Vec<_> = country::all()
        .iter()
        .filter(|country| !is_in_nuts(country))
        .map(Region::from_country)
        .collect();
    countries.extend(outside);
    countries.sort_unstable_by_key(|region| region.code);
    regions.extend(countries);
    regions.extend(older);
    regions
});

static BY_CODE: LazyLock<HashMap<&str, &Region>> =
    LazyLock::new(|| REGIONS.iter().map(|region| (region.code, region)).collect());

static BY_NAME: LazyLock<HashMap<String, Vec<&Region>>> = LazyLock::new(|| {
    let mut by_name: HashMap<_, Vec<_>> = HashMap::new();
    for region in current() {
        let english = (region.level == 0)
            .then(|| country::find(region.country))
            .flatten();
        for name in [
            region.name,
            region.name_latin,
            english.map_or(region.name, |country| country.name),
        ] {
            let namesakes = by_name.entry(fold(name)).or_default();
            if !namesakes.contains(&region) {
                namesakes.push(region);
            }
        }
    }
    by_name
});

/// All regions: NUTS 2024, then the countries outside it, then the codes that only older versions have; each by code.
#[must_use]
pub fn all() -> &'static [Region] {
    &REGIONS
}

/// The regions that a picker shows: NUTS 2024 and the countries outside it.
pub fn current() -> impl Iterator<Item = &'static Region> {
    REGIONS
        .iter()
        .filter(|region| region.version == CURRENT || region.level == 0)
}

/// Territories that ISO 3166-1 gives a code of their own and NUTS counts as regions of France, Finland and Norway.
const TERRITORIES: [(&str, &str); 7] = [
    ("AX", "FI2"),
    ("GF", "FRY3"),
    ("GP", "FRY1"),
    ("MQ", "FRY2"),
    ("RE", "FRY4"),
    ("SJ", "NO0B"),
    ("YT", "FRY5"),
];

/// The code as NUTS writes it: EL for GR, UK for GB, and the region for a territory.
fn nuts_code(code: &str) -> String {
    let code = code.trim().to_ascii_uppercase();
    let territory = TERRITORIES.iter().find(|(iso, _)| *iso == code);
    match (territory, code.strip_prefix("GR"), code.strip_prefix("GB")) {
        (Some((_, region)), ..) => (*region).to_owned(),
        (_, Some(rest), _) => format!("EL{rest}"),
        (.., Some(rest)) => format!("UK{rest}"),
        _ => code,
    }
}

/// The region with a code, in any case and in the writing of NUTS or of ISO 3166-1 (EL and GR, UK and GB).
/// With a version it must have been in use then.
#[must_use]
pub fn find(code: &str, version: Option<i32>) -> Option<&'static Region> {
    let region = *BY_CODE.get(nuts_code(code).as_str())?;
    version
        .is_none_or(|version| (region.since..=region.version).contains(&version))
        .then_some(region)
}

/// The region that a text means: a code, else a name as it is today, with accents and case aside, or a country's English
/// name. A name that several regions have means the one that holds the others (Ile-de-France is FR1, not FR10), and
/// nothing when none does.
#[must_use]
pub fn resolve(text: &str) -> Option<&'static Region> {
    find(text, None).or_else(|| most_general(BY_NAME.get(&fold(text))?, parent))
}

/// The region one level up.
#[must_use]
pub fn parent(region: &Region) -> Option<&'static Region> {
    find(region.parent?, None)
}

/// The places inside a region, for a comparison by bytes: the first that is inside and the first that is not.
/// None for an unknown code.
#[must_use]
pub fn place_range(code: &str) -> Option<(String, String)> {
    let place = find(code, None)?.place;
    let (shared, last) = place.split_at(place.len() - 1);
    let next = last.bytes().map(|byte| char::from(byte + 1));
    Some((place.to_owned(), shared.chars().chain(next).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nuts_2024_comes_first_and_each_region_is_in_one_of_the_next_level() {
        let mut levels = [0; 4];
        for region in &all()[..38 + 114 + 296 + 1345] {
            levels[usize::try_from(region.level).unwrap_or_default()] += 1;
            assert_eq!((region.version, region.place), (CURRENT, region.code));
            if let Some(parent) = parent(region) {
                assert_eq!(
                    (parent.level, parent.country),
                    (region.level - 1, region.country)
                );
            }
        }
        assert_eq!(levels, [38, 114, 296, 1345]);
        assert!(
            all()[38 + 114 + 296 + 1345..]
                .iter()
                .all(|region| region.level == 0 || region.version < CURRENT)
        );
    }

    #[test]
    fn every_row_is_whole_and_lies_in_a_place_that_is_there() {
        let codes: std::collections::HashSet<_> = all().iter().map(|region| region.code).collect();
        assert_eq!(codes.len(), all().len(), "a code is there twice");
        for region in all() {
            assert!((0..=3).contains(&region.level), "{region:?}");
            assert!(
                region.since <= region.version && region.version <= CURRENT,
                "{region:?}"
            );
            assert!(country::find(region.country).is_some(), "{region:?}");
            assert!(
                codes.contains(region.place) && region.parent.is_none_or(|up| codes.contains(up)),
                "{region:?}"
            );
            let place =
                find(region.place, None).map(|place| (place.country, place.level <= region.level));
            assert_eq!(place, Some((region.country, true)), "{region:?}");
            assert!(
                [region.name, region.name_latin]
                    .iter()
                    .all(|n| !n.is_empty() && n.trim() == *n),
                "{region:?}"
            );
        }
        let listed: Vec<_> = country::all()
            .iter()
            .filter(|c| find(c.alpha2, None).is_none())
            .collect();
        assert!(listed.is_empty(), "no region for {listed:?}");
    }

    #[test]
    fn a_code_is_found_in_every_writing_and_lies_where_it_lies_today() {
        for (code, version, found) in [
            ("ITI1", None, Some(("ITI1", 2024, "IT", "Toscana", "ITI1"))),
            (
                " iti1 ",
                Some(2016),
                Some(("ITI1", 2024, "IT", "Toscana", "ITI1")),
            ),
            ("ITI1", Some(2006), None),
            ("GR30", None, Some(("EL30", 2024, "GR", "Aττική", "EL30"))),
            (
                "UKJ14",
                None,
                Some(("UKJ14", 2021, "GB", "Oxfordshire", "UKJ14")),
            ),
            (
                "gbj14",
                Some(2021),
                Some(("UKJ14", 2021, "GB", "Oxfordshire", "UKJ14")),
            ),
            ("UKJ14", Some(2024), None),
            ("GB", None, Some(("UK", 2021, "GB", "United Kingdom", "UK"))),
            (
                "US",
                None,
                Some(("US", 2024, "US", "United States of America", "US")),
            ),
            // One successor; a sliver of 0.2 % that went to another département is none.
            (
                "FR82",
                None,
                Some(("FR82", 2013, "FR", "Provence-Alpes-Côte d'Azur", "FRL0")),
            ),
            (
                "FR251",
                None,
                Some(("FR251", 2013, "FR", "Calvados", "FRD11")),
            ),
            // Several: what they have in common.
            (
                "HR04",
                Some(2016),
                Some(("HR04", 2016, "HR", "Kontinentalna Hrvatska", "HR0")),
            ),
            // Before the crosswalk begins: the nearest region above that is still there.
            ("DE41", None, Some(("DE41", 2006, "DE", "DE41", "DE4"))),
            (
                "ITZZZ",
                None,
                Some(("ITZZZ", 2013, "IT", "Extra-Regio NUTS 3", "IT")),
            ),
            ("RE", None, Some(("FRY4", 2024, "FR", "La Réunion", "FRY4"))),
            ("XX", None, None),
            ("ITI1", Some(2027), None),
            ("ITI199", None, None),
            ("Ñ", None, None),
            ("", None, None),
        ] {
            let region = find(code, version);
            assert_eq!(
                region.map(|r| (r.code, r.version, r.country, r.name, r.place)),
                found,
                "{code} {version:?}"
            );
        }
    }

    #[test]
    fn a_text_means_a_region_by_code_or_by_name() {
        for (text, found) in [
            ("ES24", Some("ES24")),
            ("ARAGON", Some("ES24")),
            ("Toscana", Some("ITI1")),
            ("Provence-Alpes-Côte d'Azur", Some("FRL")),
            ("ile de france", Some("FR1")),
            ("Αττική", Some("EL3")),
            ("Attiki", Some("EL3")),
            ("Italia", Some("IT")),
            ("italy", Some("IT")),
            ("Greece", Some("EL")),
            ("Luxembourg", Some("LU")),
            ("Martinique", Some("FRY2")),
            ("Bucureşti", Some("RO321")),
            // A canton and a département.
            ("Jura", None),
            ("Atlantis", None),
            ("", None),
        ] {
            assert_eq!(resolve(text).map(|region| region.code), found, "{text}");
        }
    }

    #[test]
    fn a_place_range_holds_what_lies_inside_and_nothing_else() {
        for (code, range) in [
            ("ITI1", Some(("ITI1", "ITI2"))),
            ("gr", Some(("EL", "EM"))),
            ("UK", Some(("UK", "UL"))),
            ("FR82", Some(("FRL0", "FRL1"))),
            ("DE9", Some(("DE9", "DE:"))),
            ("ATZZZ", Some(("AT", "AU"))),
            ("XX", None),
        ] {
            assert_eq!(
                place_range(code),
                range.map(|(from, to)| (from.to_owned(), to.to_owned())),
                "{code}"
            );
        }
        for region in current() {
            let (from, to) = place_range(region.code).unwrap_or_default();
            let inside = |place: &str| *from <= *place && *place < *to;
            let wrong = all()
                .iter()
                .find(|r| inside(r.place) != r.place.starts_with(region.place));
            assert_eq!(wrong, None, "{}", region.code);
        }
    }
}
