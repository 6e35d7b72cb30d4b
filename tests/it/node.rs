//! Scripts for Node that ask a running server: the conformance audit and the explorer's browser.

use std::path::Path;
use std::process::{Command, Output};

use tests::not_run;

/// Runs a script of a folder of `tests/`, with the packages that its lock file names; none where
/// the machine lacks a program that it needs, which is said aloud, and which CI does not accept.
pub(crate) fn run(
    folder: &str,
    script: &str,
    needs: &[&str],
    arguments: &[&str],
) -> Option<Output> {
    let missing: Vec<_> = ["node", "npm"]
        .iter()
        .chain(needs)
        .filter(|name| !is_there(name))
        .collect();
    if !missing.is_empty() {
        not_run(
            &format!("tests/{folder}/{script}"),
            &format!("no {missing:?} here"),
        );
        return None;
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    // In a directory of its own, so that tests at the same time do not install over each other.
    let directory = tempfile::tempdir().expect("a directory");
    for file in [script, "package.json", "package-lock.json"] {
        std::fs::copy(source.join(file), directory.path().join(file)).expect(file);
    }
    let npm = ["ci", "--no-audit", "--no-fund", "--prefer-offline"];
    let installed = output(Command::new("npm").args(npm).current_dir(directory.path()));
    assert!(
        installed.status.success(),
        "npm ci in tests/{folder}: {}",
        said(&installed)
    );
    let script = Command::new("node")
        .arg(script)
        .args(arguments)
        .current_dir(directory.path())
        .output();
    Some(script.expect("node runs"))
}

/// What a program printed.
pub(crate) fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    format!("{out}{err}")
}

fn output(command: &mut Command) -> Output {
    command.output().expect("the program runs")
}

fn is_there(program: &str) -> bool {
    Command::new(program)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}
