//! Rights while one follows: what is narrowed goes, and who counts no longer is shown out.

use std::collections::BTreeSet;
use std::time::Duration;

use chrono::TimeDelta;
use entities::id::{OrganisationId, PartnershipId, PartnershipMemberId};
use entities::organisation;
use entities::record::Visibility::{Owner, Partners};
use partner_registry::auth::{Principal, type_id};
use partner_registry::registry::RowWrite;
use serde_json::{Value, json};
use tests::{Socket, TestApp, TestServer, on_both, start_of_time};

use super::{live, page, told, within};
use crate::given;
use crate::sight::{Tenant, id, public, shown};
use crate::sign_in::{client, sign_in, token};

on_both!(
    an_owner_who_leaves_takes_its_records_out_of_sight,
    a_reader_who_leaves_sees_the_records_no_more,
    what_a_dissolved_partnership_shared_is_out_of_sight,
    records_that_are_narrowed_are_out_of_sight,
    no_page_is_read_for_a_token_that_ended,
    a_socket_ends_with_its_token,
    a_revoked_client_is_shown_out_at_once,
    a_client_that_another_process_revokes_is_shown_out,
);

const PAGES: &str = "subscription ($after: Cursor) { changes(after: $after, limit: 2) {
    cursor hasMore rebase { reason sweep } changes { op id } } }";

/// A copy as the contract says: upsert by id, drop what is gone, sweep after a re-base.
#[derive(Clone, Default)]
struct Copy {
    kept: BTreeSet<String>,
    /// What it was ever sent, in that order.
    upserts: Vec<String>,
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
                self.upserts.push(id.to_owned());
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

/// What an owner shares with a reader, through one partnership.
struct Sharing {
    owner: Tenant,
    reader: Tenant,
    partnership: PartnershipId,
    places: [PartnershipMemberId; 2],
    rows: Vec<OrganisationId>,
    ids: BTreeSet<String>,
}

async fn sharing(server: &TestServer) -> Sharing {
    let owner = Tenant::new(server, "Owner").await;
    let reader = Tenant::new(server, "Reader").await;
    let partnership = server.put(public(given::partnership("P"))).await.id;
    let places = [
        owner.place(server, partnership).await,
        reader.place(server, partnership).await,
    ];
    owner.accept(server, places[0]).await;
    reader.accept(server, places[1]).await;
    let (mut rows, mut ids) = (Vec::new(), BTreeSet::new());
    for n in 0..6 {
        let row = shown(Partners, given::organisation(&format!("Shared {n}")));
        let made = owner.put(server, row).await.id;
        rows.push(made);
        ids.insert(id("organisation", made).as_str().unwrap().to_owned());
    }
    Sharing {
        owner,
        reader,
        partnership,
        places,
        rows,
        ids,
    }
}

/// One has read it all and waits, two are in the middle of it, of which one goes on page by page: when the
/// reader's rights are narrowed, all three end without the records, and are sent none of them any more.
async fn ends_without_the_records(
    server: &TestServer,
    reason: Option<&str>,
    narrow: impl AsyncFnOnce(&TestServer, &Sharing),
) {
    let sharing = sharing(server).await;
    let caller = sharing.reader.caller(server);
    let pull = PAGES.replacen("subscription", "query", 1);
    let pull = |after: &Value| caller.query(&pull, json!({ "after": after }))["changes"].clone();

    let (mut all, mut some) = (Copy::default(), Copy::default());
    let mut waiting = caller.subscribe(PAGES, json!({})).await;
    all.catch_up(&mut waiting).await;
    assert!(sharing.ids.is_subset(&all.kept), "{:?}", all.kept);
    let mut halfway = caller.socket().await;
    let mut after = Value::Null;
    while sharing.ids.is_disjoint(&some.kept) {
        let part = pull(&after);
        after = part["cursor"].clone();
        some.apply(&part);
        assert_eq!(part["hasMore"], true);
    }
    let mut paging = some.clone();

    narrow(server, &sharing).await;
    let before = [&all, &some, &paging].map(|copy| copy.upserts.len());
    let variables = json!({ "after": after });
    halfway.subscribe("1", PAGES, variables).await;
    some.catch_up(&mut halfway).await;
    loop {
        let part = pull(&after);
        after = part["cursor"].clone();
        paging.apply(&part);
        if part["hasMore"] == false {
            break;
        }
    }
    while !sharing.ids.is_disjoint(&all.kept) {
        all.catch_up(&mut waiting).await;
    }
    for (copy, before) in [all, some, paging].into_iter().zip(before) {
        assert_eq!(copy.reasons, Vec::from_iter(reason.map(Value::from)));
        assert!(sharing.ids.is_disjoint(&copy.kept), "{:?}", copy.kept);
        let sent = copy.upserts[before..].iter();
        let sent: Vec<_> = sent.filter(|id| sharing.ids.contains(*id)).collect();
        assert!(sent.is_empty(), "{sent:?}");
        assert!(!copy.kept.is_empty(), "what is public stays");
    }
}

async fn an_owner_who_leaves_takes_its_records_out_of_sight(server: TestServer) {
    let narrow = async |server: &TestServer, sharing: &Sharing| {
        sharing.owner.leave(server, sharing.places[0]).await;
    };
    ends_without_the_records(&server, Some("VIEW_CHANGED"), narrow).await;
}

async fn a_reader_who_leaves_sees_the_records_no_more(server: TestServer) {
    let narrow = async |server: &TestServer, sharing: &Sharing| {
        sharing.reader.leave(server, sharing.places[1]).await;
    };
    ends_without_the_records(&server, Some("VIEW_CHANGED"), narrow).await;
}

async fn what_a_dissolved_partnership_shared_is_out_of_sight(server: TestServer) {
    let narrow = async |server: &TestServer, sharing: &Sharing| {
        let id = id("partnership", sharing.partnership);
        let document = "mutation ($id: ID!) { dissolvePartnership(input: { partnership: $id }) {
            userErrors { code } } }";
        let answer = server.query(document, json!({ "id": id }));
        assert_eq!(answer["dissolvePartnership"]["userErrors"], json!([]));
    };
    ends_without_the_records(&server, Some("VIEW_CHANGED"), narrow).await;
}

