//! Countries: ISO 3166-1 as the crate `rust_iso3166` keeps it, and Kosovo.
//! It knows codes and English names, no borders and no regions: those are in `region`.

use std::sync::LazyLock;

/// A country or territory of ISO 3166-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2.
    pub alpha2: &'static str,
    /// ISO 3166-1 alpha-3.
    pub alpha3: &'static str,
    /// The English short name of ISO 3166-1.
    pub name: &'static str,
}

/// ISO 3166-1 has no code for Kosovo. The EU uses the user-assigned XK (it is in NUTS 2024, and 12 organisations of
/// Horizon Europe have it), without prejudice to positions on status.
const KOSOVO: Country = Country {
    alpha2: "XK",
    alpha3: "XKX",
    name: "Kosovo*",
};

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    let iso = rust_iso3166::ALL.iter().map(|country| Country {
        alpha2: country.alpha2,
        alpha3: country.alpha3,
        name: country.name,
    });
    let mut countries: Vec<_> = iso.chain([KOSOVO]).collect();
    countries.sort_unstable_by_key(|country| country.alpha2);
    countries
});

/// All countries, by alpha-2 code.
#[must_use]
pub fn all() -> &'static [Country] {
    &COUNTRIES
}

/// The country with an alpha-2 code, in any case; EL and UK, which the EU writes, are GR and GB.
#[must_use]
pub fn find(code: &str) -> Option<&'static Country> {
    let code = match code.trim().to_ascii_uppercase() {
        eu if eu == "EL" => "GR".to_owned(),
        eu if eu == "UK" => "GB".to_owned(),
        iso => iso,
    };
    let at = COUNTRIES
        .binary_search_by_key(&code.as_str(), |country| country.alpha2)
        .ok()?;
    COUNTRIES.get(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_iso_3166_1_and_kosovo() {
        assert_eq!(all().len(), 249 + 1);
        for country in all() {
            assert_eq!(
                (country.alpha2.len(), country.alpha3.len()),
                (2, 3),
                "{country:?}"
            );
            assert!(!country.name.is_empty(), "{country:?}");
            assert_eq!(find(country.alpha2), Some(country));
        }
    }

    #[test]
    fn a_code_is_found_in_any_case_and_in_the_eu_s_writing() {
        for (code, found) in [
            ("RO", Some(("RO", "ROU", "Romania"))),
            (" it ", Some(("IT", "ITA", "Italy"))),
            ("EL", Some(("GR", "GRC", "Greece"))),
            ("gr", Some(("GR", "GRC", "Greece"))),
            (
                "uk",
                Some((
                    "GB",
                    "GBR",
                    "United Kingdom of Great Britain and Northern Ireland",
                )),
            ),
            ("XK", Some(("XK", "XKX", "Kosovo*"))),
            // CORDIS gives one organisation of Kashmir this code, which is in no list.
            ("XH", None),
            ("ROU", None),
            ("", None),
        ] {
            assert_eq!(
                find(code).map(|c| (c.alpha2, c.alpha3, c.name)),
                found,
                "{code}"
            );
        }
    }
}
