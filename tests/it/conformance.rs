//! GraphQL over HTTP: the audit of the npm package `graphql-http` against the running server.

use tests::{TestServer, on_sqlite};

use crate::node::{run, said};

on_sqlite!(the_server_passes_61_of_61_audits);

async fn the_server_passes_61_of_61_audits(server: TestServer) {
    let Some(audit) = run("conformance", "audit.mjs", &[], &[&server.url("/graphql")]) else {
        return;
    };
    assert!(audit.status.success(), "{}", said(&audit));
    assert!(said(&audit).ends_with("61 of 61\n"), "{}", said(&audit));
}
