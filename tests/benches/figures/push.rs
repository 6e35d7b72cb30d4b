//! What a push takes, of rows that are new and of rows that have not changed.

use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::figure::{print, rate};
use crate::peer::Peer;

/// Rows of a push, the most there may be.
pub(crate) const MOST: usize = 500;
/// How many pushes there are.
const PUSHES: usize = 20;
/// The numbers of the organisations begin where those of other figures have ended.
const FIRST: usize = 100_000;

/// Prints what pushes of new organisations take, and the same pushes again.
pub(crate) fn figures(peer: &Peer) -> Result<()> {
    let rows: Vec<Value> = (FIRST..FIRST + PUSHES * MOST).map(organisation).collect();
    let pushed = |outcome: &str| -> Result<f64> {
        let begun = Instant::now();
        for rows in rows.chunks(MOST) {
            let summary = peer.push(rows)?;
            ensure!(summary[outcome] == MOST, "not all are {outcome}: {summary}");
        }
        Ok(rate(rows.len(), begun))
    };
    let (created, unchanged) = (pushed("created")?, pushed("unchanged")?);
    print(
        "push, new",
        &format!("{created:.0} rows/s of {}", rows.len()),
        Some(("at least 2000", created >= 2_000.0)),
    );
    let ratio = unchanged / created;
    print(
        "push, unchanged",
        &format!("{unchanged:.0} rows/s: {ratio:.1} times as fast"),
        Some(("at least 3 times", ratio >= 3.0)),
    );
    Ok(())
}

/// The row of an organisation with an id, an address and a VAT number of its own.
pub(crate) fn organisation(n: usize) -> Value {
    let name = name(n);
    json!({ "organisation": {
        "ref": { "externalId": format!("acc-{n}") },
        "data": {
            "name": format!("{name} S.r.l."), "kind": "COMPANY", "isSme": true, "country": "IT",
            "region": "ITI14", "website": format!("https://{}.example", name.to_lowercase()),
            "address": { "street": format!("Via Roma {n}"), "postalCode": "50123", "city": "Firenze" },
            "identifiers": [{ "scheme": "VAT", "value": vat(n) }],
        },
        "visibility": "PARTNERS",
    } })
}

/// A name that is not like another's.
fn name(n: usize) -> String {
    // Times an odd number, modulo a power of two: numbers stay apart and lose their order.
    let mut rest = n.wrapping_mul(2_654_435_761) & 0xFFFF_FFFF;
    let mut name = String::new();
    for _ in 0..6 {
        for letters in ["bcdfglmnprstvz", "aeiou"] {
            let at = rest % letters.len();
            rest /= letters.len();
            name.push_str(&letters[at..=at]);
        }
    }
    name
}

/// An Italian number of Florence, its check digit after Luhn.
fn vat(n: usize) -> String {
    let number = format!("{:07}048", n + 1);
    let sum: u32 = number
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .enumerate()
        .map(|(at, digit)| {
            if at % 2 == 0 {
                digit
            } else {
                2 * digit - if digit > 4 { 9 } else { 0 }
            }
        })
        .sum();
    format!("IT{number}{}", (10 - sum % 10) % 10)
}
