//! A connector with a client of its own, in a folder of its own, and what a CRM does to its files.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use partner_registry::delivery::demo;
use serde_json::Value;
use tempfile::TempDir;
use tests::TestServer;

use super::python::{folder, python};
use crate::node::said;
use crate::program;

pub(super) const DOCUMENT: &str = include_str!("../../../docs/connect-your-crm.md");

pub(super) type Row = BTreeMap<String, String>;

/// The connector in a folder of its own, with a client of the demo's Tuscan cluster.
pub(super) struct Connector {
    folder: TempDir,
    python: PathBuf,
    environment: [(&'static str, String); 3],
}

/// A connector that goes on until it is told to stop, or the test fails.
struct Following(Child);

impl Drop for Following {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Connector {
    /// None where there is no Python. The client is made as the document says.
    pub(super) async fn of(server: &TestServer) -> Option<Self> {
        let python = python()?;
        demo::load_if_empty(&server.registry, &server.actor)
            .await
            .unwrap();
        let mut lines = DOCUMENT.lines();
        let command = lines
            .find_map(|line| line.strip_prefix("    partner-registry "))
            .unwrap();
        let mut arguments = program::words(command);
        arguments.extend([
            "--database-url".to_owned(),
            server.database.url().to_owned(),
        ]);
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let made = program::run(&arguments);
        assert!(made.status.success(), "{}", said(&made));
        let made: Value = serde_json::from_slice(&made.stdout).unwrap();
        let of = |name: &str| made[name].as_str().unwrap().to_owned();
        let folder = folder();
        let settings = folder.path().join("settings.example.toml");
        std::fs::copy(settings, folder.path().join("settings.toml")).unwrap();
        Some(Self {
            folder,
            python,
            environment: [
                ("REGISTRY_URL", server.url("")),
                ("REGISTRY_CLIENT_ID", of("client_id")),
                ("REGISTRY_CLIENT_SECRET", of("client_secret")),
            ],
        })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.python);
        command
            .arg("-B")
            .args(arguments)
            .current_dir(self.folder.path());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(super) fn python(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Output {
        self.python(&[&["-m", "connector"], arguments].concat())
    }

    /// Runs what leaves nothing for a person to do; what it says.
    pub(super) fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{arguments:?}: {}",
            said(&output)
        );
        said(&output)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn table(&self, name: &str) -> Vec<Row> {
        let mut reader = csv::Reader::from_path(self.file(name)).unwrap();
        reader.deserialize().map(Result::unwrap).collect()
    }

    pub(super) fn column(&self, file: &str, name: &str) -> Vec<String> {
        let rows = self.table(file).into_iter();
        rows.map(|mut row| row.remove(name).unwrap()).collect()
    }

    /// The CRM's import takes a file away.
    pub(super) fn takes(&self, name: &str) {
        std::fs::remove_file(self.file(name)).unwrap();
    }

    /// The CRM exports other words; its file is not UTF-8.
    pub(super) fn replace(&self, name: &str, from: &str, to: &str) {
        let content = std::fs::read(self.file(name)).unwrap();
        let at = content
            .windows(from.len())
            .position(|part| part == from.as_bytes());
        let at = at.expect(from);
        let content = [&content[..at], to.as_bytes(), &content[at + from.len()..]].concat();
        std::fs::write(self.file(name), content).unwrap();
    }

    pub(super) fn drop_line(&self, name: &str, beginning: &str) {
        let content = std::fs::read(self.file(name)).unwrap();
        let lines = content.split_inclusive(|byte| *byte == b'\n');
        let kept = lines.filter(|line| !line.starts_with(beginning.as_bytes()));
        std::fs::write(self.file(name), kept.collect::<Vec<_>>().concat()).unwrap();
    }

    /// What the document adds to the mapping goes to its end.
    pub(super) fn add_to_mapping(&self, lines: &str) {
        let mapping = std::fs::read_to_string(self.file("mapping.toml")).unwrap();
        if mapping.contains(lines) {
            return;
        }
        std::fs::write(self.file("mapping.toml"), mapping + "\n" + lines).unwrap();
    }

    /// A running connector tells of a change that is made meanwhile, and ends when it is told to.
    pub(super) fn follows(&self) {
        let mut command = self.command(&["-u", "-m", "connector", "follow"]);
        let mut following = Following(command.stdout(Stdio::piped()).spawn().unwrap());
        let shown = BufReader::new(following.0.stdout.take().unwrap());
        let mut lines = shown.lines().map(Result::unwrap);
        let begun = lines.next().unwrap();
        assert!(begun.starts_with("0 changes; "), "{begun}");
        self.replace("members.csv", "Via Lunga 5", "Via Lunga 6");
        self.succeeds(&["push", "members.csv"]);
        assert_eq!(lines.next().unwrap(), "changed.csv: 1");
        let pid = following.0.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(told.success());
        assert_eq!(following.0.wait().unwrap().code(), Some(0));
        assert_eq!(self.column("changed.csv", "external_id"), ["S-009"]);
    }
}
