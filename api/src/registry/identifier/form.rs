//! The forms that identifiers have: which text has one, how far it is right, and what would be right. It knows no
//! scheme; each scheme states its forms as data.

use entities::value::IdentifierStatus;

use super::check::Check;
use super::template;

/// One form that the identifiers of a scheme can have.
pub(super) struct Form {
    /// The form in words, for people.
    pub(super) words: &'static str,
    shape: Shape,
    check: Check,
}

/// Which texts have a form.
enum Shape {
    /// Those that fit one of these templates, which are parted by blanks.
    Templates(&'static str),
    /// Those that the function accepts.
    Where(fn(&str) -> bool),
}

impl Form {
    /// A form that has check digits.
    pub(super) const fn checked(
        words: &'static str,
        templates: &'static str,
        check: Check,
    ) -> Self {
        Self {
            words,
            shape: Shape::Templates(templates),
            check,
        }
    }

    /// A form without check digits.
    pub(super) const fn plain(words: &'static str, templates: &'static str) -> Self {
        Self::checked(words, templates, Check::Nothing)
    }

    /// A form that templates cannot say.
    pub(super) const fn free(words: &'static str, has: fn(&str) -> bool, check: Check) -> Self {
        Self {
            words,
            shape: Shape::Where(has),
            check,
        }
    }

    /// Whether a text has this form, be its check digits right or wrong.
    pub(super) fn fits(&self, text: &str) -> bool {
        match self.shape {
            Shape::Templates(templates) => {
                templates.split(' ').any(|one| template::fits(one, text))
            }
            Shape::Where(has) => has(text),
        }
    }

    /// How far a text of this form is right.
    fn status(&self, text: &str) -> IdentifierStatus {
        match self.check {
            Check::Unknown => IdentifierStatus::Unverified,
            Check::Nothing => IdentifierStatus::FormatOk,
            _ if zeros(text) => IdentifierStatus::FormatInvalid,
            _ if self.check.passes(text) => IdentifierStatus::ChecksumOk,
            _ => IdentifierStatus::ChecksumFailed,
        }
    }

    /// What a text of this form would be with right check digits, if the rest of it is right.
    pub(super) fn corrections(&self, text: &str) -> Vec<String> {
        let Shape::Templates(templates) = self.shape else {
            return Vec::new();
        };
        let variants = templates
            .split(' ')
            .flat_map(|one| template::variants(one, text));
        variants
            .filter(|variant| self.status(variant) == IdentifierStatus::ChecksumOk)
            .collect()
    }
}

/// How far a text is right that should have one of these forms.
pub(super) fn judge(forms: &[Form], text: &str) -> IdentifierStatus {
    let form = forms.iter().find(|form| form.fits(text));
    form.map_or(IdentifierStatus::FormatInvalid, |form| form.status(text))
}

/// Whether a text is filled with zeros: these pass most checks, but stand where somebody had no number to give.
fn zeros(text: &str) -> bool {
    text.starts_with("000000000") || !text.contains(|c| matches!(c, '1'..='9'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUM: Check = Check::Sum {
        weights: &[1, 1],
        modulus: 10,
        remainders: &[0, 5],
    };

    #[test]
    fn the_first_form_that_fits_judges() {
        let forms = [
            Form::checked("2 digits", "dc", SUM),
            Form::plain("a letter and a digit, or 2 digits", "ld dd"),
            Form::free("anything longer", |text| text.len() > 2, Check::Unknown),
        ];
        for (text, status) in [
            ("19", IdentifierStatus::ChecksumOk),
            ("18", IdentifierStatus::ChecksumFailed),
            ("00", IdentifierStatus::FormatInvalid),
            ("A1", IdentifierStatus::FormatOk),
            ("A11", IdentifierStatus::Unverified),
            ("1", IdentifierStatus::FormatInvalid),
            ("", IdentifierStatus::FormatInvalid),
        ] {
            assert_eq!(judge(&forms, text), status, "{text}");
        }
    }

    #[test]
    fn corrections_are_all_that_would_be_right() {
        assert_eq!(
            Form::checked("2 digits", "dc", SUM).corrections("18"),
            ["14", "19"]
        );
        let either = Form::checked("", "dc dk", Check::By(|text| matches!(text, "17" | "1G")));
        assert_eq!(either.corrections("10"), ["17", "1G"]);
        assert_eq!(either.corrections("20"), [""; 0]);
        assert_eq!(Form::plain("2 digits", "dd").corrections("12"), [""; 0]);
    }
}
