//! Bundles the pages under `web/` with npm and embeds them: writes `explorer.rs` into `OUT_DIR`, a
//! map from each file's name to its bytes.
//!
//! Works on a copy in `OUT_DIR`, so that the source tree stays clean and checkouts do not collide.
//! Must never fail the build for want of Node.js or of a network: then the page says what is missing.
//! With `REGISTRY_SKIP_WEB` set to anything, npm is not asked at all, for quick builds.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

/// Set to anything, it leaves the pages out.
const SKIP: &str = "REGISTRY_SKIP_WEB";

/// What npm makes for somebody who works on the pages in their own folder: not sources.
const MADE_BY_NPM: [&str; 2] = ["dist", "node_modules"];

/// Exactly what the lock file says. The bundler is a development dependency, which `NODE_ENV` must not
/// drop, and no dependency's scripts are run. Offline, it should not try for minutes.
const INSTALL: [&str; 7] = [
    "ci",
    "--include=dev",
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--fetch-retries=1",
];

/// Why there is no bundle.
struct Missing {
    /// A sentence that goes on from "This build has no explorer:".
    reason: &'static str,
    /// What npm said, if it ran.
    output: String,
}

#[expect(
    clippy::disallowed_methods,
    reason = "a build script's settings are its environment"
)]
fn main() -> io::Result<()> {
    let out = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    let out = PathBuf::from(out);
    let web = out.join("web");
    let dist = web.join("dist");
    println!("cargo:rerun-if-env-changed={SKIP}");
    remove(&web)?;
    copy(Path::new("web"), &web)?;
    if let Err(Missing { reason, output }) = bundle(&web) {
        println!("cargo:warning=this build has no explorer: {reason}");
        println!(
            "cargo:warning=to have it: Node.js 20.19 or newer, `touch api/web/package.json`, build again"
        );
        for line in output.lines() {
            println!("cargo:warning={line}");
        }
        remove(&dist)?;
        fs::create_dir_all(&dist)?;
        let page = include_str!("web/missing.html").replace("{reason}", reason);
        fs::write(dist.join("index.html"), page)?;
    }
    // A quarter of a gigabyte for each profile that nothing reads again; npm keeps its own cache.
    remove(&web.join("node_modules"))?;
    static_files::resource::generate_resources_mapping(&dist, None, out.join("explorer.rs"))
}

/// Makes `dist/` in the copy of the sources.
#[expect(
    clippy::disallowed_methods,
    reason = "a build script's settings are its environment"
)]
fn bundle(web: &Path) -> Result<(), Missing> {
    if env::var_os(SKIP).is_some() {
        let reason = "REGISTRY_SKIP_WEB was set when it was built.";
        return Err(Missing {
            reason,
            output: String::new(),
        });
    }
    npm(web, &INSTALL)?;
    npm(web, &["run", "build"])
}

fn npm(web: &Path, arguments: &[&str]) -> Result<(), Missing> {
    let npm = if cfg!(windows) { "npm.cmd" } else { "npm" };
    let done = Command::new(npm).args(arguments).current_dir(web).output();
    let done = done.map_err(|error| Missing {
        reason: "Node.js was not found when it was built.",
        output: format!("{npm}: {error}"),
    })?;
    if done.status.success() {
        return Ok(());
    }
    let errors = String::from_utf8_lossy(&done.stderr);
    Err(Missing {
        reason: "npm failed when it was built; the build's log says how.",
        output: format!("npm {}: {errors}", arguments.join(" ")),
    })
}

/// Copies the sources and tells cargo to watch them.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if MADE_BY_NPM
            .map(OsStr::new)
            .contains(&entry.file_name().as_os_str())
        {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&source, &target)?;
        } else {
            println!("cargo:rerun-if-changed={}", source.display());
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}

/// Removes a folder, if it is there.
fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
