//! The explorer in a browser with the network cut, over the demo that its examples ask about.

use partner_registry::auth::Actor;
use partner_registry::delivery::demo;
use tests::{TestServer, not_run, on_sqlite};

use crate::node::{run, said};

on_sqlite!(every_example_of_the_explorer_returns_data_and_a_token_is_sent);

async fn every_example_of_the_explorer_returns_data_and_a_token_is_sent(server: TestServer) {
    let page = server.get("/graphql", &[("accept", "text/html")]);
    if !page.text.contains("/graphql/assets/") {
        return not_run(
            "the explorer's check",
            "it was built without Node, and has no pages",
        );
    }
    let loaded = demo::load_if_empty(&server.registry, &Actor::operator()).await;
    assert!(loaded.expect("the demo"), "the database was empty");
    let arguments = [&server.url(""), server.token()];
    let Some(browser) = run("browser", "explorer.mjs", &["chromium"], &arguments) else {
        return;
    };
    assert!(browser.status.success(), "{}", said(&browser));
}
