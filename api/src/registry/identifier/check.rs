//! How check digits are computed. It knows no scheme and no country, and never judges the form of what it is given.
//!
//! ISO 7064 and Luhn come from `iso_7064`; weighted sums are a line each and have no crate.

use iso_7064::MOD97_10;

/// How an identifier can be checked without asking its register.
pub(super) enum Check {
    /// Nothing is known of the scheme.
    Unknown,
    /// The scheme has no check digit that is public.
    Nothing,
    /// The sum of weight times digit, check digit included, leaves one of these remainders.
    Sum {
        weights: &'static [usize],
        modulus: usize,
        remainders: &'static [usize],
    },
    /// The sum over all digits but the last picks the last one from `digits`, by its remainder.
    /// The weights stand to the right, as short numbers are filled with zeros from the left.
    Pick {
        weights: &'static [usize],
        digits: &'static str,
    },
    /// Whatever the function finds right.
    By(fn(&str) -> bool),
}

impl Check {
    /// Whether the check digits of a text that has the form of its scheme are right.
    pub(super) fn passes(&self, text: &str) -> bool {
        match self {
            Self::Unknown | Self::Nothing => true,
            Self::Sum {
                weights,
                modulus,
                remainders,
            } => remainders.contains(&(weighted(digits(text), weights) % modulus)),
            Self::Pick {
                weights,
                digits: right,
            } => {
                let payload = digits(text).rev().skip(1);
                let sum: usize = payload.zip(weights.iter().rev()).map(|(d, w)| d * w).sum();
                right.chars().nth(sum % right.len()) == text.chars().last()
            }
            Self::By(passes) => passes(text),
        }
    }
}

/// The values of the digits in a text; other characters are passed over.
pub(super) fn digits(text: &str) -> impl DoubleEndedIterator<Item = usize> {
    text.chars().filter_map(|c| "0123456789".find(c))
}

/// The sum of weight times digit, from the left, as far as there are weights.
pub(super) fn weighted(digits: impl Iterator<Item = usize>, weights: &[usize]) -> usize {
    digits.zip(weights).map(|(d, w)| d * w).sum()
}

/// What the digits of a text, read as one number, leave when divided.
pub(super) fn remainder(text: &str, modulus: usize) -> usize {
    digits(text).fold(0, |number, digit| (number * 10 + digit) % modulus)
}

/// ISO 7064 MOD 97-10 over letters and digits, where A is 10 and Z is 35.
pub(super) fn mod_97_10(text: &str) -> bool {
    let numbers = text.chars().filter_map(|c| c.to_digit(36));
    let decimal: String = numbers.map(|value| value.to_string()).collect();
    MOD97_10.verify_lax(&decimal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_takes_any_of_its_remainders_and_leaves_what_has_no_weight() {
        let check = Check::Sum {
            weights: &[3, 1],
            modulus: 10,
            remainders: &[0, 2],
        };
        for (text, passes) in [("31", true), ("3A19", true), ("33", true), ("32", false)] {
            assert_eq!(check.passes(text), passes, "{text}");
        }
    }

    #[test]
    fn a_pick_aligns_its_weights_to_the_right() {
        let check = Check::Pick {
            weights: &[7, 2, 1],
            digits: "01234567890",
        };
        for (text, passes) in [
            ("0213", false),
            ("0215", true),
            ("215", true),
            ("1004", false),
        ] {
            assert_eq!(check.passes(text), passes, "{text}");
        }
    }

    #[test]
    fn mod_97_10_reads_letters_as_two_digits() {
        assert!(mod_97_10("213800AII84NFRARW298"));
        assert!(!mod_97_10("213800AII84NFRARW297"));
        assert!(!mod_97_10(""));
    }

    #[test]
    fn a_remainder_is_that_of_the_whole_number() {
        assert_eq!(remainder("12345678901234567890123", 97), 19);
        assert_eq!(remainder("", 97), 0);
    }
}
