//! VAT numbers: whose country's they are, and their canonical form with its prefix. The rules themselves are rows of
//! `table`.

mod own;
mod table;
#[cfg(test)]
mod tests;

use super::reading::{Reading, compact, iso};

/// Reads a VAT number; `country` is where its holder is, for numbers written without a prefix.
pub(super) fn read(written: &str, country: Option<&str>) -> Reading {
    let text = compact(written);
    let (prefix, body) = split(&text, country);
    let forms = table::forms(prefix).unwrap_or(table::ELSEWHERE);
    let of = iso(prefix);
    Reading {
        name: of.map_or("a VAT number".to_owned(), |of| {
            format!("a VAT number of {of}")
        }),
        prefix: prefix.to_owned(),
        body: body.to_owned(),
        country: of,
        forms,
    }
}

/// The prefix and the rest. A prefix that has rules is taken at its word. A number that fits its holder's country as
/// it stands has none: GD001 is British, not from Grenada. Other countries' letters are a prefix if digits follow.
fn split<'a>(text: &'a str, country: Option<&'a str>) -> (&'a str, &'a str) {
    let letters = |start: &&str| start.chars().all(|c| c.is_ascii_uppercase());
    let start = text.get(..2).filter(letters).map_or("", prefix_of);
    let rest = text.get(2..).unwrap_or_default();
    let home = country.map_or("", prefix_of);
    if table::forms(start).is_some() && rest.contains(digit) {
        (start, rest)
    } else if table::forms(home).is_some_and(|forms| forms.iter().any(|form| form.fits(text))) {
        (home, text)
    } else if iso(start).is_some() && rest.chars().take(2).any(digit) {
        (start, rest)
    } else {
        (home, text)
    }
}

fn digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// The prefix for a country's code or for what is written in its place: Greece has EL, Monaco counts as France and
/// the Isle of Man as the United Kingdom.
fn prefix_of(code: &str) -> &str {
    match code {
        "GR" => "EL",
        "MC" => "FR",
        "IM" | "UK" => "GB",
        code => code,
    }
}
