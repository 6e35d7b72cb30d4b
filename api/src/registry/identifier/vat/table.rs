//! What VAT numbers look like in each country and how they are checked: one row a country, as data, without the
//! prefix. It must not read what sources write; it is asked with a prefix and answers with forms.
//!
//! The rules were run against the 24,104 VAT numbers of participants in Horizon Europe (CORDIS) beside those of
//! python-stdnum 2.2.

use iso_7064::MOD11_10;
use iso_7064::extra::LUHN;

use super::own;
use crate::registry::identifier::check::Check;
use crate::registry::identifier::form::Form;

/// The forms of the numbers with this prefix; none where no rule is known.
pub(super) fn forms(prefix: &str) -> Option<&'static [Form]> {
    let rules = if prefix == "XI" { "GB" } else { prefix };
    let row = COUNTRIES.iter().find(|(country, _)| *country == rules);
    row.map(|&(_, forms)| forms)
}

/// The form of numbers without a known rule.
pub(super) const ELSEWHERE: &[Form] = &[Form::free(
    "letters and digits, at least one of them a digit",
    |body| {
        body.chars().all(|c| c.is_ascii_alphanumeric())
            && body.contains(|c: char| c.is_ascii_digit())
    },
    Check::Unknown,
)];

/// The check digits by the remainder, where 10 counts as 0.
const REMAINDER: &str = "01234567890";

