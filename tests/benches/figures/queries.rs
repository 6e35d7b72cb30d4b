//! The questions of the contract beside the floor: same database, same load, round by round.

use std::net::SocketAddr;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::binary::{Binary, Served};
use crate::client::Client;
use crate::figure::{Spread, print};
use crate::floor::Floor;
use crate::partners::Partner;
use crate::place::Place;
use crate::question::Question;
use crate::turns::Turns;
use crate::{access, load, statements};

/// How often `serve` is started for the time that it takes.
const STARTS: usize = 5;

/// Prints what serving takes and how the questions compare.
pub(crate) async fn figures(
    place: &Place,
    binary: &Binary,
    (partner, keys): (&Partner, &[(String, String)]),
    seconds: u64,
) -> Result<()> {
    let url = place.url();
    serving(binary, &url)?;
    statements::figures(&url)
        .await
        .context("the statements could not be counted")?;

    let (served, floor) = (binary.serve(&url)?, Floor::start(url.clone())?);
    let questions = [
        Question::members(),
        Question::projects(20),
        Question::by_identifiers(keys),
    ];
    for question in &questions {
        compare_answers(question, &served, floor.address)?;
    }
    let promised = matches!(place, Place::Postgres(_));
    for question in &questions {
        compare_speed(question, &served, floor.address, seconds, promised)?;
    }
    access::figures((&url, binary, &served), partner, keys, seconds)
        .await
        .context("the cost of access could not be measured")?;
    print(
        "memory after it",
        &format!("{} MB", served.memory_mb()?),
        None,
    );
    Ok(())
}

/// How fast `serve` is there, and what it needs when nobody asks.
fn serving(binary: &Binary, url: &str) -> Result<()> {
    let starts: Vec<f64> = (0..STARTS)
        .map(|_| Ok(binary.serve(url)?.ready_after.as_secs_f64() * 1e3))
        .collect::<Result<_>>()?;
    let starts = Spread::of(starts);
    let kept = starts.median < 500.0;
    print(
        "start to ready",
        &format!("{starts:.0} ms"),
        Some(("under 500 ms", kept)),
    );
    let idle = binary.serve(url)?;
    sleep(Duration::from_secs(2));
    let memory = idle.memory_mb()?;
    print(
        "idle memory",
        &format!("{memory} MB"),
        Some(("under 60 MB", memory < 60)),
    );
    Ok(())
}

/// The same answer, but for ids and cursors: only the registry writes them as clients need them.
fn compare_answers(question: &Question, registry: &Served, floor: SocketAddr) -> Result<()> {
    let (operation, body) = (question.operation, question.body());
    let ask = |address, path: &str| -> Result<Value> {
        let client = Client::new(address, path, Some(&registry.token));
        let mut answer = serde_json::from_str(&client.post(&body)?)?;
        drop_ids(&mut answer);
        Ok(answer)
    };
    let ours =
        ask(registry.address, "/graphql").with_context(|| format!("the registry: {operation}"))?;
    let theirs = ask(floor, &format!("/{operation}"));
    let theirs = theirs.with_context(|| format!("the floor: {operation}"))?;
    ensure!(
        ours == theirs,
        "{operation}: the answers differ{}",
        difference(&ours, &theirs).unwrap_or_default()
    );
    Ok(())
}

fn drop_ids(answer: &mut Value) {
    match answer {
        Value::Object(fields) => {
            fields.retain(|name, _| name != "id" && name != "endCursor");
            fields.values_mut().for_each(drop_ids);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_ids),
        _ => {}
    }
}

/// The first place where two answers differ.
fn difference(ours: &Value, theirs: &Value) -> Option<String> {
    let below = |name: &dyn std::fmt::Display, ours, theirs| {
        difference(ours, theirs).map(|rest| format!(".{name}{rest}"))
    };
    match (ours, theirs) {
        (Value::Object(ours), Value::Object(theirs)) if ours.keys().eq(theirs.keys()) => ours
            .iter()
            .zip(theirs.values())
            .find_map(|((name, ours), theirs)| below(name, ours, theirs)),
        (Value::Array(ours), Value::Array(theirs)) if ours.len() == theirs.len() => ours
            .iter()
            .zip(theirs)
            .enumerate()
            .find_map(|(n, (ours, theirs))| below(&n, ours, theirs)),
        _ => (ours != theirs).then(|| format!(": {ours} is not {theirs}")),
    }
}

/// Requests a second of both, in turns.
fn compare_speed(
    question: &Question,
    registry: &Served,
    floor: SocketAddr,
    seconds: u64,
    promised: bool,
) -> Result<()> {
    let (operation, body) = (question.operation, question.body());
    let path = format!("/{operation}");
    let token = Some(registry.token.as_str());
    let Turns { one, other, ratio } = Turns::taken(
        seconds,
        |seconds| load::requests_per_second(registry.address, "/graphql", token, &body, seconds),
        |seconds| load::requests_per_second(floor, &path, token, &body, seconds),
    )?;
    let figure = format!("{one:.0} req/s, floor {other:.0} req/s: {ratio:.2} of it");
    let (words, kept) = (
        format!("at least {:.1}", question.promised),
        ratio.median >= question.promised,
    );
    print(operation, &figure, promised.then_some((&words, kept)));
    Ok(())
}
