//! Currencies of ISO 4217 with their minor units: those in use, and the European ones withdrawn since 1999, which old
//! amounts are in. A table of ours, because no crate lists the withdrawn ones. It knows no rates.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::rows;

/// A currency or fund code of ISO 4217 that amounts can be in. Metals, units of account and the codes for tests and
/// for no currency have no minor unit and are not here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency {
    /// The alphabetic code.
    pub code: &'static str,
    /// The English name.
    pub name: &'static str,
    /// How many decimals an amount has: 2 for the euro, 0 for the yen.
    pub minor_units: u32,
    /// Whether it is on list one; otherwise it was withdrawn.
    pub active: bool,
}

static CURRENCIES: LazyLock<Vec<Currency>> = LazyLock::new(|| {
    rows(include_str!("../../data/reference/currencies.tsv"))
        .map(|[code, minor_units, withdrawn, name]| Currency {
            code,
            name,
            minor_units: minor_units.parse().unwrap_or_default(),
            active: withdrawn.is_empty(),
        })
        .collect()
});

static BY_CODE: LazyLock<HashMap<&str, &Currency>> = LazyLock::new(|| {
    CURRENCIES
        .iter()
        .map(|currency| (currency.code, currency))
        .collect()
});

/// All currencies, by code.
#[must_use]
pub fn all() -> &'static [Currency] {
    &CURRENCIES
}

/// The currency with a code, in any case.
#[must_use]
pub fn find(code: &str) -> Option<&'static Currency> {
    BY_CODE
        .get(code.trim().to_ascii_uppercase().as_str())
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_whole() {
        let active = all().iter().filter(|currency| currency.active).count();
        assert_eq!((active, all().len() - active), (165, 31));
        for row @ [code, minor_units, withdrawn, name] in
            rows(include_str!("../../data/reference/currencies.tsv"))
        {
            assert!(
                code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase()),
                "{row:?}"
            );
            assert!(
                minor_units.parse::<u32>().is_ok_and(|digits| digits <= 4),
                "{row:?}"
            );
            assert!(
                withdrawn.is_empty() || withdrawn.len() == "2026-01".len(),
                "{row:?}"
            );
            assert!(!name.is_empty(), "{row:?}");
        }
    }

    #[test]
    fn a_code_has_its_minor_units_and_may_be_withdrawn() {
        for (code, found) in [
            ("EUR", Some((2, true))),
            ("ron", Some((2, true))),
            ("JPY", Some((0, true))),
            ("KWD", Some((3, true))),
            ("CLF", Some((4, true))),
            ("VES", Some((2, true))),
            ("BGN", Some((2, false))),
            ("HRK", Some((2, false))),
            ("LTL", Some((2, false))),
            ("LVL", Some((2, false))),
            ("EEK", Some((2, false))),
            ("SKK", Some((2, false))),
            ("CYP", Some((2, false))),
            ("MTL", Some((2, false))),
            ("SIT", Some((2, false))),
            ("BGL", Some((2, false))),
            ("ROL", Some((0, false))),
            ("TRL", Some((0, false))),
            ("ITL", Some((0, false))),
            ("XAU", None),
            ("XXX", None),
            ("EURO", None),
            ("", None),
        ] {
            assert_eq!(
                find(code).map(|currency| (currency.minor_units, currency.active)),
                found,
                "{code}"
            );
        }
    }
}
