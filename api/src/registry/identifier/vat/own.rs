//! The countries whose VAT numbers no shared mechanism checks. Every function takes a number without its country's
//! prefix that has the country's form, which the table beside this file states.

use iso_7064::extra::LUHN;

use crate::registry::identifier::check::{digits, mod_97_10, remainder, weighted};

const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/// Digit sums of the weighted digits, with an offset of 4.
pub(super) fn austria(body: &str) -> bool {
    let weighted = digits(body)
        .zip([1, 2, 1, 2, 1, 2, 1, 1])
        .map(|(d, w)| d * w);
    (weighted.map(|n| n / 10 + n % 10).sum::<usize>() + 4).is_multiple_of(10)
}

/// The last two digits complete the first eight to a multiple of 97, and are never 00.
pub(super) fn belgium(body: &str) -> bool {
    97 - remainder(&body[..8], 97) == remainder(&body[8..], 100)
}

/// A first round of weights decides, unless it leaves 10; then a second does.
pub(super) fn two_rounds(body: &str, first: &[usize], second: &[usize]) -> bool {
    let payload = || digits(body).take(body.len() - 1);
    let round = |weights| weighted(payload(), weights) % 11;
    let check = match round(first) {
        10 => round(second) % 10,
        check => check,
    };
    digits(body).next_back() == Some(check)
}

/// Digits in odd places count by a table, those in even places by themselves; a letter says the sum.
pub(super) fn cyprus(body: &str) -> bool {
    const ODD: [usize; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];
    let values = digits(body).enumerate();
    let sum: usize = values
        .map(|(i, d)| if i % 2 == 0 { ODD[d] } else { d })
        .sum();
    LETTERS.chars().nth(sum % LETTERS.len()) == body.chars().last()
}

/// Persons have the letter of their identity card, others a Luhn digit or the letter that stands for it.
pub(super) fn spain(body: &str) -> bool {
    const OF_PERSONS: &str = "TRWAGMYFPDXBNJZSQVHLCKE";
    const OF_OTHERS: &str = "JABCDEFGHI";
    let (first, middle, last) = (&body[..1], &body[1..8], &body[8..]);
    let of_person = |start: &str| {
        OF_PERSONS.find(last) == Some(remainder(&format!("{start}{middle}"), OF_PERSONS.len()))
    };
    match first {
        "X" | "K" | "L" | "M" => of_person("0"),
        "Y" => of_person("1"),
        "Z" => of_person("2"),
        "N" | "P" | "Q" | "R" | "S" | "W" if digits(last).next().is_some() => false,
        _ if digits(first).next().is_some() => of_person(first),
        _ => {
            let digit = OF_OTHERS.find(last).or_else(|| digits(last).next());
            digit.is_some_and(|digit| LUHN.verify_lax(&format!("{middle}{digit}")))
        }
    }
}

/// A key of two digits, and a SIREN with a Luhn digit, which numbers of Monaco (000) do not have.
pub(super) fn france(body: &str) -> bool {
    let (key, siren) = body.split_at(2);
    remainder(key, 100) == (12 + 3 * remainder(siren, 97)) % 97
        && (siren.starts_with("000") || LUHN.verify_lax(siren))
}

/// A letter says the sum; a second letter counts nine times. Numbers of the old system have a letter or sign in the
/// second place: their digits are read without it, the first one last.
pub(super) fn ireland(body: &str) -> bool {
    const CHECKS: &str = "WABCDEFGHIJKLMNOPQRSTUV";
    let (number, letters) = body.split_at(7);
    let (first, rest) = number.split_at(1);
    let old = !rest.starts_with(|c: char| c.is_ascii_digit());
    let number = if old {
        format!("0{}{first}", &rest[1..])
    } else {
        number.to_owned()
    };
    let (check, second) = letters.split_at(1);
    let sum = weighted(digits(&number), &[8, 7, 6, 5, 4, 3, 2]);
    CHECKS.find(check) == Some((sum + 9 * CHECKS.find(second).unwrap_or(0)) % CHECKS.len())
}

/// The last two digits are what the first six leave by 89.
pub(super) fn luxembourg(body: &str) -> bool {
    remainder(&body[..6], 89) == remainder(&body[6..], 100)
}

/// The citizen's or company's number checks itself; since 2020 sole traders have numbers that only check as a whole.
pub(super) fn netherlands(body: &str) -> bool {
    weighted(digits(body), &[9, 8, 7, 6, 5, 4, 3, 2, 10]).is_multiple_of(11)
        || mod_97_10(&format!("NL{body}"))
}
