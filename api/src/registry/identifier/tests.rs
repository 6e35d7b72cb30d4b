//! Every scheme from outside: what becomes of what a source wrote, and what people are told about it.

use entities::record::FindingCode;
use entities::value::IdentifierScheme as S;
use entities::value::IdentifierStatus::{
    self, ChecksumFailed, ChecksumOk, FormatInvalid, FormatOk, Unverified,
};

use super::{finding, identify, is_strong};

#[rustfmt::skip] // A list is read by its lines.
const SCHEMES: [S; 12] = [
    S::EuPic, S::Vat, S::Lei, S::Ror, S::Isni, S::Euid, S::NationalId, S::Rcn, S::GrantAgreement, S::Doi,
    S::NationalCode, S::Other,
];

/// Scheme, what was written, the holder's country; canonical form, country, status.
type Case = (
    S,
    &'static str,
    Option<&'static str>,
    &'static str,
    Option<&'static str>,
    IdentifierStatus,
);

#[rustfmt::skip] // A table is read by its rows.
const CASES: &[Case] = &[
    (S::EuPic, " 918707856 ", Some("RO"), "918707856", None, FormatOk),
    (S::EuPic, "918 707 856", None, "918707856", None, FormatOk),
    (S::EuPic, "718707856", None, "718707856", None, FormatInvalid),
    (S::EuPic, "91870785", None, "91870785", None, FormatInvalid),
    (S::Vat, "DE811305931", Some("DE"), "DE811305931", Some("DE"), ChecksumOk),
    (S::Vat, "de 811.305.931", None, "DE811305931", Some("DE"), ChecksumOk),
    (S::Vat, "811305931", Some("de"), "DE811305931", Some("DE"), ChecksumOk),
    (S::Vat, "DE 811305932", None, "DE811305932", Some("DE"), ChecksumFailed),
    (S::Vat, "DE 81130593", None, "DE 81130593", Some("DE"), FormatInvalid),
    (S::Vat, "999712220", Some("EL"), "EL999712220", Some("GR"), ChecksumOk),
    (S::Vat, "UA 123456789012", None, "UA123456789012", Some("UA"), Unverified),
    (S::Lei, "213800aii84nfrarw298", None, "213800AII84NFRARW298", None, ChecksumOk),
    (S::Lei, "213800AII84NFRARW297", None, "213800AII84NFRARW297", None, ChecksumFailed),
    (S::Lei, "213800AII84NFRARW2", None, "213800AII84NFRARW2", None, FormatInvalid),
    (S::Lei, "213800AII84NFRARW2AB", None, "213800AII84NFRARW2AB", None, FormatInvalid),
    (S::Ror, "https://ror.org/0001h1y25", None, "https://ror.org/0001h1y25", None, ChecksumOk),
    (S::Ror, "0001H1Y25", None, "https://ror.org/0001h1y25", None, ChecksumOk),
    (S::Ror, "http://www.ror.org/0001h1y25/", None, "https://ror.org/0001h1y25", None, ChecksumOk),
    (S::Ror, "0001h1y26", None, "https://ror.org/0001h1y26", None, ChecksumFailed),
    (S::Ror, "0001l1y25", None, "0001l1y25", None, FormatInvalid),
    (S::Ror, "1001h1y25", None, "1001h1y25", None, FormatInvalid),
    (S::Isni, "0000 0001 0440 1651", None, "0000000104401651", None, ChecksumOk),
    (S::Isni, "https://isni.org/isni/000000012146438x", None, "000000012146438X", None, ChecksumOk),
    (S::Isni, "0000000104401652", None, "0000000104401652", None, ChecksumFailed),
    (S::Isni, "000000010440165A", None, "000000010440165A", None, FormatInvalid),
    (S::GrantAgreement, "101057746", None, "101057746", None, FormatOk),
    (S::GrantAgreement, "824115", None, "824115", None, FormatOk),
    (S::GrantAgreement, "1010577", None, "1010577", None, FormatInvalid),
    (S::Doi, "https://doi.org/10.3030/101057746", None, "10.3030/101057746", None, FormatOk),
    (S::Doi, "http://dx.doi.org/10.1000.10/ABC(1)x", None, "10.1000.10/abc(1)x", None, FormatOk),
    (S::Doi, "doi: 10.3030/101057746", None, "10.3030/101057746", None, FormatOk),
    (S::Doi, "10.303/1", None, "10.303/1", None, FormatInvalid),
    (S::Doi, "10.3030/", None, "10.3030/", None, FormatInvalid),
    (S::Doi, "10.3030/1 2", None, "10.3030/1 2", None, FormatInvalid),
    (S::Rcn, "1994621", None, "1994621", None, FormatOk),
    (S::Rcn, "rcn-1", None, "rcn-1", None, FormatInvalid),
    (S::Euid, "dek1101r.hrb116737", None, "DEK1101R.HRB116737", Some("DE"), FormatOk),
    (S::Euid, "ELGEMI.123", Some("GR"), "ELGEMI.123", Some("GR"), FormatOk),
    (S::Euid, "HRB116737", Some("DE"), "HRB116737", None, FormatInvalid),
    (S::NationalId, "932 089 114", Some("NO"), "932089114", Some("NO"), ChecksumOk),
    (S::NationalId, "932089115", Some("NO"), "932089115", Some("NO"), ChecksumFailed),
    (S::NationalId, "93208911", Some("NO"), "93208911", Some("NO"), FormatInvalid),
    (S::NationalId, "J22/123/2007", Some("RO"), "J22/123/2007", Some("RO"), Unverified),
    (S::NationalCode, "a B", Some("XI"), "a B", Some("GB"), Unverified),
    (S::Other, "№ 7", None, "№ 7", None, Unverified),
    (S::Other, " ", None, "", None, FormatInvalid),
];

