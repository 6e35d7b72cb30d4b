//! Rights while one follows: what is narrowed goes, and who counts no longer is shown out.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entities::record::Visibility::Partners;
use partner_registry::auth::Principal;
use serde_json::{Value, json};
use tests::{Socket, TestServer, on_both};

use super::{live, page, told};
use crate::given;
use crate::sight::{Tenant, id, public, shown};
use crate::sign_in::{client, sign_in, token};

on_both!(
    who_loses_sight_in_the_middle_ends_without_the_records,
    no_page_is_read_for_a_token_that_ended,
    a_socket_ends_with_its_token,
    a_revoked_client_is_shown_out_at_once,
);

const PAGES: &str = "subscription ($after: Cursor) { changes(after: $after, limit: 2) {
    cursor hasMore rebase { reason sweep } changes { op id } } }";

/// A copy as the contract says: upsert by id, drop what is gone, sweep after a re-base.
#[derive(Default)]
struct Copy {
    kept: BTreeSet<String>,
    sweep: Option<BTreeSet<String>>,
    reasons: Vec<Value>,
}

impl Copy {
    fn apply(&mut self, page: &Value) {
        if page["rebase"] != Value::Null {
            self.reasons.push(page["rebase"]["reason"].clone());
            self.sweep = Some(BTreeSet::new());
        }
        for (op, id) in told(page) {
            if op == "UPSERT" {
                self.kept.insert(id.to_owned());
            } else {
                self.kept.remove(id);
            }
            if let Some(sweep) = &mut self.sweep {
                sweep.insert(id.to_owned());
            }
        }
        if page["hasMore"] == false
            && let Some(sweep) = self.sweep.take()
        {
            self.kept.retain(|id| sweep.contains(id));
        }
    }

    async fn catch_up(&mut self, socket: &mut Socket) {
        loop {
            let page = page(socket).await;
            self.apply(&page);
            if page["hasMore"] == false {
                return;
            }
        }
    }
}

async fn who_loses_sight_in_the_middle_ends_without_the_records(server: TestServer) {
    let owner = Tenant::new(&server, "Owner").await;
    let reader = Tenant::new(&server, "Reader").await;
    let partnership = server.put(public(given::partnership("P"))).await.id;
    let mut places = Vec::new();
    for tenant in [owner, reader] {
        let place = tenant.place(&server, partnership).await;
        tenant.accept(&server, place).await;
        places.push(place);
    }
    let mut shared = Vec::new();
    for n in 0..6 {
        let row = shown(Partners, given::organisation(&format!("Shared {n}")));
        let made = owner.put(&server, row).await.id;
        shared.push(id("organisation", made).as_str().unwrap().to_owned());
    }
    let caller = reader.caller(&server);

    // One has read it all and waits; the other one is in the middle of it.
    let (mut all, mut some) = (Copy::default(), Copy::default());
    let mut waiting = caller.subscribe(PAGES, json!({})).await;
    all.catch_up(&mut waiting).await;
    assert!(
        shared.iter().all(|id| all.kept.contains(id)),
        "{:?}",
        all.kept
    );
    let mut halfway = caller.socket().await;
    let mut after = Value::Null;
    while !shared.iter().any(|id| some.kept.contains(id)) {
        let part = caller.query(
            &PAGES.replacen("subscription", "query", 1),
            json!({ "after": after }),
        );
        after = part["changes"]["cursor"].clone();
        some.apply(&part["changes"]);
        assert_eq!(part["changes"]["hasMore"], true);
    }

    owner.leave(&server, places[0]).await;
    halfway
        .subscribe("1", PAGES, json!({ "after": after }))
        .await;
    all.catch_up(&mut waiting).await;
    some.catch_up(&mut halfway).await;
    for copy in [all, some] {
        assert_eq!(copy.reasons, [json!("VIEW_CHANGED")]);
        let left = shared.iter().filter(|id| copy.kept.contains(*id));
        assert_eq!(left.count(), 0, "{:?}", copy.kept);
        assert!(!copy.kept.is_empty(), "what is public stays");
    }
}

async fn no_page_is_read_for_a_token_that_ended(server: TestServer) {
    let mut socket = server.subscribe(live(), json!({})).await;
    page(&mut socket).await;
    server.registry.clock().advance(TimeDelta::minutes(16));
    server.put(given::organisation("Too late")).await;
    let message = socket.closed_next().await;
    assert_eq!(
        message,
        (4403, "Forbidden: no good token: it is expired".to_owned())
    );
}

/// Nothing happens on the socket, and the clock of the registry stands still: its own timer closes it.
async fn a_socket_ends_with_its_token(server: TestServer) {
    let almost = TimeDelta::minutes(15) - TimeDelta::milliseconds(1300);
    server.registry.clock().advance(almost);
    let mut idle = server.socket().await;
    let closed = idle.closed_next().await;
    assert_eq!(
        closed,
        (4403, "Forbidden: no good token: it is expired".to_owned())
    );
}

async fn a_revoked_client_is_shown_out_at_once(server: TestServer) {
    const REVOKE: &str = "mutation ($id: ID!) { revokeClient(input: { id: $id }) \
        { client { revokedAt } userErrors { code path } } }";
    let (id, secret) = client(&server, Principal::Operator, "registry:read").await;
    let caller = server.with_token(token(&sign_in(&server, (&id, &secret))));
    let mut idle = caller.socket().await;
    let mut busy = caller.subscribe(live(), json!({})).await;
    page(&mut busy).await;
    let mut other = server.subscribe(live(), json!({})).await;
    page(&mut other).await;
    server.query(REVOKE, json!({ "id": id }));
    for socket in [&mut idle, &mut busy] {
        let closed = socket.closed_next().await;
        assert_eq!(
            closed,
            (
                4403,
                "Forbidden: no good token: its client was revoked".to_owned()
            )
        );
    }
    server.put(given::organisation("For the others")).await;
    assert_eq!(told(&page(&mut other).await).len(), 1);
}
