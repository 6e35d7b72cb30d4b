//! The registry's program, as the suite runs it: cargo builds it beside the tests, and tells them
//! where it is.

use std::process::ExitCode;

fn main() -> ExitCode {
    partner_registry::cli::run()
}
