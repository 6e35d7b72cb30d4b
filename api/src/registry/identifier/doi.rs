//! Digital Object Identifiers. Nothing else.

use super::check::Check;
use super::form::Form;
use super::reading::{Reading, after};

const FORMS: &[Form] = &[Form::free(
    "10. and a registrant's number, a slash and a name without blanks, such as 10.3030/101057746",
    fits,
    Check::Nothing,
)];

/// DOIs do not distinguish capitals; the canonical form has none.
pub(super) fn read(written: &str) -> Reading {
    let name = after(written, &["doi.org/", "dx.doi.org/", "doi:"]);
    Reading::of("a DOI", name, FORMS)
}

fn fits(name: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    name.strip_prefix("10.")
        .and_then(|rest| rest.split_once('/'))
        .is_some_and(|(registrant, name)| {
            registrant.split('.').all(digits)
                && registrant
                    .split('.')
                    .next()
                    .is_some_and(|first| first.len() >= 4)
                && !name.is_empty()
                && !name.contains(char::is_whitespace)
        })
}
