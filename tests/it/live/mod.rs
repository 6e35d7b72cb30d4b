//! The subscription `changes`: the protocols that carry it, that it has no hole, and that it ends with the
//! rights of who follows.

mod clients;
mod conversation;
mod ending;
mod events;
mod following;
mod protocol;
mod rights;

use std::time::Duration;

use partner_registry::graphql::Limits;
use serde_json::Value;
use tests::{Socket, TestApp, TestServer};

use crate::contract::sync::operation;

/// Longer than any test takes.
const LONG: Duration = Duration::from_hours(1);

/// The subscription of the contract, as it stands there.
fn live() -> &'static str {
    operation("Live")
}

/// The server over an app, within limits that are the defaults but for some.
async fn within(app: TestApp, change: impl FnOnce(&mut Limits)) -> TestServer {
    let mut limits = Limits::default();
    change(&mut limits);
    TestServer::within(app, limits).await
}

/// The next page of the operation.
async fn page(socket: &mut Socket) -> Value {
    socket.data().await["changes"].clone()
}

/// The ids that a page tells of, each with what became of it.
fn told(page: &Value) -> Vec<(&str, &str)> {
    let changes = page["changes"].as_array().map(Vec::as_slice);
    let told = changes.unwrap_or_default().iter();
    told.map(|change| {
        let word = |name: &str| change[name].as_str().unwrap_or_default();
        (word("op"), word("id"))
    })
    .collect()
}
