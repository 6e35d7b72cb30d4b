//! The binary that users run, as a process of its own: what it takes in time and memory.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};

/// How long `serve` may take before it counts as broken.
const PATIENCE: Duration = Duration::from_mins(1);

/// The binary of the same build.
pub(crate) struct Binary(PathBuf);

/// What an import took.
pub(crate) struct Imported {
    /// From start to end of the process.
    pub(crate) elapsed: Duration,
    /// The most memory it had at a time, in MB.
    pub(crate) peak_mb: u64,
}

/// A running server; it ends with this value.
pub(crate) struct Served {
    child: Child,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// A token of the operator.
    pub(crate) token: String,
    /// From start to the first time that it said it was ready.
    pub(crate) ready_after: Duration,
}

impl Binary {
    /// The one that was built beside this benchmark.
    pub(crate) fn of_this_build() -> Result<Self> {
        let this = std::env::current_exe().context("this program has no file")?;
        let build = this
            .parent()
            .and_then(Path::parent)
            .context("this program has no build")?;
        let binary = build.join("partner-registry");
        ensure!(
            binary.exists(),
            "{} is missing: run `cargo build --release -p partner-registry` first",
            binary.display()
        );
        Ok(Self(binary))
    }

    /// Imports all of Horizon Europe.
    pub(crate) fn import(&self, data: &Path, url: &str) -> Result<Imported> {
        let mut command = Command::new(&self.0);
        command
            .args(["import", "cordis", "--database-url", url])
            .stdout(Stdio::null());
        for kind in ["organisations", "projects", "participations"] {
            let file = data.join(format!("cordis/he_{kind}.csv.gz"));
            ensure!(file.exists(), "{} is missing", file.display());
            command.arg(format!("--{kind}")).arg(file);
        }
        let begun = Instant::now();
        let mut child = command.spawn().context("the import does not start")?;
        let mut peak_mb = 0;
        let status = loop {
            peak_mb = peak_mb.max(memory(&child, "VmHWM").unwrap_or(0));
            if let Some(status) = child.try_wait().context("the import is lost")? {
                break status;
            }
            sleep(Duration::from_millis(20));
        };
        ensure!(status.success(), "the import failed: {status}");
        Ok(Imported {
            elapsed: begun.elapsed(),
            peak_mb,
        })
    }

    /// Serves a database with the settings a user has, and waits until it is ready. The log goes nowhere.
    pub(crate) fn serve(&self, url: &str) -> Result<Served> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.context("no free port")?;
        let begun = Instant::now();
        let child = Command::new(&self.0)
            .args([
                "serve",
                "--database-url",
                url,
                "--listen",
                &address.to_string(),
            ])
            .stderr(Stdio::null())
            .spawn()
            .context("the server does not start")?;
        let mut served = Served {
            child,
            address,
            token: String::new(),
            ready_after: Duration::ZERO,
        };
        let ready = format!("http://{address}/health/ready");
        while ureq::get(&ready).call().is_err() {
            if let Some(status) = served.child.try_wait().context("the server is lost")? {
                bail!("the server ended before it was ready: {status}");
            }
            ensure!(
                begun.elapsed() < PATIENCE,
                "the server was not ready after {PATIENCE:?}"
            );
            sleep(Duration::from_millis(1));
        }
        served.ready_after = begun.elapsed();
        served.token = self.token(url, address, &[])?;
        Ok(served)
    }

    /// A token that is good for longer than any benchmark takes: of the operator, unless more is said.
    pub(crate) fn token(&self, url: &str, address: SocketAddr, more: &[&str]) -> Result<String> {
        let output = Command::new(&self.0)
            .args(["token", "--token-lifetime", "3600", "--database-url", url])
            .args(["--listen", &address.to_string()])
            .args(more)
            .stderr(Stdio::null())
            .output()
            .context("no token is printed")?;
        ensure!(output.status.success(), "no token: {}", output.status);
        Ok(String::from_utf8(output.stdout)?.trim().to_owned())
    }
}

impl Served {
    /// The memory it has, in MB.
    pub(crate) fn memory_mb(&self) -> Result<u64> {
        memory(&self.child, "VmRSS").context("the server's memory is in no /proc here")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // A server that is gone already needs no end.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A line of `/proc/PID/status`, in MB.
fn memory(child: &Child, name: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes.div_ceil(1024))
}
