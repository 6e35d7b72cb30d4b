//! The policy is part of the statements that there are: it adds none.

use partner_registry::auth::{Permissions, Principal};
use partner_registry::registry::Patch;
use serde_json::json;
use tests::{TestServer, on_both};

use super::{Tenant, named, public};
use crate::given;

on_both!(the_policy_adds_no_statement);

const MEMBERS: &str = include_str!("../../data/contract/members.graphql");

async fn the_policy_adds_no_statement(server: TestServer) {
    let tenant = Tenant::new(&server, "Tenant").await;
    let other = Tenant::new(&server, "Other").await;
    let partnership = server.put(public(given::partnership("P"))).await.id;
    for one in [tenant, other] {
        let place = one.place(&server, partnership).await;
        one.accept(&server, place).await;
    }
    let row = |name: &str| {
        let mut row = given::organisation(name);
        row.patch.region = Patch::Set("ITI14".to_owned());
        row
    };
    for row in [row("Plain"), named(&[partnership], row("Named"))] {
        let member = other.put(&server, row).await.id;
        other
            .put(&server, given::membership(other.cluster, member))
            .await;
    }
    let variables = json!({ "region": "ITI1", "first": 50 });
    let ask = |principal| {
        let caller = server.acting_for(principal, Permissions::all());
        let _ = server.statements.take();
        let answer = caller.operation(MEMBERS, "Members", variables.clone());
        (answer, server.statements.take().len())
    };
    let (all, statements) = ask(Principal::Operator);
    assert_eq!(
        all["organisations"]["nodes"].as_array().map(Vec::len),
        Some(2)
    );
    assert_eq!(
        ask(tenant.principal()),
        (all, statements),
        "a partner asks the same"
    );
}
