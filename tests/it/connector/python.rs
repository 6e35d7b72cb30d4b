//! A Python with the packages that the connector names, and a copy of the connector.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use tempfile::TempDir;

use tests::not_run;

use crate::node::said;

/// A copy of the connector and its sample.
pub(super) fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/crm-connector");
    for part in ["", "connector", "tests"] {
        std::fs::create_dir_all(folder.path().join(part)).unwrap();
        for entry in std::fs::read_dir(source.join(part)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                let to = folder.path().join(part).join(entry.file_name());
                std::fs::copy(entry.path(), to).unwrap();
            }
        }
    }
    folder
}

/// A Python with the packages that the connector names, kept between runs; none where the machine has
/// no Python that can have them, which is said aloud, and which CI does not accept.
pub(super) fn python() -> Option<PathBuf> {
    static PYTHON: OnceLock<Option<PathBuf>> = OnceLock::new();
    let found = PYTHON.get_or_init(|| {
        let new_enough = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))";
        let there = Command::new("python3").args(["-c", new_enough]).output();
        there
            .is_ok_and(|output| output.status.success())
            .then(installed)
    });
    if found.is_none() {
        not_run("examples/crm-connector", "no Python 3.11 with venv here");
    }
    found.clone()
}

/// The packages are installed anew only when the list of them has changed.
fn installed() -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR"));
    let wanted = source.join("../examples/crm-connector/requirements.txt");
    let wanted = std::fs::read_to_string(wanted).unwrap();
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("connector");
    let (python, list) = (
        environment.join("bin/python"),
        environment.join("installed.txt"),
    );
    if std::fs::read_to_string(&list).is_ok_and(|there| there == wanted) {
        return python;
    }
    let mut made = Command::new("python3");
    made.args(["-m", "venv", "--clear"]).arg(&environment);
    let requirements = environment.join("requirements.txt");
    let mut install = Command::new(&python);
    let quietly = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ];
    install.args(quietly).arg("-r").arg(&requirements);
    for command in [&mut made, &mut install] {
        let output = command.output().unwrap();
        assert!(output.status.success(), "{command:?}: {}", said(&output));
        std::fs::write(&requirements, &wanted).unwrap();
    }
    std::fs::write(list, wanted).unwrap();
    python
}
