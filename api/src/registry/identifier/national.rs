//! Numbers of national registers, and codes of which nothing is known. VAT numbers are elsewhere.

use super::check::Check;
use super::form::Form;
use super::reading::{Reading, compact, iso};

const EUID: &[Form] = &[Form::free(
    "the two letters of its country, the code of its register, a full stop and the number in that register",
    fits_euid,
    Check::Nothing,
)];

/// Numbers of the Brønnøysund Register Centre.
const NORWAY: &[Form] = &[Form::checked(
    "9 digits",
    "ddddddddc",
    Check::Sum {
        weights: &[3, 2, 7, 6, 5, 4, 3, 2, 1],
        modulus: 11,
        remainders: &[0],
    },
)];

const ANY: &[Form] = &[Form::free(
    "at least one character",
    |body| !body.is_empty(),
    Check::Unknown,
)];

/// European Unique Identifiers name their country, such as `ROONRC.J22/123/2007`.
pub(super) fn euid(written: &str) -> Reading {
    let body: String = written.chars().filter(|c| !c.is_whitespace()).collect();
    let body = body.to_ascii_uppercase();
    Reading {
        country: body.get(..2).filter(|_| fits_euid(&body)).and_then(iso),
        ..Reading::of("a European Unique Identifier", body, EUID)
    }
}

fn fits_euid(body: &str) -> bool {
    body.split_once('.').is_some_and(|(register, number)| {
        register.len() > 2
            && register.get(..2).and_then(iso).is_some()
            && register.chars().all(|c| c.is_ascii_alphanumeric())
            && number.contains(|c: char| c.is_ascii_alphanumeric())
            && number
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c))
    })
}

/// The number of an organisation in the register of its country.
pub(super) fn number(written: &str, country: Option<&'static str>) -> Reading {
    match country {
        Some("NO") => Reading {
            country,
            ..Reading::of("a Norwegian organisation number", compact(written), NORWAY)
        },
        _ => unknown(written, country),
    }
}

/// A code that nothing can be said about.
pub(super) fn unknown(written: &str, country: Option<&'static str>) -> Reading {
    Reading {
        country,
        ..Reading::of("an identifier", written.to_owned(), ANY)
    }
}
