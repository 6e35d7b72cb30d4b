//! The cells of CORDIS's rows as values. A cell that cannot be read leaves its field empty and is a finding.

use chrono::NaiveDate;
use entities::record::{Finding, FindingCode};
use entities::value::IdentifierScheme;
use rust_decimal::Decimal;

use crate::registry::{Money, NewIdentifier, Patch, Reference};

/// The currency of all of CORDIS's amounts.
pub(super) const EURO: &str = "EUR";

/// A text; none where CORDIS has nothing or only a full stop, a comma or a dash to say.
pub(super) fn text(cell: &str) -> Option<String> {
    cell.contains(char::is_alphanumeric)
        .then(|| cell.to_owned())
}

/// What a cell says of a text.
pub(super) fn said(cell: &str) -> Patch<String> {
    Patch::set_or_clear(text(cell))
}

/// What a cell says of a text, where the file has such a column.
pub(super) fn said_if_there(cell: Option<&str>) -> Patch<String> {
    cell.map_or(Patch::Leave, said)
}

/// What a patch sets.
pub(super) fn set<T>(patch: &Patch<T>) -> Option<&T> {
    match patch {
        Patch::Set(value) => Some(value),
        Patch::Leave | Patch::Clear => None,
    }
}

/// CORDIS's id of the record that a patch names.
pub(super) fn external(patch: &Patch<Reference>) -> Option<&str> {
    match set(patch)? {
        Reference::External(id) => Some(id),
        Reference::Id(_) | Reference::Identifier(..) => None,
    }
}

/// The identifiers that a row has.
pub(super) fn identifiers<const N: usize>(
    cells: [(IdentifierScheme, &str); N],
) -> Patch<Vec<NewIdentifier>> {
    let new = |(scheme, cell)| {
        Some(NewIdentifier {
            scheme,
            value: text(cell)?,
            country: None,
        })
    };
    Patch::Set(cells.into_iter().filter_map(new).collect())
}

/// An amount of zero says nothing: CORDIS writes one where costs are not counted, as for lump sums.
pub(super) fn unless_zero(amount: Patch<Money>) -> Patch<Money> {
    match amount {
        Patch::Set(money) if money.amount.is_zero() => Patch::Clear,
        other => other,
    }
}

/// Reads the cells of one row and keeps what is wrong with them.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) findings: Vec<Finding>,
}

impl Reading {
    /// `true` or `false`.
    pub(super) fn flag(&mut self, path: &str, cell: &str) -> Patch<bool> {
        let value = match cell {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        self.value(path, cell, value, "`true` or `false`")
    }

    /// A day.
    pub(super) fn date(&mut self, path: &str, cell: &str) -> Patch<NaiveDate> {
        let value = NaiveDate::parse_from_str(cell, "%Y-%m-%d").ok();
        self.value(path, cell, value, "a day, for example `2024-01-31`")
    }

    /// A whole number.
    pub(super) fn number(&mut self, path: &str, cell: &str) -> Patch<i32> {
        self.value(path, cell, cell.parse().ok(), "a whole number")
    }

    /// An amount of euros. CORDIS writes some columns with a point and some with a comma.
    pub(super) fn euros(&mut self, path: &str, cell: &str) -> Patch<Money> {
        let amount: Option<Decimal> = cell.replacen(',', ".", 1).parse().ok();
        let money = amount.map(|amount| Money {
            amount,
            currency: EURO.to_owned(),
        });
        self.value(path, cell, money, "an amount, for example `1500.50`")
    }

    /// One of CORDIS's own codes.
    pub(super) fn code<T: Copy>(
        &mut self,
        path: &str,
        cell: &str,
        codes: &[(&str, T)],
    ) -> Patch<T> {
        let found = find(cell, codes);
        if found.is_none() && !cell.is_empty() {
            let message = format!("`{cell}` is no code that CORDIS is known to use here");
            self.finding(FindingCode::UnknownCode, path, message);
        }
        Patch::set_or_clear(found)
    }

    fn value<T>(&mut self, path: &str, cell: &str, value: Option<T>, right: &str) -> Patch<T> {
        if value.is_none() && !cell.is_empty() {
            let message = format!("`{cell}` is not {right}");
            self.finding(FindingCode::Unreadable, path, message);
        }
        Patch::set_or_clear(value)
    }

    fn finding(&mut self, code: FindingCode, path: &str, message: String) {
        self.findings.push(Finding {
            code,
            path: path.to_owned(),
            message,
        });
    }
}

/// What a code stands for.
pub(super) fn find<T: Copy>(cell: &str, codes: &[(&str, T)]) -> Option<T> {
    codes
        .iter()
        .find(|(code, _)| *code == cell)
        .map(|(_, meaning)| *meaning)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(cell: &str) -> (Patch<Money>, usize) {
        let mut reading = Reading::default();
        (reading.euros("totalCost", cell), reading.findings.len())
    }

    #[test]
    fn an_amount_has_a_point_or_a_comma() {
        for (cell, cents, findings) in [
            ("1500000", Some(150_000_000), 0),
            ("528340.97", Some(52_834_097), 0),
            ("960619,95", Some(96_061_995), 0),
            ("0", Some(0), 0),
            ("", None, 0),
            ("1.500,00", None, 1),
            ("many", None, 1),
        ] {
            let money = cents.map(|cents| Money {
                amount: Decimal::new(cents, 2).normalize(),
                currency: EURO.to_owned(),
            });
            assert_eq!(
                euros(cell),
                (Patch::set_or_clear(money), findings),
                "{cell}"
            );
        }
    }

    #[test]
    fn an_amount_of_zero_says_nothing() {
        assert_eq!(unless_zero(euros("0.00").0), Patch::Clear);
        assert_eq!(unless_zero(euros("0.01").0), euros("0.01").0);
        assert_eq!(unless_zero(Patch::Leave), Patch::Leave);
    }

    #[test]
    fn a_cell_that_cannot_be_read_is_a_finding_and_a_blank_one_is_none() {
        let mut reading = Reading::default();
        assert_eq!(reading.flag("a", "true"), Patch::Set(true));
        assert_eq!(
            reading.date("b", "2024-02-29"),
            Patch::Set(day(2024, 2, 29))
        );
        assert_eq!(reading.number("c", "12"), Patch::Set(12));
        assert_eq!(reading.code("d", "X", &[("X", 'x')]), Patch::Set('x'));
        assert_eq!(reading.flag("e", ""), Patch::Clear);
        assert_eq!(reading.findings, []);

        assert_eq!(reading.flag("f", "yes"), Patch::Clear);
        assert_eq!(reading.date("g", "2023-02-29"), Patch::Clear);
        assert_eq!(reading.number("h", "1.5"), Patch::Clear);
        assert_eq!(reading.code("i", "Y", &[("X", 'x')]), Patch::Clear);
        let found: Vec<_> = reading
            .findings
            .iter()
            .map(|found| (found.code, found.path.as_str()))
            .collect();
        let expected = [
            (FindingCode::Unreadable, "f"),
            (FindingCode::Unreadable, "g"),
            (FindingCode::Unreadable, "h"),
            (FindingCode::UnknownCode, "i"),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn a_lone_full_stop_is_a_blank() {
        for (cell, found) in [
            (".", None),
            ("-", None),
            ("", None),
            ("A.", Some("A.")),
            ("3", Some("3")),
        ] {
            assert_eq!(text(cell).as_deref(), found, "{cell}");
        }
        assert_eq!(said_if_there(None), Patch::Leave);
        assert_eq!(said_if_there(Some("")), Patch::Clear);
    }

    fn day(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
    }
}
