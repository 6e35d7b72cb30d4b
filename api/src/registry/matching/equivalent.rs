//! Identifiers that are one number under two names: in some countries a VAT number contains the
//! number of the national register.

use entities::value::IdentifierScheme::{NationalId, Vat};

use crate::store::IdentifierPair;

/// Identifiers, with what else each may be written as.
pub(in crate::registry) fn with_equivalents(
    pairs: impl IntoIterator<Item = IdentifierPair>,
) -> Vec<IdentifierPair> {
    let mut all = Vec::new();
    for pair in pairs {
        all.extend(equivalents(&pair));
        all.push(pair);
    }
    all
}

fn equivalents((scheme, value): &IdentifierPair) -> Vec<IdentifierPair> {
    match scheme {
        Vat => national(value)
            .into_iter()
            .map(|number| (NationalId, number))
            .collect(),
        NationalId => vats(value).into_iter().map(|vat| (Vat, vat)).collect(),
        _ => Vec::new(),
    }
}

/// The national number in a VAT number: French SIREN, Italian partita IVA, Romanian CUI, Spanish
/// NIF, Polish NIP.
fn national(vat: &str) -> Option<String> {
    let (country, number) = vat.split_at_checked(2)?;
    match country {
        "FR" => number
            .get(2..)
            .filter(|siren| siren.len() == 9)
            .map(str::to_owned),
        "IT" | "RO" | "ES" | "PL" => Some(number.to_owned()),
        _ => None,
    }
}

/// The VAT numbers that contain a national number. Which country's it is, its form alone may say;
/// whether a record holds one of them is looked up, so one too many does no harm but where two
/// countries number alike, which names and the rest then tell apart.
fn vats(number: &str) -> Vec<String> {
    let plain: String = number.chars().filter(char::is_ascii_alphanumeric).collect();
    let plain = plain.to_ascii_uppercase();
    let digits = plain.chars().all(|c| c.is_ascii_digit());
    let mut vats = Vec::new();
    if digits
        && plain.len() == 9
        && let Ok(siren) = plain.parse::<u64>()
    {
        vats.push(format!("FR{:02}{plain}", (12 + 3 * (siren % 97)) % 97));
    }
    let countries: &[&str] = match (digits, plain.len()) {
        (true, 11) => &["IT"],
        (true, 10) => &["PL", "RO"],
        (true, 2..=9) => &["RO"],
        (false, 9) => &["ES"],
        _ => &[],
    };
    vats.extend(countries.iter().map(|country| format!("{country}{plain}")));
    vats
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vat_number_and_the_national_number_in_it_find_each_other() {
        for (vat, number) in [
            ("FR40180089013", "180089013"),
            ("IT01194710529", "01194710529"),
            ("RO4701606", "4701606"),
            ("ESA28015865", "A28015865"),
            ("PL5260250995", "5260250995"),
        ] {
            let vat = (Vat, vat.to_owned());
            let number = (NationalId, number.to_owned());
            assert!(with_equivalents([vat.clone()]).contains(&number), "{vat:?}");
            assert!(
                with_equivalents([number.clone()]).contains(&vat),
                "{number:?}"
            );
        }
        let others = with_equivalents([(Vat, "DE129273398".to_owned())]);
        assert_eq!(others.len(), 1);
    }
}
