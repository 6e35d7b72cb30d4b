//! The books at the end: each row that was acknowledged is there once, and nothing else is.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::CLUSTERS;
use super::pusher::Pusher;

/// A record as a source knows it: the source, its id there.
type Known = (String, String);

/// Compares what the pushers were told with what there is.
pub(super) fn assert_books(pushers: &mut [Pusher]) {
    let mut told: Vec<BTreeMap<Known, String>> = vec![BTreeMap::new(); CLUSTERS];
    let mut shared: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut made: BTreeMap<String, usize> = BTreeMap::new();
    for pusher in &*pushers {
        for (row, result) in pusher.results() {
            let word = |name: &str| result[name].as_str().unwrap_or_default().to_owned();
            let (own, id, outcome) = (word("externalId"), word("id"), word("outcome"));
            let is_shared = own.starts_with('s');
            let expected: &[&str] = match row {
                row if row.get("withdraw").is_some() => &["WITHDRAWN"],
                _ if is_shared => &["CREATED", "LINKED", "UNCHANGED"],
                row if row.pointer("/organisation/data/description").is_some() => &["UPDATED"],
                _ => &["CREATED"],
            };
            assert!(expected.contains(&&*outcome), "{row}: {result}");
            if is_shared {
                shared.entry(own.clone()).or_default().insert(id.clone());
                *made.entry(own.clone()).or_default() += usize::from(outcome == "CREATED");
            }
            let known = (pusher.source(), own);
            let told = &mut told[pusher.cluster()];
            if outcome == "WITHDRAWN" {
                assert_eq!(told.remove(&known), Some(id));
            } else {
                let before = told.insert(known, id.clone());
                assert!(before.is_none_or(|before| before == id), "{row}: {result}");
            }
        }
    }
    assert!(shared.values().all(|ids| ids.len() == 1), "{shared:?}");
    assert!(made.values().all(|made| *made == 1), "{made:?}");
    assert!(told.iter().all(|told| told.len() > 20), "they pushed");
    for (pusher, told) in pushers.iter_mut().zip(told) {
        assert_eq!(there(pusher), told);
    }
}

/// What there is, as a pusher's cluster knows it.
fn there(pusher: &mut Pusher) -> BTreeMap<Known, String> {
    let mut there = BTreeMap::new();
    for list in ["organisations", "memberships"] {
        let all = pusher
            .client
            .all(list, "id externalIds { source externalId }");
        for record in all {
            let ids = record["externalIds"].as_array().unwrap();
            for known in ids {
                let word = |value: &Value| value.as_str().unwrap().to_owned();
                let known = (word(&known["source"]), word(&known["externalId"]));
                let before = there.insert(known, word(&record["id"]));
                assert_eq!(before, None, "twice: {record}");
            }
        }
    }
    there
}
