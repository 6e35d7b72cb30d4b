//! International Standard Name Identifiers, ISO 27729. Nothing else.

use iso_7064::MOD11_2;

use super::check::Check;
use super::form::Form;
use super::reading::{Reading, after, compact};

const FORMS: &[Form] = &[Form::checked(
    "15 digits and a check digit, which can be X",
    "dddddddddddddddc dddddddddddddddx",
    Check::By(|body| MOD11_2.verify_lax(body)),
)];

pub(super) fn read(written: &str) -> Reading {
    let number = after(written, &["isni.org/isni/", "isni.org/", "isni:", "isni"]);
    Reading::of("an ISNI", compact(&number), FORMS)
}
