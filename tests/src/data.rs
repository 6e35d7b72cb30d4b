//! Public data files that are too large for the repository.

use std::path::PathBuf;

/// The folder of public data files: `REGISTRY_TEST_DATA`. Where it is not set, says so.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "the suite has no other setting, and what it leaves out must be seen"
)]
pub fn public_data() -> Option<PathBuf> {
    let folder = std::env::var_os("REGISTRY_TEST_DATA").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("NOT TESTED: REGISTRY_TEST_DATA names no folder of public data files");
    }
    folder
}