async fn records_that_are_narrowed_are_out_of_sight(server: TestServer) {
    let narrow = async |server: &TestServer, sharing: &Sharing| {
        for row in &sharing.rows {
            let row = tests::change(*row, tests::create());
            let row: RowWrite<organisation::Entity> = shown(Owner, row);
            sharing.owner.put(server, row).await;
        }
    };
    ends_without_the_records(&server, None, narrow).await;
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

/// What this process knows of revoked clients is some seconds old when a page is due: it looks again.
async fn a_client_that_another_process_revokes_is_shown_out(app: TestApp) {
    let server = within(app, |limits| limits.heartbeat = Duration::from_millis(10)).await;
    let (name, secret) = client(&server, Principal::Operator, "registry:read").await;
    let caller = server.with_token(token(&sign_in(&server, (&name, &secret))));
    let mut idle = caller.socket().await;
    let mut busy = caller.subscribe(live(), json!({})).await;
    page(&mut busy).await;

    let later = start_of_time() + TimeDelta::days(1);
    let other = TestApp::at(server.database.clone(), later).await.unwrap();
    let id = type_id::read(type_id::CLIENT, &name).unwrap();
    other
        .registry
        .revoke_client(&other.actor, id)
        .await
        .unwrap();
    server.registry.clock().advance(TimeDelta::seconds(15));
    for socket in [&mut busy, &mut idle] {
        let closed = socket.closed().await;
        assert_eq!(
            closed,
            (
                4403,
                "Forbidden: no good token: its client was revoked".to_owned()
            )
        );
    }
}
