//! Identifiers: the canonical form of what a source wrote, how far it can be trusted, and what is wrong with it.
//! It asks no register and no database, and nothing that it is given makes it fail.

mod check;
mod doi;
mod eu;
mod form;
mod isni;
mod lei;
mod national;
mod reading;
mod ror;
mod template;
mod vat;

use entities::record::{Finding, FindingCode};
use entities::value::{Identifier, IdentifierScheme, IdentifierStatus};

use reading::Reading;

/// The identifier that a source wrote as `raw`, in canonical form and checked as far as that goes without its
/// register. What does not have the form of its scheme stays as it was written, less the blanks around it.
///
/// `country` is where the organisation is, as an ISO 3166-1 alpha-2 code (EL, UK and XI are understood); it decides
/// only where the identifier does not say its country itself.
#[must_use]
pub fn identify(scheme: IdentifierScheme, raw: &str, country: Option<&str>) -> Identifier {
    let written = raw.trim();
    let reading = read(scheme, written, country);
    let status = reading.status();
    let value = match status {
        IdentifierStatus::FormatInvalid => written.to_owned(),
        _ => reading.canonical(),
    };
    Identifier {
        scheme,
        raw: (value != written).then(|| written.to_owned()),
        value,
        country: reading.country.map(str::to_owned),
        status,
    }
}

/// What is wrong with an identifier and what would be right, for the field at `path`; none where it is in order or
/// cannot be checked.
#[must_use]
pub fn finding(identifier: &Identifier, path: &str) -> Option<Finding> {
    let reading = || {
        read(
            identifier.scheme,
            &identifier.value,
            identifier.country.as_deref(),
        )
    };
    let (code, message) = match identifier.status {
        IdentifierStatus::FormatInvalid => (
            FindingCode::FormatInvalid,
            reading().what_form(&identifier.value),
        ),
        IdentifierStatus::ChecksumFailed => (
            FindingCode::ChecksumFailed,
            reading().what_check_digits(&identifier.value),
        ),
        _ => return None,
    };
    Some(Finding {
        code,
        message,
        path: path.to_owned(),
    })
}

/// Whether two records with the same identifier of this scheme may be the same organisation.
#[must_use]
pub fn is_strong(scheme: IdentifierScheme) -> bool {
    use IdentifierScheme as S;
    matches!(
        scheme,
        S::Vat | S::Lei | S::Ror | S::EuPic | S::Euid | S::NationalId
    )
}

fn read(scheme: IdentifierScheme, written: &str, country: Option<&str>) -> Reading {
    use IdentifierScheme as S;
    let country = country.and_then(reading::iso);
    match scheme {
        S::Vat => vat::read(written, country),
        S::Lei => lei::read(written),
        S::Ror => ror::read(written),
        S::Isni => isni::read(written),
        S::Doi => doi::read(written),
        S::EuPic => eu::pic(written),
        S::Rcn => eu::rcn(written),
        S::GrantAgreement => eu::grant_agreement(written),
        S::Euid => national::euid(written),
        S::NationalId => national::number(written, country),
        S::NationalCode | S::Other => national::unknown(written, country),
    }
}

#[cfg(test)]
mod tests;
