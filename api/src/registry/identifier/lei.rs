//! Legal Entity Identifiers, ISO 17442. Nothing else.

use super::check::{Check, mod_97_10};
use super::form::Form;
use super::reading::{Reading, compact};

const FORMS: &[Form] = &[Form::checked(
    "18 letters or digits and 2 check digits",
    "aaaaaaaaaaaaaaaaaacc",
    Check::By(mod_97_10),
)];

/// Some genuine ones fail the check (22 of the 399,203 that GLEIF has): a wrong check digit is a doubt, no proof.
pub(super) fn read(written: &str) -> Reading {
    Reading::of("an LEI", compact(written), FORMS)
}
