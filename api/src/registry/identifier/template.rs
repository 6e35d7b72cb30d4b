//! Templates: how the form of an identifier is written down as data. It knows no identifier.
//!
//! A template goes place by place: `d` a digit, `l` a capital letter, `a` either, `b` a small letter or digit of
//! Crockford's base 32, `[…]` one of these characters, `c` a check digit, `k` a check letter, `x` an X in the place of
//! a check digit; anything else stands for itself.

/// Whether a text fits a template.
pub(super) fn fits(template: &'static str, text: &str) -> bool {
    let mut characters = text.chars();
    places(template).all(|place| characters.next().is_some_and(|c| allows(place, c)))
        && characters.next().is_none()
}

/// The places of a template, from left to right.
fn places(template: &'static str) -> impl Iterator<Item = &'static str> {
    let mut rest = template;
    std::iter::from_fn(move || {
        let end = match rest.chars().next()? {
            '[' => rest.find(']')? + 1,
            first => first.len_utf8(),
        };
        let (place, tail) = rest.split_at(end);
        rest = tail;
        Some(place)
    })
}

/// Whether a character may stand in a place.
fn allows(place: &str, c: char) -> bool {
    match place {
        "d" | "c" => c.is_ascii_digit(),
        "l" | "k" => c.is_ascii_uppercase(),
        "x" => c == 'X',
        "a" => c.is_ascii_digit() || c.is_ascii_uppercase(),
        "b" => c.is_ascii_digit() || (c.is_ascii_lowercase() && !"ilou".contains(c)),
        _ => place.trim_matches(['[', ']']).contains(c),
    }
}

/// The texts that fit a template and differ from this one in nothing but check digits.
pub(super) fn variants(template: &'static str, text: &str) -> Vec<String> {
    if places(template).count() != text.chars().count() {
        return Vec::new();
    }
    let mut variants = vec![String::new()];
    for (place, own) in places(template).zip(text.chars()) {
        let choices = match place {
            "c" => ('0'..='9').collect(),
            "k" => ('A'..='Z').collect(),
            "x" => vec!['X'],
            _ if allows(place, own) => vec![own],
            _ => Vec::new(),
        };
        let longer = |start: &String| {
            choices
                .iter()
                .map(|c| format!("{start}{c}"))
                .collect::<Vec<_>>()
        };
        variants = variants.iter().flat_map(longer).collect();
    }
    variants
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_read_place_by_place() {
        for (template, text, expected) in [
            ("Udc", "U12", true),
            ("Udc", "U1", false),
            ("Udc", "U123", false),
            ("Udc", "X12", false),
            ("dlk", "1AB", true),
            ("dlk", "1ab", false),
            ("aab", "A1k", true),
            ("aab", "A1o", false),
            ("[02]d", "21", true),
            ("[02]d", "11", false),
            ("[02]d", "[1", false),
            ("dd", "1é", false),
            ("dd", "", false),
            ("dx", "1X", true),
            ("dx", "11", false),
        ] {
            assert_eq!(fits(template, text), expected, "{template} {text}");
        }
    }

    #[test]
    fn variants_differ_in_check_digits_alone() {
        assert_eq!(variants("[AB]dx", "A1Z"), ["A1X"]);
        assert_eq!(variants("dcd", "123").len(), 10);
        assert_eq!(variants("ckl", "1AB").len(), 260);
        assert!(variants("ckl", "1AB").contains(&"9ZB".to_owned()));
        for (template, text) in [("[AB]dc", "C10"), ("dc", "123"), ("dc", "1"), ("dc", "")] {
            assert_eq!(variants(template, text), [""; 0], "{template} {text}");
        }
    }
}
