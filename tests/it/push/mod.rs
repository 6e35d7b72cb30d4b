//! Pushing: what becomes of each row, what a shared record is made of, and that nothing is done twice.
#![expect(
    clippy::needless_pass_by_value,
    reason = "tests write what they push where they push it"
)]

mod anything;
mod claims;
mod conflicts;
mod contract;
mod hearing;
mod later;
mod leaving;
mod many;
mod matching;
mod meeting;
mod merging;
mod pairs;
mod places;
mod provenance;
mod redirects;
mod references;
mod repeated;
mod reviews;
mod rows;
mod sets;
mod snapshots;
mod sources;
mod stewardship;

use partner_registry::registry::MAX_ROWS;
use serde_json::{Value, json};
use tests::{Caller, TestServer};

use crate::posted::each;
use crate::sight::Tenant;

/// A cluster with a CRM.
pub(crate) struct Pusher {
    pub(crate) tenant: Tenant,
    pub(crate) caller: Caller,
}

impl Pusher {
    /// A cluster whose CRM is called like it.
    pub(crate) async fn new(server: &TestServer, name: &str) -> Self {
        let tenant = Tenant::new(server, name).await;
        register(server, tenant, "crm").await;
        let caller = tenant.caller(server);
        Self { tenant, caller }
    }

    /// Two clusters that share a partnership.
    pub(crate) async fn partners(server: &TestServer) -> [Self; 2] {
        Self::partners_named(server, ["Alpha", "Beta"]).await
    }

    /// The same with these names.
    pub(crate) async fn partners_named(server: &TestServer, names: [&str; 2]) -> [Self; 2] {
        Self::allies_named(server, names).await.0
    }

    /// Two clusters that share a partnership, and the partnership.
    pub(crate) async fn allies(server: &TestServer) -> ([Self; 2], Value) {
        Self::allies_named(server, ["Alpha", "Beta"]).await
    }

    async fn allies_named(server: &TestServer, names: [&str; 2]) -> ([Self; 2], Value) {
        let [one, other] = names;
        let both = [Self::new(server, one).await, Self::new(server, other).await];
        let partnership = alliance(server, &[&both[0], &both[1]]).await;
        (both, partnership)
    }

    /// Pushes rows, and returns the payload.
    pub(crate) fn push(&self, rows: Value) -> Value {
        self.push_as(json!({ "rows": rows }))
    }

    /// Pushes with these words beside `source`.
    pub(crate) fn push_as(&self, input: Value) -> Value {
        let (_, answer) = self.ask(input);
        assert_eq!(answer["errors"], Value::Null, "{answer}");
        answer["data"]["pushRecords"].clone()
    }

    /// The same, and what HTTP says of it.
    pub(crate) fn ask(&self, mut input: Value) -> (u16, Value) {
        input["source"] = json!("crm");
        self.caller.ask(PUSH, json!({ "input": input }))
    }

    /// Pushes an organisation, and returns its result.
    pub(crate) fn organisation(&self, external_id: &str, data: Value) -> Value {
        self.push(json!([organisation(external_id, data)]))["results"][0].clone()
    }

    /// Pushes a row, and returns its result.
    pub(crate) fn one(&self, row: Value) -> Value {
        self.push(json!([row]))["results"][0].clone()
    }

    /// An organisation as this cluster sees it.
    pub(crate) fn sees(&self, id: &Value) -> Value {
        let document = "query One($id: ID!) { organisation(id: $id) {
            id version name country website description visibility steward { name }
            address { city } identifiers { scheme value } } }";
        self.caller.query(document, json!({ "id": id }))["organisation"].clone()
    }
}

/// A partnership in which these clusters have accepted places.
pub(crate) async fn alliance(server: &TestServer, members: &[&Pusher]) -> Value {
    let row = crate::sight::public(crate::given::partnership("Alliance"));
    let partnership = server.put(row).await.id;
    for one in members {
        let place = one.tenant.place(server, partnership).await;
        one.tenant.accept(server, place).await;
    }
    crate::sight::id("partnership", partnership)
}

/// A row that is meant for these.
pub(crate) fn meant(visibility: &str, partnerships: &[&Value], mut row: Value) -> Value {
    for said in row.as_object_mut().unwrap().values_mut() {
        said["visibility"] = json!(visibility);
        said["partnerships"] = json!(partnerships);
    }
    row
}

/// A source of a cluster's.
pub(crate) async fn register(server: &TestServer, tenant: Tenant, name: &str) {
    let actor = tenant.actor();
    let registered = server.registry.register_source(&actor, name, None);
    registered.await.expect("a source");
}

/// A row about an organisation.
pub(crate) fn organisation(external_id: &str, data: Value) -> Value {
    json!({ "organisation": { "ref": { "externalId": external_id }, "data": data } })
}

/// A row about a membership of an organisation that the source brought.
pub(crate) fn membership(external_id: &str, organisation: &str) -> Value {
    json!({ "membership": {
        "ref": { "externalId": external_id },
        "data": { "organisation": { "externalId": organisation } },
    } })
}

/// A row that takes back what was said.
pub(crate) fn withdraw(kind: &str, external_id: &str) -> Value {
    json!({ "withdraw": { "ref": { "externalId": external_id }, "type": kind } })
}

/// An Italian VAT number, each of another company.
pub(crate) fn vat(n: usize) -> String {
    let body = format!("{n:07}015");
    let digits = body.bytes().map(|digit| u32::from(digit - b'0'));
    let doubled = digits.enumerate().map(|(at, digit)| match (at % 2, digit) {
        (0, digit) => digit,
        (_, digit) => digit * 2 / 10 + digit * 2 % 10,
    });
    let check = (10 - doubled.sum::<u32>() % 10) % 10;
    format!("IT{body}{check}")
}

/// The outcomes of a push, in order.
pub(crate) fn outcomes(payload: &Value) -> Vec<&str> {
    let outcomes = each(&payload["results"], "/outcome").into_iter();
    outcomes.map(|outcome| outcome.as_str().unwrap()).collect()
}

pub(crate) const PUSH: &str = "mutation Push($input: PushInput!) { pushRecords(input: $input) {
    dryRun replayed position
    summary { total created updated unchanged linked pendingReview stale conflict rejected withdrawn
              notFound rolledBack }
    audience { visibility clusters { name } records }
    results { index outcome id externalId version matchedBy redirectedFrom
              errors { code path message } conflicts { field base yours current }
              candidates { score reasons record { id } } } } }";

#[test]
fn a_push_has_at_most_as_many_rows_as_the_contract_says() {
    assert_eq!(MAX_ROWS, 500);
}
