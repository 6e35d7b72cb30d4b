//! One who asks a server that may be gone at any moment, and then asks the next one the same.

use std::sync::mpsc::Sender;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

/// Where the server is.
#[derive(Default)]
pub(super) struct Place {
    now: Mutex<Now>,
    changed: Condvar,
}

#[derive(Clone, Default)]
struct Now {
    /// How often it was started.
    generation: usize,
    address: String,
    /// It is killed no more: who pushes comes to an end.
    stays: bool,
    /// Nothing is pushed any more: who reads comes to an end.
    rests: bool,
}

impl Place {
    /// It was started, and listens here.
    pub(super) fn is_at(&self, address: &str) {
        self.change(|now| {
            now.generation += 1;
            address.clone_into(&mut now.address);
        });
    }

    pub(super) fn stays(&self) {
        self.change(|now| now.stays = true);
    }

    pub(super) fn rests(&self) {
        self.change(|now| now.rests = true);
    }

    pub(super) fn generation(&self) -> usize {
        self.now.lock().unwrap().generation
    }

    fn change(&self, change: impl FnOnce(&mut Now)) {
        change(&mut self.now.lock().unwrap());
        self.changed.notify_all();
    }

    /// The server that comes after one that was lost.
    fn after(&self, lost: usize) -> Now {
        let now = self.now.lock().unwrap();
        let waits = |now: &mut Now| {
            let is_last = now.stays && now.generation == lost && lost > 0;
            assert!(!is_last, "the last server was lost");
            now.generation == lost
        };
        self.changed.wait_while(now, waits).unwrap().clone()
    }
}

/// What one who asks tells: of which start of the server.
pub(super) enum Event {
    Answered(usize),
    Lost(usize, String),
}

/// One who asks.
pub(super) struct Client {
    place: Arc<Place>,
    tell: Sender<Event>,
    agent: Agent,
    token: String,
    here: Now,
}

impl Client {
    /// One with a token; empty: without.
    pub(super) fn new(place: &Arc<Place>, tell: &Sender<Event>, token: &str) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            // The server may close an idle connection, and nobody would have killed it.
            .max_idle_connections(0)
            .timeout_global(Some(Duration::from_mins(1)));
        Self {
            place: Arc::clone(place),
            tell: tell.clone(),
            agent: config.build().new_agent(),
            token: token.to_owned(),
            here: Now::default(),
        }
    }

    /// Asks until there is an answer, of whichever server.
    pub(super) fn ask(&mut self, document: &str, variables: &Value) -> Value {
        let body = json!({ "query": document, "variables": variables }).to_string();
        loop {
            if self.here.generation == 0 {
                self.here = self.place.after(0);
            }
            let generation = self.here.generation;
            match self.send(&body) {
                Ok(answer) => {
                    // The test counts answers as long as it kills.
                    let _ = self.tell.send(Event::Answered(generation));
                    return answer;
                }
                Err(error) => {
                    let _ = self.tell.send(Event::Lost(generation, error.to_string()));
                    self.here = self.place.after(generation);
                }
            }
        }
    }

    /// Asks for what must have an answer, and returns the `data`.
    pub(super) fn query(&mut self, document: &str, variables: &Value) -> Value {
        let answer = self.ask(document, variables);
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"].clone()
    }

    /// All that a list has, page by page.
    pub(super) fn all(&mut self, list: &str, selection: &str) -> Vec<Value> {
        let document = format!(
            "query ($after: String) {{ list: {list}(first: 200, after: $after) {{
                nodes {{ {selection} }} pageInfo {{ hasNextPage endCursor }} }} }}"
        );
        let (mut all, mut after) = (Vec::new(), Value::Null);
        loop {
            let page = self.query(&document, &json!({ "after": after }))["list"].take();
            all.extend(page["nodes"].as_array().unwrap().iter().cloned());
            if page["pageInfo"]["hasNextPage"] == false {
                return all;
            }
            after = page["pageInfo"]["endCursor"].clone();
        }
    }

    /// Whether the server is killed no more.
    pub(super) fn is_safe(&self) -> bool {
        self.place.now.lock().unwrap().stays
    }

    /// Whether nothing is pushed any more.
    pub(super) fn is_quiet(&self) -> bool {
        self.place.now.lock().unwrap().rests
    }

    fn send(&self, body: &str) -> Result<Value, ureq::Error> {
        let url = format!("http://{}/graphql", self.here.address);
        let request = self.agent.post(url);
        let request = match self.token.as_str() {
            "" => request,
            token => request.header("authorization", format!("Bearer {token}")),
        };
        let request = request.header("content-type", "application/json");
        let mut answer = request.send(body)?;
        let text = answer.body_mut().read_to_string()?;
        Ok(serde_json::from_str(&text).unwrap_or_else(|_| panic!("no JSON: {text}")))
    }
}