/// Where an authority takes the remainder from 11, the weights here are 11 less its own, which comes to the same; where
/// it takes ten times the sum (RO), they are ten times its own.
#[rustfmt::skip] // A table is read by its rows.
const COUNTRIES: &[(&str, &[Form])] = &[
    ("AT", &[by("U and 8 digits", "Udddddddc", own::austria)]),
    ("BE", &[by("10 digits, the first 0 or 1", "[01]dddddddcc", own::belgium)]),
    ("BG", &[by("9 digits", "ddddddddc", |body| {
                own::two_rounds(body, &[1, 2, 3, 4, 5, 6, 7, 8], &[3, 4, 5, 6, 7, 8, 9, 10])
             }),
             Form::plain("10 digits for a person", "dddddddddd")]),
    ("CH", &[sum("E, 9 digits and MWST, TVA, IVA or TPV (without these letters it is a UID, no VAT number)",
                 "EddddddddcMWST EddddddddcTVA EddddddddcIVA EddddddddcTPV",
                 &[5, 4, 3, 2, 7, 6, 5, 4, 1], 11, &[0])]),
    ("CY", &[by("8 digits that do not start with 12, and a letter",
                "[023456789]dddddddk 1[013456789]ddddddk", own::cyprus)]),
    ("CZ", &[pick("8 digits, the first not 9", "[012345678]ddddddc", &[3, 4, 5, 6, 7, 8, 9], "11234567890"),
             Form::plain("9 or 10 digits for a person", "ddddddddd dddddddddd")]),
    ("DE", &[by("9 digits, the first not 0", "[123456789]dddddddc", |body| MOD11_10.verify_lax(body))]),
    ("DK", &[sum("8 digits", "dddddddc", &[2, 7, 6, 5, 4, 3, 2, 1], 11, &[0])]),
    ("EE", &[sum("9 digits", "ddddddddc", &[3, 7, 1, 3, 7, 1, 3, 7, 1], 10, &[0])]),
    ("EL", &[pick("9 digits", "ddddddddc", &[256, 128, 64, 32, 16, 8, 4, 2], REMAINDER)]),
    ("ES", &[by("9 characters: the first and last are letters or digits, the others digits",
                "[0123456789ABCDEFGHJKLMNPQRSUVWXYZ]dddddddc [0123456789ABCDEFGHJKLMNPQRSUVWXYZ]dddddddk",
                own::spain)]),
    ("FI", &[sum("8 digits", "dddddddc", &[7, 9, 10, 5, 8, 4, 2, 1], 11, &[0])]),
    ("FR", &[by("2 digits and the 9 digits of the SIREN", "ccddddddddd", own::france),
             Form::plain("2 letters or digits (no I, no O) and the 9 digits of the SIREN",
                         "[0123456789ABCDEFGHJKLMNPQRSTUVWXYZ][0123456789ABCDEFGHJKLMNPQRSTUVWXYZ]ddddddddd")]),
    ("GB", &[sum("9 or 12 digits", "dddddddcc dddddddccddd", &[8, 7, 6, 5, 4, 3, 2, 10, 1], 97, &[0, 42]),
             Form::plain("GD and 000 to 499", "GD[01234]dd"),
             Form::plain("HA and 500 to 999", "HA[56789]dd")]),
    ("HR", &[by("11 digits", "ddddddddddc", |body| MOD11_10.verify_lax(body))]),
    ("HU", &[sum("8 digits", "dddddddc", &[9, 7, 3, 1, 9, 7, 3, 1], 10, &[0])]),
    ("IE", &[by("7 digits (the second can be a letter, + or *) and 1 or 2 letters",
                "dddddddk dddddddk[ABCDEFGHIJKLMNOPQRSTUVW] d[ABCDEFGHIJKLMNOPQRSTUVWXYZ+*]dddddk", own::ireland)]),
    ("IT", &[by("11 digits", "ddddddddddc", |body| LUHN.verify_lax(body))]),
    ("LT", &[by("9 or 12 digits, the last but one 1", "ddddddd1c dddddddddd1c", |body| {
                own::two_rounds(body, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2], &[3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4])
             })]),
    ("LU", &[by("8 digits", "ddddddcc", own::luxembourg)]),
    ("LV", &[sum("11 digits", "[456789]dddddddddc", &[9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1], 11, &[3]),
             Form::plain("11 digits for a person", "[0123]dddddddddd")]),
    ("MT", &[sum("8 digits", "ddddddcc", &[3, 4, 6, 7, 8, 9, 10, 1], 37, &[0])]),
    ("NL", &[by("9 digits, B and 2 digits", "ddddddddcBdd", own::netherlands)]),
    ("NO", &[sum("9 digits and MVA (without these letters it is an organisation number, no VAT number)",
                 "ddddddddcMVA", &[3, 2, 7, 6, 5, 4, 3, 2, 1], 11, &[0])]),
    ("PL", &[sum("10 digits", "dddddddddc", &[6, 5, 7, 2, 3, 4, 5, 6, 7, 10], 11, &[0])]),
    ("PT", &[pick("9 digits", "ddddddddc", &[2, 3, 4, 5, 6, 7, 8, 9], REMAINDER)]),
    ("RO", &[pick("2 to 10 digits", "dc ddc dddc ddddc dddddc ddddddc dddddddc ddddddddc dddddddddc",
                  &[70, 50, 30, 20, 10, 70, 50, 30, 20], REMAINDER)]),
    ("SE", &[by("10 digits and 01", "dddddddddc01", |body| LUHN.verify_lax(&body[..10]))]),
    ("SI", &[pick("8 digits", "dddddddc", &[3, 4, 5, 6, 7, 8, 9], "-1234567890")]),
    ("SK", &[sum("10 digits, the first not 0, the third 2, 3, 4, 7, 8 or 9", "[123456789]d[234789]ddddddc",
                 &[10, 1, 10, 1, 10, 1, 10, 1, 10, 1], 11, &[0])]),
];

const fn sum(
    words: &'static str,
    templates: &'static str,
    weights: &'static [usize],
    modulus: usize,
    remainders: &'static [usize],
) -> Form {
    let check = Check::Sum {
        weights,
        modulus,
        remainders,
    };
    Form::checked(words, templates, check)
}

const fn pick(
    words: &'static str,
    templates: &'static str,
    weights: &'static [usize],
    digits: &'static str,
) -> Form {
    Form::checked(words, templates, Check::Pick { weights, digits })
}

const fn by(words: &'static str, templates: &'static str, passes: fn(&str) -> bool) -> Form {
    Form::checked(words, templates, Check::By(passes))
}
