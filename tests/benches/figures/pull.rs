//! What following the registry takes: a first sync, a look that finds nothing, and a delta beside the
//! same delta of a small registry.

use std::time::Instant;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use crate::client::{Client, body};
use crate::figure::{Spread, print, rate};
use crate::load;
use crate::peer::Peer;
use crate::push;
use crate::turns::Turns;

/// The contract's documents.
pub(crate) const DOCUMENT: &str = include_str!("../../data/contract/sync.graphql");

/// How often all is pulled.
const SYNCS: usize = 3;
/// How often nothing is found.
const LOOKS: usize = 501;
/// How many records of a small registry, the number that is promised, and how many a delta has.
const SMALL: usize = 1_700;
const DELTA: usize = 100;

/// Prints what a first sync and an empty delta take.
pub(crate) fn figures(peer: &Peer) -> Result<()> {
    let mut records = 0;
    let mut cursor = None;
    let mut rates = Vec::new();
    for _ in 0..SYNCS {
        let begun = Instant::now();
        let (read, end) = first_sync(&peer.client)?;
        rates.push(rate(read, begun));
        (records, cursor) = (read, Some(end));
    }
    let rates = Spread::of(rates);
    let kept = rates.median >= 10_000.0;
    let figure = format!("{rates:.0} records/s of {records}");
    print("first sync", &figure, Some(("at least 10000", kept)));

    let request = pull(cursor.as_deref());
    let looks = (0..LOOKS).map(|_| {
        let begun = Instant::now();
        peer.client.post(&request)?;
        Ok(begun.elapsed().as_secs_f64() * 1e3)
    });
    let looks = Spread::of(looks.collect::<Result<_>>()?);
    let kept = looks.median < 1.0;
    print(
        "empty delta",
        &format!("{looks:.2} ms"),
        Some(("median under 1 ms", kept)),
    );
    Ok(())
}

/// Prints what a delta takes beside the same delta in a registry of 1,700 records.
pub(crate) fn compare(large: &Peer, small: &Peer, seconds: u64) -> Result<()> {
    let rows: Vec<Value> = (0..SMALL).map(push::organisation).collect();
    for rows in rows.chunks(push::MOST) {
        small.push(rows)?;
    }
    let delta: Vec<Value> = (SMALL..SMALL + DELTA).map(push::organisation).collect();
    let request = |peer: &Peer| -> Result<String> {
        let status = peer.client.ask(DOCUMENT, "Status", &Value::Null)?;
        let cursor = status["syncStatus"]["cursor"].as_str();
        let request = pull(Some(cursor.context("there is no cursor")?));
        peer.push(&delta)?;
        Ok(request)
    };
    let (of_large, of_small) = (request(large)?, request(small)?);
    let ask = |peer: &Peer, body: &str, seconds| {
        load::requests_per_second(peer.address, "/graphql", Some(&peer.token), body, seconds)
    };
    let Turns { one, other, ratio } = Turns::taken(
        seconds,
        |seconds| ask(large, &of_large, seconds),
        |seconds| ask(small, &of_small, seconds),
    )?;
    let cost = 1.0 / ratio.median;
    print(
        "delta",
        &format!("{one:.0} req/s, {other:.0} req/s with {SMALL} records: {cost:.2} times as long"),
        Some(("under 1.3", cost < 1.3)),
    );
    Ok(())
}

/// Pulls all there is, page by page; how many records, and the cursor at the end.
fn first_sync(client: &Client) -> Result<(usize, String)> {
    let (mut records, mut after) = (0, None::<String>);
    loop {
        let answer = client.post(&pull(after.as_deref()))?;
        let Answer { data } = serde_json::from_str(&answer)?;
        records += data.changes.changes.len();
        if !data.changes.has_more {
            return Ok((records, data.changes.cursor));
        }
        after = Some(data.changes.cursor);
    }
}

/// The contract's request for a page of a thousand.
fn pull(after: Option<&str>) -> String {
    body(DOCUMENT, "Pull", &json!({ "after": after, "limit": 1_000 }))
}

#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    changes: Page,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    cursor: String,
    has_more: bool,
    changes: Vec<IgnoredAny>,
}
