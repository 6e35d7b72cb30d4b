//! The server's process is killed at any moment, again and again, while many push and some read: what was
//! acknowledged is there once, and every copy is right.
//!
//! Chance chooses the moments, by counting answers. `REGISTRY_TEST_KILLS` says how many they are, for a
//! longer run.

mod books;
mod client;
mod pusher;
mod reader;

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;

use partner_registry::auth::Principal;
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use tests::{TestApp, TestDatabase, as_long_as, assert_ledger, on_both, start_of_time};

use self::books::assert_books;
use self::client::{Client, Event, Place};
use self::pusher::Pusher;
use self::reader::Reader;
use crate::given;
use crate::program::{Serving, run, said};
use crate::sight::Tenant;
use crate::sign_in::client;

on_both!(what_was_acknowledged_is_there_once_whenever_the_server_is_killed);

/// How often the server is killed, when nothing is said.
const KILLS: usize = 20;
const CLUSTERS: usize = 4;
const PUSHERS: usize = 16;
/// Answers between two kills, at most.
const ANSWERS: usize = 60;
/// What the server is called at whatever port it listens, so that tokens stay good.
const ISSUER: &str = "http://registry.example";

/// Clusters that share a partnership, each with a source for each of its pushers; the tokens of their
/// clients, and the operator's.
async fn prepared(database: &TestDatabase) -> (Vec<String>, String) {
    let app = TestApp::at(database.clone(), start_of_time())
        .await
        .expect("it opens");
    let partnership = app.put(given::partnership("Alliance")).await.id;
    let mut tokens = Vec::new();
    for name in ["Alpha", "Beta", "Gamma", "Delta"] {
        let tenant = Tenant::new(&app, name).await;
        let place = tenant.place(&app, partnership).await;
        tenant.accept(&app, place).await;
        for n in 0..PUSHERS / CLUSTERS {
            let (actor, name) = (tenant.actor(), pusher::source(n));
            let registered = app.registry.register_source(&actor, &name, None);
            registered.await.expect("a source");
        }
        let principal = Principal::Cluster(tenant.cluster);
        let (id, _) = client(&app, principal, "registry:read members:write sync").await;
        tokens.push(token(database, &["--client", &id]));
    }
    app.registry.close().await.expect("it closes");
    (tokens, token(database, &[]))
}

fn token(database: &TestDatabase, whose: &[&str]) -> String {
    let url = ["--database-url", database.url(), "--public-url", ISSUER];
    let made = run(&[&["token", "--token-lifetime", "3600"], whose, &url].concat());
    assert!(made.status.success(), "{}", said(&made));
    String::from_utf8_lossy(&made.stdout).trim().to_owned()
}

/// Starts the server, and tells all who ask where it is.
fn serve(database: &TestDatabase, place: &Place) -> Serving {
    let log = "warn,partner_registry::cli=info";
    let mut serving = Serving::start(database.url(), &["--public-url", ISSUER, "--log", log]);
    place.is_at(&serving.address());
    serving
}

/// Waits for so many answers of the server as it runs now.
fn answered(events: &Receiver<Event>, generation: usize, mut count: usize) {
    while count > 0 {
        match events.recv().expect("somebody asks") {
            Event::Answered(by) if by == generation => count -= 1,
            Event::Lost(by, why) => assert_ne!(by, generation, "nobody killed it: {why}"),
            Event::Answered(_) => {}
        }
    }
}

async fn what_was_acknowledged_is_there_once_whenever_the_server_is_killed(database: TestDatabase) {
    let (tokens, operator) = prepared(&database).await;
    let place = Arc::new(Place::default());
    let (tell, events) = channel();
    let begin = |token: &str, tell: &Sender<Event>| Client::new(&place, tell, token);
    let pushers: Vec<JoinHandle<Pusher>> = (0..PUSHERS)
        .map(|n| Pusher::new(n, begin(&tokens[n % CLUSTERS], &tell)).start())
        .collect();
    let readers: Vec<JoinHandle<Reader>> = [&*tokens[0], &*tokens[3], &*operator, ""]
        .into_iter()
        .map(|token| Reader::new(begin(token, &tell)).start())
        .collect();
    drop(tell);

    let mut chance = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut any = move |below: usize| usize::try_from(chance.next_u32()).unwrap() % below;
    let mut serving = serve(&database, &place);
    for _ in 0..as_long_as("REGISTRY_TEST_KILLS", KILLS) {
        answered(&events, place.generation(), 1 + any(ANSWERS));
        // Whoever waits for an answer is somewhere in the middle of it.
        for _ in 0..any(1_000_000) {
            std::hint::spin_loop();
        }
        serving.kill();
        serving = serve(&database, &place);
    }
    place.stays();
    let mut pushers: Vec<Pusher> = pushers.into_iter().map(|it| it.join().unwrap()).collect();
    place.rests();
    let readers: Vec<Reader> = readers.into_iter().map(|it| it.join().unwrap()).collect();

    assert_books(&mut pushers);
    for reader in readers {
        reader.compare();
    }
    assert_eq!(serving.stop(), Some(0));
    assert_ledger(&database).await;
}
