//! The npm clients `graphql-ws` and `graphql-sse` against the running server.

use tests::{TestServer, on_both};

use crate::node::{run, said};

on_both!(the_npm_clients_follow);

async fn the_npm_clients_follow(server: TestServer) {
    let arguments = [&server.url("/graphql"), server.token()];
    let Some(followed) = run("clients", "follow.mjs", &[], &arguments) else {
        return;
    };
    assert!(followed.status.success(), "{}", said(&followed));
    let expected = "graphql-ws: a query, a refusal, 1 page, a change, the end\n\
        graphql-sse: a query, a refusal, 1 page, a change, the end\n";
    assert_eq!(said(&followed), expected);
}
