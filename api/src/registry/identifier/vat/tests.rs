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
    // Right, then wrong.
    for (right, wrong) in [
        ("ATU81700036", "ATU81700037"),
        ("BE0547759097", "BE0547759098"),
        ("BE1004823394", "BE1004823349"),
        ("BG177549112", "BG177549113"),
        ("BG123650036", "BG123650035"), // second round of weights
        ("CHE116224095TVA", "CHE116224096TVA"),
        ("CHE110298155MWST", "CHE110298151MWST"),
        ("CY60083002I", "CY60083002J"),
        ("CZ48136450", "CZ48136451"), // 10 counts as 0
        ("CZ17143080", "CZ17143808"),
        ("DE811305931", "DE811305932"),
        ("DK37108731", "DK37108732"),
        ("EE100859517", "EE100859518"),
        ("EL999712220", "EL999712221"),
        ("ESG88145909", "ESG88145908"),
        ("ESS0811001G", "ESS0811001H"),
        ("ES12345678Z", "ES12345678A"),
        ("ESX1234567L", "ESX1234567M"),
        ("ESY1234567X", "ESY1234567L"),
        ("FI02020558", "FI02020559"),
        ("FR30938501681", "FR31938501681"),
        ("FR54000034255", "FR45000034255"), // Monaco: no Luhn digit
        ("GB626751626", "GB626751627"),
        ("GB134097813", "GB134097831"), // leaves 42
        ("GB235763255002", "GB235763225002"),
        ("XI626751626", "XI626751627"),
        ("HR30490124308", "HR30490124309"),
        ("HU15854946", "HU15854947"),
        ("IE8299445H", "IE8299445I"),
        ("IE4227072FH", "IE4227072FA"),
        ("IE8F03186T", "IE8F03186S"),
        ("IT01115411009", "IT01115411008"),
        ("LT100005502311", "LT100005502312"),
        ("LT887685417", "LT887685418"), // second round of weights
        ("LU33249681", "LU33249682"),
        ("LV90000284085", "LV90000284086"),
        ("MT27660710", "MT27660711"),
        ("NL001587924B02", "NL001587942B02"),
        ("NL000099998B57", "NL000099998B58"), // checked as a whole
        ("NO932089114MVA", "NO932089115MVA"),
        ("PL6761019051", "PL6761019052"),
        ("PT506741400", "PT506741401"),
        ("RO48882865", "RO48882866"),
        ("RO1154", "RO1155"),
        ("SE212000199101", "SE212000199201"),
        ("SI81758006", "SI81758007"),
        ("SI75350360", "SI75350361"), // 10 counts as 0
        ("SK2020845057", "SK2020845058"),
    ] {
        assert_eq!(status(right), ChecksumOk, "{right}");
        assert_eq!(status(wrong), ChecksumFailed, "{wrong}");
    }
}

#[test]
fn some_forms_have_no_check_digit() {
    for number in [
        "BG2220033492", "CZ699002721", "CZ7103192745", "FR2F182610014", "FRA1182610014", "GBGD001", "GBHA500",
        "XIHA999", "LV16117519997",
    ] {
        assert_eq!(status(number), FormatOk, "{number}");
    }
}

#[test]
fn numbers_of_another_form_are_told_apart() {
    for number in [
        "AT81700036", "ATU8170003", "BE2547759097", "BE547759097", "BG17754911", "CHE110298155", "CH110298155MWST",
        "CHE110298155MVA", "CY12083002I", "CY600830021", "CZ98136450", "CZ4813645", "DE011305931", "DE2029384646",
        "DK3710873", "EE10085951", "EL99971222", "ESI8814590B", "ES8814590", "FI0202055", "FRI2182610014",
        "FRFR4153999483", "GBGD500", "GBHA499", "GB6267516260", "HR3049012430", "HU15308373208", "IE82994459",
        "IE8299445HX", "IT0111541100", "LT305135243", "LT100005502321", "LU3324968", "LV9000028408", "MT2766071",
        "NL001587924C02", "NL001587924B2", "NO932089114", "PL676101905", "PT50674140", "RO1", "RO48882865123",
        "SE212000199102", "SE2120001991", "SI8175800", "SK0036553069", "SK2050845057", "SK202084505",
    ] {
        assert_eq!(status(number), FormatInvalid, "{number}");
    }
}

#[test]
fn zeros_are_no_number_anywhere() {
    for number in [
        "GB000000000", "GB000000000001", "IT00000000000", "SE000000000001", "NL000000000B01", "FI00000000",
        "ESA0000000J", "RO00", "NO000000000MVA",
    ] {
        assert_eq!(status(number), FormatInvalid, "{number}");
    }
}

#[test]
fn a_prefix_says_the_country_and_the_holder_says_it_otherwise() {
    for (written, holder, value, country, status) in [
        ("el 999 712 220", None, "EL999712220", Some("GR"), ChecksumOk),
        ("GR999712220", Some("GR"), "EL999712220", Some("GR"), ChecksumOk),
        ("999712220", Some("GR"), "EL999712220", Some("GR"), ChecksumOk),
        ("XI626751626", Some("GB"), "XI626751626", Some("GB"), ChecksumOk),
        ("UK 626 7516 26", None, "GB626751626", Some("GB"), ChecksumOk),
        ("626751626", Some("GB"), "GB626751626", Some("GB"), ChecksumOk),
        ("HA501", Some("GB"), "GBHA501", Some("GB"), FormatOk),
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
    ] {
        let reading = read(written, holder);
        assert_eq!(reading.canonical(), value, "{written}");
        assert_eq!(reading.country.as_deref(), country, "{written}");
        assert_eq!(reading.status(), status, "{written}");
    }
}
