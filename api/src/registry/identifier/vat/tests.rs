//! The rule of every country against numbers that exist and numbers that cannot, and the reading of prefixes. The
//! numbers are of companies and public bodies (CORDIS); those of persons are examples of the authorities or made up.

use entities::value::IdentifierStatus::{
    self, ChecksumFailed, ChecksumOk, FormatInvalid, FormatOk, Unverified,
};

use super::read;

fn status(written: &str) -> IdentifierStatus {
    read(written, None).status()
}

#[test]
fn the_check_digits_of_each_country_are_checked() {
    // Right, then wrong. Digits other than 0 show that each weight counts.
    for (right, wrong) in [
        ("ATU56954228", "ATU56954229"),
        ("BE0255647755", "BE0255647766"),
        ("BE1004823394", "BE1004823349"),
        ("BG176731397", "BG176731398"), // second round of weights
        ("BG177549112", "BG177549113"),
        ("CHE114927636TVA", "CHE114927637TVA"),
        ("CHE110298155MWST", "CHE110298151MWST"),
        ("CY10166534L", "CY10166534M"),
        ("CZ24813737", "CZ24813738"),
        ("CZ48136450", "CZ48136451"), // 10 counts as 0
        ("CZ09684221", "CZ09684220"), // 0 counts as 1
        ("DE112591322", "DE112591323"),
        ("DK18933144", "DK18933145"),
        ("EE101148612", "EE101148613"),
        ("EE123456780", "EE123456781"),
        ("EL996844271", "EL996844272"),
        ("EL999712220", "EL999712221"), // 10 counts as 0
        ("ESF46278669", "ESF46278668"),
        ("ESS0811001G", "ESS08110017"), // S demands the letter
        ("ES12345678Z", "ES12345678A"),
        ("ESX1234567L", "ESX1234567M"),
        ("ESY1234567X", "ESY1234567L"),
        ("ESZ1234567R", "ESZ1234567X"),
        ("ESM1234567L", "ESM1234567D"),
        ("FI14747631", "FI14747632"),
        ("FR11197534712", "FR12197534712"),
        ("FR54000034255", "FR45000034255"), // Monaco: no Luhn digit
        ("GB626751626", "GB626751627"),
        ("GB123853477", "GB123853478"), // leaves 42
        ("GB235763255002", "GB235763225002"),
        ("XI626751626", "XI626751627"),
        ("HR11986338639", "HR11986338638"),
        ("HU17782294", "HU17782295"),
        ("IE8299445H", "IE8299445I"),
        ("IE3574697EH", "IE3574697EA"),
        ("IE8F52100V", "IE8F52100U"),
        ("IT05481321213", "IT05481321214"),
        ("LT119511515", "LT119511514"),
        ("LT987654327917", "LT987654327918"), // second round of weights
        ("LT100005502311", "LT100005502312"),
        ("LU14472612", "LU14472613"),
        ("LV44103139724", "LV44103139725"),
        ("LV41234567891", "LV41234567892"),
        ("MT12747722", "MT12747723"),
        ("NL811383696B01", "NL811383669B01"),
        ("NL000099998B57", "NL000099998B58"), // checked as a whole
        ("NO874789542MVA", "NO874789543MVA"),
        ("PL5272445658", "PL5272445659"),
        ("PT513987452", "PT513987453"),
        ("PT500953520", "PT500953521"), // 10 counts as 0
        ("RO1234567897", "RO1234567898"),
        ("RO13726642", "RO13726643"),
        ("RO1154", "RO1155"),
        ("SE556479559801", "SE556479559901"),
        ("SI47613467", "SI47613468"),
        ("SI75350360", "SI75350361"), // 10 counts as 0
        ("SK2121334391", "SK2121334392"),
    ] {
        assert_eq!(status(right), ChecksumOk, "{right}");
        assert_eq!(status(wrong), ChecksumFailed, "{wrong}");
    }
}

/// Numbers of a right form that has no check digit.
#[rustfmt::skip] // A list is read by its lines.
const WITHOUT_CHECK: &[&str] = &[
    "BG2220033492", "CZ699002721", "CZ7001011234", "FR2F182610014", "FRA1182610014", "GBGD001", "GBHA500",
    "XIHA999", "LV01018012345",
];

#[test]
fn some_forms_have_no_check_digit() {
    for number in WITHOUT_CHECK {
        assert_eq!(status(number), FormatOk, "{number}");
    }
}

