//! A private `PostgreSQL`: started once for the test process, gone when the process is.

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use crate::not_run;

const SCRIPT: &str = include_str!("postgres.sh");

/// A running server.
pub(crate) struct Server {
    /// Where its socket is.
    directory: String,
    /// Runs the server until its input is closed: by the end of the process, however it ends.
    _script: Child,
}

static SERVER: LazyLock<Option<Server>> = LazyLock::new(start);

impl Server {
    /// The server of this process; none where `PostgreSQL` is not installed.
    pub(crate) fn get() -> Option<&'static Self> {
        SERVER.as_ref()
    }

    /// The address of one of its databases.
    pub(crate) fn url(&self, database: &str) -> String {
        format!(
            "postgres://postgres@localhost/{database}?host={}",
            self.directory
        )
    }
}

#[expect(clippy::expect_used, reason = "a suite that cannot begin has failed")]
fn start() -> Option<Server> {
    let mut child = Command::new("sh")
        .args(["-c", SCRIPT, SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        // Ctrl-C ends the tests, and their end ends the server.
        .process_group(0)
        .spawn()
        .expect("a shell");
    let mut output = BufReader::new(child.stdout.take().expect("its output"));
    let mut said = String::new();
    output.read_line(&mut said).expect("what it says");
    if let Some(directory) = said.trim().strip_prefix("ready ") {
        return Some(Server {
            directory: directory.to_owned(),
            _script: child,
        });
    }
    output.read_to_string(&mut said).expect("what it says");
    child.wait().expect("its end");
    assert!(
        said.trim() == "missing",
        "PostgreSQL does not start:\n{said}"
    );
    not_run("the half of the suite on PostgreSQL", "it is not installed");
    None
}
