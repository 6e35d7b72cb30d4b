//! Who answers for a record of which a cluster's source speaks, and what remains when the source stops.

use entities::organisation;
use entities::record::Visibility::Public;
use entities::value::IdentifierScheme;
use partner_registry::registry::{Batch, Mode, NewIdentifier, Patch, RowWrite, Target};
use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{Pusher, outcomes, withdraw};
use crate::given;
use crate::sight::{id, public, shown};

on_both!(
    what_the_operator_wrote_stays_the_registrys,
    what_a_public_source_brought_gets_its_steward,
    what_people_made_outlasts_the_source_that_spoke_of_it,
    what_becomes_part_of_the_operators_record_takes_it_from_nobody,
);

/// A row about an organisation that is there.
fn about(id: &Value, data: Value) -> Value {
    json!([{ "organisation": { "ref": { "id": id }, "data": data, "visibility": "PUBLIC" } }])
}

/// What a source says of an organisation, and then takes back; what is there then.
fn speak_and_stop(pusher: &Pusher, id: &Value) -> [Value; 2] {
    let said = json!({ "name": "As the CRM has it", "website": "https://crm.example" });
    let spoken = pusher.push(about(id, said));
    assert_eq!(outcomes(&spoken), ["LINKED"], "{spoken}");
    let during = pusher.sees(id);
    let external_id = spoken["results"][0]["externalId"].as_str().unwrap();
    let stopped = pusher.push(json!([withdraw("ORGANISATION", external_id)]));
    assert_eq!(outcomes(&stopped), ["WITHDRAWN"], "{stopped}");
    [during, pusher.sees(id)]
}

async fn what_the_operator_wrote_stays_the_registrys(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let row = public(given::organisation("As the operator wrote it"));
    let record = id("organisation", server.put(row).await.id);
    let [during, after] = speak_and_stop(&alpha, &record);
    assert_eq!(during["steward"]["name"], "Partner Registry");
    assert_eq!(during["name"], "As the operator wrote it");
    assert_eq!(during["website"], "https://crm.example", "nobody else says");
    assert_eq!(after["steward"]["name"], "Partner Registry", "{after}");
    assert_eq!(after["name"], "As the operator wrote it");
    assert_eq!(after["website"], Value::Null);
    assert_ledger(&server.database).await;
}

async fn what_a_public_source_brought_gets_its_steward(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let (registry, actor) = (&server.registry, &server.actor);
    let source = registry.ensure_source(actor, "CORDIS", "CC BY 4.0", "https://e.eu");
    let batch = Batch {
        rows: vec![RowWrite::<organisation::Entity> {
            target: Target::External("7".to_owned()),
            ..shown(Public, given::organisation("As CORDIS has it"))
        }],
        source: Some(source.await.unwrap()),
        mode: Mode::Strict,
        origin: "test".to_owned(),
    };
    let (written, _) = registry.write(actor, batch).await.unwrap();
    let record = id("organisation", written[0].id.unwrap());
    let [during, after] = speak_and_stop(&alpha, &record);
    assert_eq!(during["steward"]["name"], "Alpha");
    assert_eq!(during["name"], "As the CRM has it");
    assert_eq!(after["steward"]["name"], "Partner Registry");
    assert_eq!(after["name"], "As CORDIS has it");
    assert_ledger(&server.database).await;
}

async fn what_people_made_outlasts_the_source_that_spoke_of_it(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let row = given::organisation("As people wrote it");
    let record = id("organisation", alpha.tenant.put(&server, row).await.id);
    let [during, after] = speak_and_stop(&alpha, &record);
    assert_eq!(during["steward"]["name"], "Alpha");
    assert_eq!(after["steward"]["name"], "Alpha", "{after}");
    assert_eq!(after["website"], Value::Null);
    assert_ledger(&server.database).await;
}

async fn what_becomes_part_of_the_operators_record_takes_it_from_nobody(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let vat = "IT00743110157";
    let mut row = public(given::organisation("Universität Klagenfurt"));
    row.patch.identifiers = Patch::Set(vec![NewIdentifier {
        scheme: IdentifierScheme::Vat,
        value: vat.to_owned(),
        country: None,
    }]);
    let known = id("organisation", server.put(row).await.id);
    let own = json!({ "name": "Interdisziplinäres Forschungszentrum",
        "identifiers": [{ "scheme": "VAT", "value": vat }] });
    let own = alpha.organisation("a1", own);
    assert_eq!(own["outcome"], "PENDING_REVIEW", "{own}");
    let waiting = "{ matchReviews { nodes { id } } }";
    let review = alpha.caller.query(waiting, json!({}))["matchReviews"]["nodes"][0]["id"].clone();
    let settle = "mutation ($decisions: [MatchDecision!]!) {
        settleMatches(input: { decisions: $decisions }) { results { outcome } } }";
    let decisions = json!([{ "review": review, "sameAs": known }]);
    let settled = alpha
        .caller
        .query(settle, json!({ "decisions": decisions }));
    assert_eq!(settled["settleMatches"]["results"][0]["outcome"], "MERGED");
    let seen = alpha.sees(&known);
    assert_eq!(seen["steward"]["name"], "Partner Registry");
    assert_eq!(seen["name"], "Universität Klagenfurt");
    assert_ledger(&server.database).await;
}