#[test]
fn every_scheme_has_its_canonical_form_and_its_check() {
    for &(scheme, written, holder, value, country, status) in CASES {
        let identifier = identify(scheme, written, holder);
        assert_eq!(identifier.scheme, scheme);
        assert_eq!(identifier.value, value, "{scheme:?} {written}");
        assert_eq!(
            identifier.country.as_deref(),
            country,
            "{scheme:?} {written}"
        );
        assert_eq!(identifier.status, status, "{scheme:?} {written}");
    }
}

#[test]
fn what_was_written_is_kept_only_where_it_differs() {
    for &(scheme, written, holder, value, ..) in CASES {
        let raw = identify(scheme, written, holder).raw;
        let expected = (written.trim() != value).then(|| written.trim().to_owned());
        assert_eq!(raw, expected, "{scheme:?} {written}");
    }
}

#[test]
fn a_canonical_form_is_its_own_canonical_form() {
    for &(scheme, written, holder, ..) in CASES {
        let once = identify(scheme, written, holder);
        let again = identify(scheme, &once.value, once.country.as_deref());
        assert_eq!(again.raw, None, "{scheme:?} {written}");
        assert_eq!(
            (again.value, again.country, again.status),
            (once.value, once.country, once.status)
        );
    }
}

/// Scheme, what was written, the holder's country; the message.
#[rustfmt::skip] // A table is read by its rows.
const FINDINGS: &[(S, &str, Option<&str>, Option<&str>)] = &[
    (S::Vat, "DE811305931", None, None),
    (S::Vat, "UA123456789012", None, None),
    (S::Other, "7", None, None),
    (S::Vat, "811305932", Some("DE"),
     Some("The check digit of “DE811305932” is wrong for a VAT number of DE: if the rest is right, it should be \
           DE811305931.")),
    (S::Vat, "GB263652106", None,
     Some("The check digit of “GB263652106” is wrong for a VAT number of GB: if the rest is right, it should be \
           GB263652105 or GB263652160.")),
    (S::Vat, "FR64938501682", None,
     Some("The check digit of “FR64938501682” is wrong for a VAT number of FR: no other fits, so the mistake is \
           elsewhere in it.")),
    (S::Vat, "CHE107880461", None,
     Some("“CHE107880461” is not written like a VAT number of CH: CH, then E, 9 digits and MWST, TVA, IVA or \
           TPV (without these letters it is a UID, no VAT number).")),
    (S::Vat, "GB000000000", None,
     Some("“GB000000000” is zeros in the place of a VAT number of GB.")),
    (S::Isni, "0000000121464389", None,
     Some("The check digit of “0000000121464389” is wrong for an ISNI: if the rest is right, it should be \
           000000012146438X.")),
    (S::Ror, "05dxps054", None,
     Some("The check digit of “https://ror.org/05dxps054” is wrong for a ROR id: if the rest is right, it \
           should be https://ror.org/05dxps055.")),
    (S::EuPic, "123", None,
     Some("“123” is not written like a Participant Identification Code: 9 digits, the first 8 or 9.")),
];

#[test]
fn findings_say_what_is_wrong_and_what_would_be_right() {
    for &(scheme, written, holder, expected) in FINDINGS {
        let identifier = identify(scheme, written, holder);
        let found = finding(&identifier, "identifiers.0.value");
        let message = found.as_ref().map(|finding| finding.message.as_str());
        assert_eq!(message, expected, "{written}");
        if let Some(finding) = &found {
            let code = match identifier.status {
                ChecksumFailed => FindingCode::ChecksumFailed,
                _ => FindingCode::FormatInvalid,
            };
            assert_eq!(finding.code, code);
            assert_eq!(finding.path, "identifiers.0.value");
        }
    }
}

#[rustfmt::skip] // A list is read by its lines.
const ODD_TEXTS: &[&str] = &[
    "", " ", "0", "É", "DÉ1", "D\u{301}E", "🦀🦀🦀", "DE🦀811305931", "ESÀ8814590À", "IEÀF03186T",
    "https://ror.org/", "https://", "doi:", "isni", "..", "-", "+*", "IE+*", "[", "]", "SE[]", "10./", "10.",
    "\0", "NL000000000B00",
];

#[test]
fn nothing_is_unreadable() {
    const COUNTRIES: [Option<&str>; 6] = [
        None,
        Some(""),
        Some("É"),
        Some("FR"),
        Some("ie"),
        Some("ROU"),
    ];
    let long = "9".repeat(10_000);
    for scheme in SCHEMES {
        for text in ODD_TEXTS.iter().copied().chain([long.as_str()]) {
            for country in COUNTRIES {
                let identifier = identify(scheme, text, country);
                let at_fault = matches!(identifier.status, FormatInvalid | ChecksumFailed);
                assert_eq!(
                    finding(&identifier, "").is_some(),
                    at_fault,
                    "{scheme:?} {text}"
                );
            }
        }
    }
}

#[test]
fn strong_schemes_are_those_that_name_one_organisation() {
    let strong: Vec<_> = SCHEMES
        .into_iter()
        .filter(|&scheme| is_strong(scheme))
        .collect();
    assert_eq!(
        strong,
        [S::EuPic, S::Vat, S::Lei, S::Ror, S::Euid, S::NationalId]
    );
}
