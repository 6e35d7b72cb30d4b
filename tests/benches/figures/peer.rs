//! A running registry and a cluster's client of it, which pushes and pulls.

use std::net::SocketAddr;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::binary::{Binary, Served};
use crate::client::Client;
use crate::partners::Partner;
use crate::pull::DOCUMENT;

/// What the client calls its CRM.
const SOURCE: &str = "figures-crm";

/// Both of them; the server ends with this value.
pub(crate) struct Peer {
    _served: Served,
    /// Where the server listens.
    pub(crate) address: SocketAddr,
    /// The client's token.
    pub(crate) token: String,
    /// The client.
    pub(crate) client: Client,
}

impl Peer {
    /// Serves a database in which the partner is.
    pub(crate) fn of(binary: &Binary, url: &str, partner: &Partner) -> Result<Self> {
        let served = binary.serve(url)?;
        let address = served.address;
        let token = binary.token(url, address, &["--client", &partner.client])?;
        let client = Client::new(address, "/graphql", Some(&token));
        client.ask(DOCUMENT, "RegisterSource", &json!({ "name": SOURCE }))?;
        Ok(Self {
            _served: served,
            address,
            token,
            client,
        })
    }

    /// Pushes rows with the contract's document; none may be refused. Gives the summary.
    pub(crate) fn push(&self, rows: &[Value]) -> Result<Value> {
        let input = json!({ "input": { "source": SOURCE, "rows": rows } });
        let mut answer = self.client.ask(DOCUMENT, "Push", &input)?;
        let summary = answer["pushRecords"]["summary"].take();
        let refused = ["rejected", "conflict", "stale", "pendingReview", "linked"];
        ensure!(
            refused.iter().all(|outcome| summary[outcome] == 0),
            "rows are refused: {answer}"
        );
        Ok(summary)
    }
}
