//! The connector that clusters take home (`examples/crm-connector`), as a process, against the demo.

mod document;
mod lists;
mod process;
mod python;

use std::process::Command;

use crate::node::said;

#[test]
fn its_own_tests_pass() {
    let Some(python) = python::python() else {
        return;
    };
    let folder = python::folder();
    let mut command = Command::new(python);
    command.args([
        "-B", "-W", "error", "-m", "unittest", "discover", "-s", "tests", "-t", ".",
    ]);
    let output = command.current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
}