/// Numbers that do not have the form of their country.
#[rustfmt::skip] // A list is read by its lines.
const OF_NO_FORM: &[&str] = &[
    "AT81700036", "ATU8170003", "BE2547759097", "BE547759097", "BG17754911", "CHE110298155",
    "CH110298155MWST", "CHE110298155MVA", "CY12083002I", "CY600830021", "CZ98136450", "CZ4813645",
    "DE011305931", "DE2029384646", "DK3710873", "EE10085951", "EL99971222", "ESI8814590B", "ES8814590",
    "FI0202055", "FRI2182610014", "FRFR4153999483", "GBGD500", "GBHA499", "GB6267516260", "HR3049012430",
    "HU15308373208", "IE82994459", "IE8299445HX", "IT0111541100", "LT305135243", "LT100005502321",
    "LU3324968", "LV9000028408", "MT2766071", "NL001587924C02", "NL001587924B2", "NO932089114", "PL676101905",
    "PT50674140", "RO1", "RO48882865123", "SE212000199102", "SE2120001991", "SI8175800", "SK0036553069",
    "SK2050845057", "SK202084505",
];

#[test]
fn numbers_of_another_form_are_told_apart() {
    for number in OF_NO_FORM {
        assert_eq!(status(number), FormatInvalid, "{number}");
    }
}

/// Numbers that would pass their check.
#[rustfmt::skip] // A list is read by its lines.
const ZEROS: &[&str] = &[
    "GB000000000", "GB000000000001", "IT00000000000", "SE000000000001", "NL000000000B01", "FI00000000",
    "ESA0000000J", "RO00", "NO000000000MVA",
];

#[test]
fn zeros_are_no_number_anywhere() {
    for number in ZEROS {
        assert_eq!(status(number), FormatInvalid, "{number}");
    }
}

/// What was written, the holder's country; canonical form, country, status.
type Case = (
    &'static str,
    Option<&'static str>,
    &'static str,
    Option<&'static str>,
    IdentifierStatus,
);

#[rustfmt::skip] // A table is read by its rows.
const PREFIXES: &[Case] = &[
    ("el 999 712 220", None, "EL999712220", Some("GR"), ChecksumOk),
    ("GR999712220", Some("GR"), "EL999712220", Some("GR"), ChecksumOk),
    ("999712220", Some("GR"), "EL999712220", Some("GR"), ChecksumOk),
    ("XI626751626", Some("GB"), "XI626751626", Some("GB"), ChecksumOk),
    ("UK 626 7516 26", None, "GB626751626", Some("GB"), ChecksumOk),
    ("626751626", Some("GB"), "GB626751626", Some("GB"), ChecksumOk),
    ("GD001", Some("GB"), "GBGD001", Some("GB"), FormatOk),
    ("GD001", None, "GD001", Some("GD"), Unverified),
    ("AB 123", None, "AB123", None, Unverified),
    ("FR54000034255", Some("MC"), "FR54000034255", Some("FR"), ChecksumOk),
    ("54000034255", Some("MC"), "FR54000034255", Some("FR"), ChecksumOk),
    ("DE811305931", Some("FR"), "DE811305931", Some("DE"), ChecksumOk),
    ("FR917320913", Some("FR"), "FR917320913", Some("FR"), FormatInvalid),
    ("CHE-116.224.095 TVA", Some("CH"), "CHE116224095TVA", Some("CH"), ChecksumOk),
    ("U81700036", Some("AT"), "ATU81700036", Some("AT"), ChecksumOk),
    ("8F03186T", Some("IE"), "IE8F03186T", Some("IE"), ChecksumOk),
    ("TR 123 045 6789", Some("DE"), "TR1230456789", Some("TR"), Unverified),
    ("1230456789", Some("TR"), "TR1230456789", Some("TR"), Unverified),
    ("54-6001758", None, "546001758", None, Unverified),
    ("none", Some("DE"), "DENONE", Some("DE"), FormatInvalid),
    ("UST-ID 811305931", Some("DE"), "DEUSTID811305931", Some("DE"), FormatInvalid),
    ("n/a", None, "NA", None, FormatInvalid),
    ("ÄÖ1", Some("RS"), "RSÄÖ1", Some("RS"), FormatInvalid),
    ("", None, "", None, FormatInvalid),
];

#[test]
fn a_prefix_says_the_country_and_the_holder_says_it_otherwise() {
    for &(written, holder, value, country, status) in PREFIXES {
        let reading = read(written, holder);
        assert_eq!(reading.canonical(), value, "{written}");
        assert_eq!(reading.country, country, "{written}");
        assert_eq!(reading.status(), status, "{written}");
    }
}
