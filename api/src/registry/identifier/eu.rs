//! Numbers that the EU gives to participants and projects. None of them has a check digit.

use super::check::Check;
use super::form::Form;
use super::reading::{Reading, compact};

const PIC: &[Form] = &[Form::plain("9 digits, the first 8 or 9", "[89]dddddddd")];

const RCN: &[Form] = &[Form::free(
    "digits",
    |body| !body.is_empty() && body.chars().all(|c| c.is_ascii_digit()),
    Check::Nothing,
)];

const GRANT_AGREEMENT: &[Form] = &[Form::plain(
    "9 digits, or 6 before Horizon Europe",
    "ddddddddd dddddd",
)];

pub(super) fn pic(written: &str) -> Reading {
    Reading::of("a Participant Identification Code", compact(written), PIC)
}

pub(super) fn rcn(written: &str) -> Reading {
    Reading::of("a record number of CORDIS", compact(written), RCN)
}

pub(super) fn grant_agreement(written: &str) -> Reading {
    Reading::of(
        "the number of an EU grant agreement",
        compact(written),
        GRANT_AGREEMENT,
    )
}
