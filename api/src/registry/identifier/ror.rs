//! Ids of the Research Organization Registry. Nothing else.

use super::check::{Check, remainder};
use super::form::Form;
use super::reading::{Reading, after};

const FORMS: &[Form] = &[Form::checked(
    "0, 6 letters or digits (no i, l, o or u) and 2 check digits",
    "0bbbbbbcc",
    Check::By(passes),
)];

pub(super) fn read(written: &str) -> Reading {
    let body = after(written, &["ror.org/"])
        .trim_end_matches('/')
        .to_owned();
    Reading {
        prefix: "https://ror.org/".to_owned(),
        ..Reading::of("a ROR id", body, FORMS)
    }
}

/// The first seven characters are a number in Crockford's base 32; the last two are its check digits by ISO 7064
/// MOD 97-10.
fn passes(body: &str) -> bool {
    let (number, check) = body.split_at(7);
    let values = number
        .chars()
        .filter_map(|c| "0123456789abcdefghjkmnpqrstvwxyz".find(c));
    let number = values.fold(0, |number, value| (number * 32 + value) % 97);
    98 - number * 100 % 97 == remainder(check, 100)
}
