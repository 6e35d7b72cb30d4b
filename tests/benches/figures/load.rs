//! The load: 16 connections that ask the same again and again, by `wrk`.

use std::io::{ErrorKind, Write as _};
use std::net::SocketAddr;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// Asks for so many seconds, with a token or without; how many requests a second were answered. An answer with errors of
/// `GraphQL` alone is a failure too: the media type that is asked for gives it a status.
pub(crate) fn requests_per_second(
    address: SocketAddr,
    path: &str,
    token: Option<&str>,
    json: &str,
    seconds: u64,
) -> Result<f64> {
    let token = token.map_or_else(String::new, |token| {
        format!(r#"wrk.headers["Authorization"] = "Bearer {token}""#)
    });
    let mut script = tempfile::Builder::new().suffix(".lua").tempfile()?;
    write!(
        script,
        r#"wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
{token}
wrk.headers["Accept"] = "application/graphql-response+json"
wrk.body = [==[{json}]==]
function done(summary)
  local e = summary.errors
  local failed = e.connect + e.read + e.write + e.status + e.timeout
  print("figures", summary.requests, summary.duration, failed)
end
"#
    )?;
    let (duration, url) = (format!("-d{seconds}s"), format!("http://{address}{path}"));
    let run = Command::new("wrk")
        .args(["-t1", "-c16", &duration, "--timeout", "30s", "-s"])
        .arg(script.path())
        .arg(&url)
        .output();
    let output = match run {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(error).context("`wrk`, which makes the load, is missing: `apt-get install wrk`")?
        }
        other => other.context("`wrk` does not start")?,
    };
    let said = String::from_utf8_lossy(&output.stdout);
    let figures = said.lines().find_map(|line| line.strip_prefix("figures\t"));
    let words = figures.with_context(|| {
        format!(
            "`wrk` gives no figures: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        )
    })?;
    let numbers: Vec<f64> = words
        .split('\t')
        .map(str::parse)
        .collect::<Result<_, _>>()
        .with_context(|| format!("the figures of `wrk` are no numbers: {words}"))?;
    let &[requests, microseconds, failed] = numbers.as_slice() else {
        anyhow::bail!("the figures of `wrk` are not three: {words}");
    };
    ensure!(
        failed == 0.0,
        "{failed} requests of {requests} failed at {url}"
    );
    Ok(requests / microseconds * 1e6)
}
