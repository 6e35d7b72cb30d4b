//! A CRM that pushes without end: when the answer is lost, it sends the same push again under its key.

use std::thread::JoinHandle;

use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use serde_json::{Value, json};

use super::CLUSTERS;
use super::client::Client;
use crate::posted::each;
use crate::push::{PUSH, membership, organisation, withdraw};

/// Organisations that all bring.
const SHARED: usize = 40;

/// The name of a pusher's source within its cluster.
pub(super) fn source(n: usize) -> String {
    format!("crm-{n}")
}

/// A CRM.
pub(super) struct Pusher {
    pub(super) n: usize,
    pub(super) client: Client,
    chance: TestRng,
    /// What it sent, and how that was answered.
    pub(super) acknowledged: Vec<(Value, Value)>,
    /// The organisations of its own that it has not taken back.
    pub(super) own: Vec<usize>,
    made: usize,
}

impl Pusher {
    pub(super) fn new(n: usize, client: Client) -> Self {
        let seed = [u8::try_from(n).unwrap(); 32];
        Self {
            n,
            client,
            chance: TestRng::from_seed(RngAlgorithm::ChaCha, &seed),
            acknowledged: Vec::new(),
            own: Vec::new(),
            made: 0,
        }
    }

    pub(super) fn cluster(&self) -> usize {
        self.n % CLUSTERS
    }

    pub(super) fn source(&self) -> String {
        source(self.n / CLUSTERS)
    }

    /// Pushes until the server is safe, and then all of it once more: each push has been done.
    pub(super) fn start(mut self) -> JoinHandle<Self> {
        std::thread::spawn(move || {
            while !self.client.is_safe() {
                let rows = self.rows();
                let key = format!("{}-{}", self.n, self.acknowledged.len());
                let input = json!({ "source": self.source(), "idempotencyKey": key, "rows": rows });
                let answer = self.push(&input);
                self.acknowledged.push((input, answer));
            }
            for n in 0..self.acknowledged.len() {
                let (input, mut first) = self.acknowledged[n].clone();
                first["replayed"] = json!(true);
                assert_eq!(self.push(&input), first, "the first answer, again");
            }
            self
        })
    }

    /// Sends a push until it is answered. What another one is in the way of, and what the server that
    /// was killed has left in the database for a moment, is sent again.
    fn push(&mut self, input: &Value) -> Value {
        loop {
            let mut answer = self.client.ask(PUSH, &json!({ "input": input }));
            let code = &answer["errors"][0]["extensions"]["code"];
            match code.as_str() {
                None => return answer["data"]["pushRecords"].take(),
                Some("IDEMPOTENCY_IN_PROGRESS" | "UNAVAILABLE") => {}
                Some(_) => panic!("{answer}"),
            }
        }
    }

    fn any(&mut self, below: usize) -> usize {
        usize::try_from(self.chance.next_u32()).unwrap() % below
    }

    /// New organisations with their memberships, at times one that others bring as well, at times one
    /// that changes, at times one that is taken back.
    fn rows(&mut self) -> Vec<Value> {
        let mut rows = Vec::new();
        for _ in 0..=self.any(3) {
            self.made += 1;
            self.own.push(self.made);
            let (n, made) = (self.n, self.made);
            let own = format!("o{made}");
            rows.push(organisation(
                &own,
                json!({ "name": format!("Own {n}x{made}") }),
            ));
            rows.push(membership(&format!("m{made}"), &own));
        }
        if self.any(2) == 0 {
            let n = self.any(SHARED);
            let identifiers = json!([{ "scheme": "EU_PIC", "value": format!("9{n:08}") }]);
            let data = json!({ "name": format!("Shared {n}"), "identifiers": identifiers });
            rows.push(organisation(&format!("s{n}"), data));
        }
        if self.any(3) == 0 {
            let at = self.any(self.own.len());
            let said = format!("{} of them", self.own.len());
            let data = json!({ "description": said });
            rows.push(organisation(&format!("o{}", self.own[at]), data));
        }
        if self.any(3) == 0 {
            let at = self.any(self.own.len());
            let gone = self.own.swap_remove(at);
            rows.push(withdraw("MEMBERSHIP", &format!("m{gone}")));
            rows.push(withdraw("ORGANISATION", &format!("o{gone}")));
        }
        rows
    }

    /// The rows that were acknowledged, with their results.
    pub(super) fn results(&self) -> impl Iterator<Item = (&Value, &Value)> {
        self.acknowledged.iter().flat_map(|(input, answer)| {
            let rows = each(&input["rows"], "").into_iter();
            rows.zip(each(&answer["results"], ""))
        })
    }
}
