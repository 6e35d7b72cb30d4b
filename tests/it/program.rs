//! The program itself, as a process: what it says where people type it, and with which code it ends.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Output, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use entities::organisation;
use partner_registry::clock::Clock;
use partner_registry::delivery::demo;
use partner_registry::registry::{Filter, Registry};
use sea_orm::ConnectionTrait;
use serde_json::Value;
use tests::{Backend, TestApp, TestDatabase, on_both, on_sqlite, start_of_time};

use crate::given;

on_both!(
    asked_to_stop_it_finishes_what_runs_and_ends_with_0,
    the_demo_says_how_its_clusters_sign_in,
    an_import_ends_with_2_and_the_place_of_what_is_wrong,
    a_database_that_cannot_be_served_is_named,
    a_running_registry_is_copied,
    the_demos_clients_are_made_when_its_first_start_was_not_finished,
);
on_sqlite!(
    a_database_and_its_copies_are_for_their_owner_alone,
    who_listens_everywhere_is_told_to_say_where_that_is,
);

const ORGANISATIONS: &str = "pic,cordis_rcn,vat_number,legal_name,short_name,sme,activity_type,street,\
postal_code,city,country,nuts_code,geolocation,url\n";
const PROJECTS: &str = "project_id,rcn,acronym,title,status,start_date,end_date,duration_months,\
total_cost_eur,ec_max_contribution_eur,ec_signature_date,legal_basis,topic,master_call,sub_call,funding_scheme,\
grant_doi,keywords,euroscivoc_paths\n";
const PARTICIPATIONS: &str = "project_id,pic,order,role,ec_contribution_eur,net_ec_contribution_eur,\
total_cost_eur,terminated,sme\n";

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_program"));
    command.args(arguments).stdin(Stdio::null());
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    program(arguments).output().unwrap()
}

/// The arguments of a command as it is written in a document.
pub(crate) fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    let words = parts.map(|(n, part)| match n % 2 {
        1 => vec![part.to_owned()],
        _ => part.split_whitespace().map(str::to_owned).collect(),
    });
    words.flatten().collect()
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A server that runs until it is told to stop, and what it says.
pub(crate) struct Serving {
    process: Child,
    log: BufReader<ChildStderr>,
}

impl Serving {
    pub(crate) fn start(url: &str, more: &[&str]) -> Self {
        Self::at("127.0.0.1:0", url, more)
    }

    fn at(address: &str, url: &str, more: &[&str]) -> Self {
        let mut command = program(&["serve", "--database-url", url, "--listen", address]);
        command.args(more).stdout(Stdio::piped());
        let mut process = command.stderr(Stdio::piped()).spawn().unwrap();
        let log = BufReader::new(process.stderr.take().unwrap());
        Self { process, log }
    }

    /// Where it listens, once it does.
    pub(crate) fn address(&mut self) -> String {
        let line = self.line_with("http://127.0.0.1:");
        let (_, address) = line.split_once("http://").unwrap();
        address.split_once('/').unwrap().0.to_owned()
    }

    /// Tells it to stop, as a service manager does.
    fn tell_to_stop(&mut self) {
        let pid = self.process.id().to_string();
        let told = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
        assert!(told.success());
        self.line_with("stopping");
    }

    /// Ends it at once, in the middle of whatever it does.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Stops it; the code that it ends with.
    pub(crate) fn stop(mut self) -> Option<i32> {
        self.tell_to_stop();
        self.process.wait().unwrap().code()
    }

