//! Rows are written in sets, and become what they would if each came alone, one after the other.

use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{Pusher, organisation, outcomes, withdraw};

on_both! {
    two_alike_by_name_and_web_domain_are_looked_at_in_one_push_as_in_two,
    what_a_row_takes_back_is_not_there_for_the_next_one,
    what_an_organisation_is_like_does_not_depend_on_the_rows_beside_it,
    a_country_that_is_not_said_may_be_any,
    of_several_holders_of_an_identifier_the_sources_own_is_meant,
}

const VAT: &str = "IT00743110157";

fn with_vat(name: &str) -> Value {
    json!({ "name": name, "country": "IT", "identifiers": [{ "scheme": "VAT", "value": VAT }] })
}

/// Pushes these rows at once, and as another cluster one after the other: the same becomes of them.
async fn becomes(server: &TestServer, rows: &[Value], expected: &[&str]) {
    let at_once = Pusher::new(server, "Alpha").await;
    let one_by_one = Pusher::new(server, "Beta").await;
    let told = at_once.push(rows.iter().cloned().collect());
    let alone: Vec<Value> = rows
        .iter()
        .map(|row| one_by_one.push(json!([row])))
        .collect();
    assert_eq!(outcomes(&told), expected, "at once");
    let alone: Vec<&str> = alone.iter().flat_map(outcomes).collect();
    assert_eq!(alone, expected, "one by one");
    assert_ledger(&server.database).await;
}

async fn two_alike_by_name_and_web_domain_are_looked_at_in_one_push_as_in_two(server: TestServer) {
    let data = |name: &str| json!({ "name": name, "website": "https://esempio.example" });
    let rows = [
        organisation("a1", data("Esempio Diagnostica")),
        organisation("a2", data("Esempio Diagnostica Toscana")),
    ];
    becomes(&server, &rows, &["CREATED", "PENDING_REVIEW"]).await;
}

async fn what_a_row_takes_back_is_not_there_for_the_next_one(server: TestServer) {
    let rows = [
        organisation("a1", with_vat("Esempio")),
        withdraw("ORGANISATION", "a1"),
        organisation("b1", with_vat("Esempio")),
    ];
    becomes(&server, &rows, &["CREATED", "WITHDRAWN", "CREATED"]).await;
    // And where it was there before the push.
    let gamma = Pusher::new(&server, "Gamma").await;
    gamma.push(json!([rows[0]]));
    let told = gamma.push(json!([rows[1], rows[2]]));
    assert_eq!(outcomes(&told), ["WITHDRAWN", "CREATED"]);
}

async fn what_an_organisation_is_like_does_not_depend_on_the_rows_beside_it(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    alpha.organisation("k1", json!({ "name": "Kernel Institute" }));
    let more = json!([{ "value": "Kernel Institute", "type": "ALIAS" }]);
    let other = organisation("b2", json!({ "name": "Quite Another", "names": more }));
    let alone = beta.push_as(json!({ "rows": [other], "dryRun": true }));
    assert_eq!(outcomes(&alone), ["CREATED"]);
    let same = organisation("b1", json!({ "name": "Kernel Institute" }));
    let beside = beta.push(json!([same, other]));
    assert_eq!(outcomes(&beside), ["PENDING_REVIEW", "CREATED"]);
}

async fn a_country_that_is_not_said_may_be_any(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let known = alpha.organisation("a1", json!({ "name": "Esempio S.r.l.", "country": "IT" }));
    let without = beta.organisation("b1", json!({ "name": "Esempio" }));
    assert_eq!(without["outcome"], "PENDING_REVIEW");
    assert_eq!(without["candidates"][0]["record"]["id"], known["id"]);
    let elsewhere = alpha.organisation("a2", json!({ "name": "Esempio", "country": "FR" }));
    let candidates = elsewhere["candidates"].as_array().unwrap();
    let ids: Vec<_> = candidates.iter().map(|one| &one["record"]["id"]).collect();
    assert_eq!(ids, [&without["id"]], "the one in Italy is another");
}

async fn of_several_holders_of_an_identifier_the_sources_own_is_meant(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let own = alpha.organisation("a1", with_vat("Esempio"));
    beta.organisation("b1", with_vat("Tutt'altro ente"));
    let by_vat = json!({ "organisation": {
        "ref": { "identifier": { "scheme": "VAT", "value": VAT } },
        "data": { "website": "https://esempio.example" } } });
    let told = alpha.push(json!([by_vat]));
    assert_eq!(outcomes(&told), ["UPDATED"], "{told}");
    assert_eq!(told["results"][0]["id"], own["id"]);
    alpha.organisation("a2", with_vat("Qualcos'altro"));
    let told = alpha.push(json!([by_vat]));
    assert_eq!(
        outcomes(&told),
        ["REJECTED"],
        "two of the source's own hold it"
    );
}
