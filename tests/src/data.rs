//! Public data files that are too large for the repository.

use std::path::PathBuf;

use crate::not_run::say_not_run;

/// The folder of public data files, for a check that reads them: `REGISTRY_TEST_DATA`. Where it is not
/// set, says that the check is not run.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the suite has no configuration to read it from"
)]
pub fn public_data(check: &str) -> Option<PathBuf> {
    let folder = std::env::var_os("REGISTRY_TEST_DATA").map(PathBuf::from);
    if folder.is_none() {
        say_not_run(
            check,
            "REGISTRY_TEST_DATA names no folder of public data files",
        );
    }
    folder
}