    /// The next line of the log with these words.
    fn line_with(&mut self, words: &str) -> String {
        let mut lines = self.log.by_ref().lines().map(Result::unwrap);
        lines.find(|line| line.contains(words)).unwrap()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn asked_to_stop_it_finishes_what_runs_and_ends_with_0(database: TestDatabase) {
    let mut serving = Serving::start(database.url(), &[]);
    let address = serving.address();

    // The server asks for the body when the request runs.
    let body = r#"{"query":"{ __typename }"}"#;
    let mut connection = TcpStream::connect(&address).unwrap();
    write!(
        connection,
        "POST /graphql HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .unwrap();
    let mut answer = BufReader::new(connection.try_clone().unwrap());
    let mut line = String::new();
    answer.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");

    serving.tell_to_stop();

    connection.write_all(body.as_bytes()).unwrap();
    let mut rest = String::new();
    answer.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("HTTP/1.1 200 OK"), "{rest}");
    assert!(
        rest.ends_with(r#"{"data":{"__typename":"Query"}}"#),
        "{rest}"
    );
    assert_eq!(serving.process.wait().unwrap().code(), Some(0));
}

/// What is printed at the first start is enough to ask as a cluster; at the next nothing is printed.
async fn the_demo_says_how_its_clusters_sign_in(database: TestDatabase) {
    let mut serving = Serving::start(database.url(), &["--demo"]);
    let address = serving.address();
    let shown = BufReader::new(serving.process.stdout.take().unwrap());
    let mut lines = shown.lines().map(Result::unwrap);
    for name in ["Tuscany Life Sciences Cluster", "Arahealth", "EUROBIOMED"] {
        let line = lines.find(|line| line.trim().starts_with(name)).unwrap();
        let words: Vec<_> = line.split_whitespace().rev().take(2).collect();
        let [secret, client] = words[..] else {
            panic!("{line}");
        };
        let basic = STANDARD.encode(format!("{client}:{secret}"));
        let token = ureq::post(format!("http://{address}/oauth/token"))
            .header("authorization", format!("Basic {basic}"))
            .content_type("application/x-www-form-urlencoded")
            .send("grant_type=client_credentials")
            .unwrap();
        let token: Value = serde_json::from_reader(token.into_body().into_reader()).unwrap();
        let token = token["access_token"].as_str().unwrap();
        let viewer = ureq::post(format!("http://{address}/graphql"))
            .header("authorization", format!("Bearer {token}"))
            .content_type("application/json")
            .send(r#"{"query":"{ viewer { scopes clusters { name steward { name } } } }"}"#)
            .unwrap();
        let viewer: Value = serde_json::from_reader(viewer.into_body().into_reader()).unwrap();
        let viewer = &viewer["data"]["viewer"];
        assert_eq!(viewer["clusters"][0]["name"], name);
        assert_eq!(viewer["clusters"][0]["steward"]["name"], name);
        let scopes = viewer["scopes"].as_array().unwrap();
        assert!(scopes.contains(&Value::from("admin")), "{viewer}");
    }
    drop(serving);
    let mut again = Serving::start(database.url(), &["--demo"]);
    again.address();
    let mut shown = String::new();
    let mut output = again.process.stdout.take().unwrap();
    drop(again);
    output.read_to_string(&mut shown).unwrap();
    assert_eq!(shown, "");
}

async fn an_import_ends_with_2_and_the_place_of_what_is_wrong(database: TestDatabase) {
    let write = |name: &str, text: &str| {
        let path = database.directory().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let (projects, participations) = (
        write("projects.csv", PROJECTS),
        write("participations.csv", PARTICIPATIONS),
    );
    let row = "999853303,1905773,RO4701606,TUIASI,,false,HES,,,Iasi,RO,RO213,,\n";
    for (text, code, words) in [
        (format!("{ORGANISATIONS}{row}"), 0, ""),
        (
            format!("{ORGANISATIONS}{row}999853303,1,2\n"),
            2,
            "organisations.csv, line 3, column ",
        ),
        (
            ORGANISATIONS.replace("legal_name", "name_of_law"),
            2,
            "organisations.csv, line 1, column `legal_name`",
        ),
        (
            PROJECTS.to_owned(),
            2,
            "this is a file of projects, not of organisations",
        ),
        (String::new(), 2, "organisations.csv"),
    ] {
        let organisations = write("organisations.csv", &text);
        let output = run(&[
            "import",
            "cordis",
            "--database-url",
            database.url(),
            "--organisations",
            &organisations,
            "--projects",
            &projects,
            "--participations",
            &participations,
        ]);
        let said = said(&output);
        assert_eq!(output.status.code(), Some(code), "{text}\n{said}");
        assert!(said.contains(words), "{text}\n{said}");
        assert!(!said.contains("panicked"), "{said}");
    }
    let missing = run(&[
        "import",
        "cordis",
        "--database-url",
        database.url(),
        "nowhere.zip",
    ]);
    assert_eq!(missing.status.code(), Some(2));
    assert!(said(&missing).contains("nowhere.zip"), "{}", said(&missing));
}

async fn a_database_that_cannot_be_served_is_named(database: TestDatabase) {
    let serve = |url: &str| {
        let output = run(&["serve", "--database-url", url, "--listen", "127.0.0.1:0"]);
        assert_eq!(output.status.code(), Some(1), "{url}");
        said(&output)
    };
    let nowhere = match database.backend() {
        Backend::Sqlite => format!("sqlite:{}", Path::new("/nowhere/registry.db").display()),
        Backend::Postgres => database.url().replace("/test_", "/no_such_test_"),
    };
    let words = serve(&nowhere);
    let shown = match database.backend() {
        Backend::Sqlite => nowhere.as_str(),
        Backend::Postgres => "postgres://localhost/no_such_test_",
    };
    assert!(words.contains(&format!("cannot open {shown}")), "{words}");
    for url in [
        "postgres://me:pass/word@localhost/registry",
        "postgres://me:password@localhost:port/registry",
        "me:password@localhost/registry",
        "mysql://me:password@localhost/registry",
    ] {
        let words = serve(url);
        assert!(words.contains("that is no URL of a database"), "{words}");
        assert!(!words.contains("pass"), "{words}");
    }
    let url = "postgres://localhost:1/registry?user=me&password=pass";
    let words = serve(url);
    assert!(
        words.contains("cannot open postgres://localhost:1/registry"),
        "{words}"
    );
    assert!(!words.contains("pass"), "{words}");

    let db = database.connect().await;
    db.execute_unprepared("INSERT INTO seaql_migrations VALUES ('m29991231_000001_later', 0)")
        .await
        .unwrap();
    let words = serve(database.url());
    assert!(words.contains("m29991231_000001_later"), "{words}");
    assert!(!words.contains("panicked"), "{words}");
}

/// The copy is a registry of its own; `PostgreSQL` has its own program.
async fn a_running_registry_is_copied(database: TestDatabase) {
    let app = TestApp::at(database.clone(), start_of_time())
        .await
        .unwrap();
    app.put(given::organisation("Charité")).await;
    let mut serving = Serving::start(database.url(), &[]);
    serving.address();
    let file = database.directory().join("copy.db");
    let to = file.display().to_string();
    let backup = || run(&["backup", "--database-url", database.url(), &to]);
    let output = backup();
    if database.backend() == Backend::Postgres {
        assert_eq!(output.status.code(), Some(1));
        assert!(
            said(&output).contains("pg_dump --format=custom"),
            "{}",
            said(&output)
        );
        return;
    }
    assert!(output.status.success(), "{}", said(&output));
    let again = backup();
    assert_eq!(again.status.code(), Some(1));
    assert!(
        said(&again).contains("is there already"),
        "{}",
        said(&again)
    );

    let url = format!("sqlite:{to}");
    let later = Clock::fixed(start_of_time() + Duration::days(1));
    let copy = Registry::open(&url, later).await.unwrap();
    let all = Filter::default();
    let count = copy
        .count::<organisation::Entity>(&app.actor, &all, None)
        .await;
    assert_eq!(count.unwrap(), 1);
    let missing = run(&[
        "backup",
        "--database-url",
        "sqlite:/nowhere/registry.db",
        "x.db",
    ]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        said(&missing).contains("/nowhere/registry.db"),
        "{}",
        said(&missing)
    );
}

/// It was loaded, and killed before the clients were made.
async fn the_demos_clients_are_made_when_its_first_start_was_not_finished(database: TestDatabase) {
    let app = TestApp::at(database.clone(), start_of_time())
        .await
        .unwrap();
    assert!(
        demo::load_if_empty(&app.registry, &app.actor)
            .await
            .unwrap()
    );
    let start = || {
        let mut serving = Serving::start(database.url(), &["--demo"]);
        serving.address();
        let mut output = serving.process.stdout.take().unwrap();
        drop(serving);
        let mut shown = String::new();
        output.read_to_string(&mut shown).unwrap();
        shown
    };
    let shown = start();
    assert_eq!(shown.matches("prs_").count(), 3, "{shown}");
    assert_eq!(start(), "", "once");
}

/// The keys that sign tokens are in them.
async fn a_database_and_its_copies_are_for_their_owner_alone(database: TestDatabase) {
    use std::os::unix::fs::PermissionsExt as _;
    let file = |name: &str| database.directory().join(name);
    let url = format!("sqlite:{}", file("new.db").display());
    let mut serving = Serving::start(&url, &[]);
    serving.address();
    let copy = file("copy.db").display().to_string();
    let copied = run(&["backup", "--database-url", &url, &copy]);
    assert!(copied.status.success(), "{}", said(&copied));
    for name in ["new.db", "new.db-wal", "new.db-shm", "copy.db"] {
        let mode = std::fs::metadata(file(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

async fn who_listens_everywhere_is_told_to_say_where_that_is(database: TestDatabase) {
    let mut serving = Serving::at("0.0.0.0:0", database.url(), &[]);
    let told = serving.line_with("0.0.0.0");
    assert!(told.contains("REGISTRY_PUBLIC_URL"), "{told}");
}
