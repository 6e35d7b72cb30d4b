//! What a scheme makes of a text, and what is said about it to people. It holds no scheme's rules.

use entities::value::IdentifierStatus;

use super::form::{Form, judge};
use crate::reference::country;

/// A text as its scheme reads it.
pub(super) struct Reading {
    /// The scheme in words, with its article.
    pub(super) name: String,
    /// What every canonical form starts with, before the part that is checked.
    pub(super) prefix: String,
    /// The part that is checked.
    pub(super) body: String,
    /// The country whose rules it follows.
    pub(super) country: Option<&'static str>,
    /// The forms that the body can have.
    pub(super) forms: &'static [Form],
}

impl Reading {
    /// The reading of a scheme that has no prefix and no countries.
    pub(super) fn of(name: &str, body: String, forms: &'static [Form]) -> Self {
        Self {
            name: name.to_owned(),
            prefix: String::new(),
            body,
            country: None,
            forms,
        }
    }

    /// How far the text is right.
    pub(super) fn status(&self) -> IdentifierStatus {
        judge(self.forms, &self.body)
    }

    /// The canonical form.
    pub(super) fn canonical(&self) -> String {
        format!("{}{}", self.prefix, self.body)
    }

    /// That a value is not written as its scheme demands, and how that would be.
    pub(super) fn what_form(&self, value: &str) -> String {
        let Self { name, prefix, .. } = self;
        if self.forms.iter().any(|form| form.fits(&self.body)) {
            return format!("“{value}” is zeros in the place of {name}.");
        }
        let words: Vec<_> = self.forms.iter().map(|form| form.words).collect();
        let words = words.join(", or ");
        match prefix.as_str() {
            "" => format!("“{value}” is not written like {name}: {words}."),
            _ => format!("“{value}” is not written like {name}: {prefix}, then {words}."),
        }
    }

    /// That the check digits of a value are wrong, and which would be right.
    pub(super) fn what_check_digits(&self, value: &str) -> String {
        let Self {
            name,
            prefix,
            body,
            forms,
            ..
        } = self;
        let form = forms.iter().find(|form| form.fits(body));
        let right = form.map_or_else(Vec::new, |form| form.corrections(body));
        let right: Vec<_> = right
            .iter()
            .map(|right| format!("{prefix}{right}"))
            .collect();
        let advice = match right.as_slice() {
            [] => "no other fits, so the mistake is elsewhere in it".to_owned(),
            right => format!("if the rest is right, it should be {}", right.join(" or ")),
        };
        format!("The check digit of “{value}” is wrong for {name}: {advice}.")
    }
}

/// A text without its separators, in capitals.
pub(super) fn compact(text: &str) -> String {
    let separator = |c: char| c.is_whitespace() || ".-/‐‑‒–—\u{200b}\u{feff}".contains(c);
    text.chars()
        .filter(|&c| !separator(c))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// What follows an address or a label, whichever of these the text starts with, in small letters.
pub(super) fn after(text: &str, labels: &[&str]) -> String {
    let text = text.to_ascii_lowercase();
    let bare = ["https://", "http://"]
        .iter()
        .find_map(|start| text.strip_prefix(start));
    let bare = bare.unwrap_or(&text);
    let bare = bare.strip_prefix("www.").unwrap_or(bare);
    let rest = labels
        .iter()
        .find_map(|label| bare.strip_prefix(label))
        .unwrap_or(bare);
    rest.trim().to_owned()
}

/// The ISO 3166-1 alpha-2 code for a country's code or VAT prefix; none where there is no such country.
pub(super) fn iso(code: &str) -> Option<&'static str> {
    // Northern Ireland has a prefix of its own in trade with the EU.
    let code = if code == "XI" { "GB" } else { code };
    country::find(code).map(|country| country.alpha2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_go_and_everything_else_stays() {
        for (text, expected) in [
            (" de 136.695-976 ", "DE136695976"),
            ("CHE\u{2011}116.075\u{a0}613 mwst", "CHE116075613MWST"),
            ("1+2*3é", "1+2*3é"),
        ] {
            assert_eq!(compact(text), expected);
        }
    }

    #[test]
    fn an_address_or_label_in_front_goes() {
        for text in [
            "https://ror.org/05A",
            "http://www.ror.org/05a",
            "ROR.org/05a",
            "05a",
            " 05a ",
        ] {
            assert_eq!(after(text.trim(), &["ror.org/"]), "05a", "{text}");
        }
    }

    #[test]
    fn prefixes_and_codes_become_iso_codes_of_countries_that_exist() {
        for (code, expected) in [
            ("EL", Some("GR")),
            ("UK", Some("GB")),
            ("XI", Some("GB")),
            ("ro", Some("RO")),
            ("AB", None),
            ("ROU", None),
            ("", None),
        ] {
            assert_eq!(iso(code), expected, "{code}");
        }
    }
}
