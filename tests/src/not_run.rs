//! What a run of the suite leaves out is said aloud, and where it must not be left out it fails.

use std::io::Write;

/// Says that a check is left out because the machine lacks a program, which CI does not accept.
///
/// # Panics
/// In CI.
pub fn not_run(check: &str, why: &str) {
    assert!(!in_ci(), "CI runs {check}: {why}");
    say_not_run(check, why);
}

/// The same of a check that needs what no checkout has, which CI accepts.
#[expect(clippy::expect_used, reason = "what cannot be said has failed")]
pub(crate) fn say_not_run(check: &str, why: &str) {
    // Past the capture of output, which hides what passing tests say.
    let warning = format!("\n*** {check} IS NOT RUN: {why}. ***\n\n");
    std::io::stderr()
        .write_all(warning.as_bytes())
        .expect("standard error");
}

#[expect(
    clippy::disallowed_methods,
    reason = "the suite has no configuration to read it from"
)]
fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|ci| ci == "true")
}
