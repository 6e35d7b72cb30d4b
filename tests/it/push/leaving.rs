//! What was said is taken back, archived, late, or said again: what goes, what stays, what comes back.

use entities::organisation;
use partner_registry::registry::{Batch, Mode, Patch, RowWrite, Target};
use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{Pusher, alliance, meant, organisation, withdraw};
use crate::given;

on_both! {
    what_comes_back_is_as_if_it_were_new,
    a_record_is_handed_over_as_narrow_as_its_new_stewards_claim,
    what_only_the_former_steward_said_is_not_shown_to_more,
    older_words_neither_remove_nor_bring_back,
    another_claim_of_the_source_says_it_when_one_goes,
    a_record_is_named_as_its_source_first_called_it,
    what_people_archived_stays_archived,
    who_claimed_what_others_archived_begins_anew,
    nobody_is_refused_for_what_other_sources_said,
}

const VAT: &str = "IT00743110157";

fn data(more: Value) -> Value {
    let mut data = json!({ "name": "Esempio Diagnostica", "country": "IT",
        "identifiers": [{ "scheme": "VAT", "value": VAT }] });
    data.as_object_mut()
        .unwrap()
        .append(&mut more.as_object().unwrap().clone());
    data
}

fn archive(pusher: &Pusher, verb: &str, id: &Value) {
    let document = format!(
        "mutation M($id: ID!) {{ {verb}Organisation(input: {{ id: $id }}) {{ userErrors {{ code }} }} }}"
    );
    let answer = pusher.caller.query(&document, json!({ "id": id }));
    let errors = &answer[format!("{verb}Organisation")]["userErrors"];
    assert_eq!(*errors, json!([]));
}

async fn what_comes_back_is_as_if_it_were_new(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let said = data(json!({ "website": "https://old.example", "description": "Old." }));
    let id = alpha.one(meant("PUBLIC", &[], organisation("a1", said)))["id"].clone();
    alpha.one(withdraw("ORGANISATION", "a1"));
    let owner = organisation("a1", data(json!({ "description": "New." })));
    let back = alpha.one(meant("OWNER", &[], owner.clone()));
    assert_eq!((&back["outcome"], &back["id"]), (&json!("LINKED"), &id));
    let seen = alpha.sees(&id);
    assert_eq!(seen["visibility"], "OWNER");
    assert_eq!(seen["description"], "New.");
    assert_eq!(seen["website"], Value::Null, "it was taken back");
    assert_eq!(beta.sees(&id), Value::Null);
    for visibility in ["PUBLIC", "OWNER"] {
        assert_eq!(
            alpha.one(meant(visibility, &[], owner.clone()))["outcome"],
            "UPDATED"
        );
        assert_eq!(alpha.sees(&id)["visibility"], visibility);
    }
    alpha.one(withdraw("ORGANISATION", "a1"));
    alpha.organisation("a1", data(json!({})));
    assert_eq!(
        alpha.sees(&id)["visibility"],
        "PARTNERS",
        "as the source says"
    );
    assert_ledger(&server.database).await;
}

async fn a_record_is_handed_over_as_narrow_as_its_new_stewards_claim(server: TestServer) {
    let ([alpha, beta], first) = Pusher::allies(&server).await;
    let gamma = Pusher::new(&server, "Gamma").await;
    alliance(&server, &[&alpha, &gamma]).await;
    let second = alliance(&server, &[&beta, &gamma]).await;
    let id = alpha.organisation("a1", data(json!({})))["id"].clone();
    let row = |id: &str| organisation(id, data(json!({})));
    beta.one(meant("OWNER", &[], row("b1")));
    gamma.one(meant("PARTNERS", &[&second], row("g1")));
    alpha.one(withdraw("ORGANISATION", "a1"));
    let seen = beta.sees(&id);
    assert_eq!(seen["steward"]["name"], "Beta");
    assert_eq!(seen["visibility"], "OWNER", "Beta meant it for no one else");
    assert_eq!(alpha.sees(&id), Value::Null);
    assert_eq!(gamma.sees(&id)["id"], id, "it speaks of it");
    assert_eq!(
        beta.one(meant("PARTNERS", &[&first], row("b1")))["outcome"],
        "UPDATED"
    );
    assert_eq!(alpha.sees(&id)["visibility"], "PARTNERS");
    assert_ledger(&server.database).await;
}

async fn what_only_the_former_steward_said_is_not_shown_to_more(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let id = alpha.organisation("a1", data(json!({})))["id"].clone();
    let row = json!({ "organisation": { "ref": { "id": id }, "visibility": "PUBLIC",
        "data": { "website": "https://esempio.example" } } });
    assert_eq!(beta.one(row)["outcome"], "LINKED");
    alpha.one(withdraw("ORGANISATION", "a1"));
    let seen = beta.sees(&id);
    assert_eq!(seen["visibility"], "OWNER", "only Alpha knew its name");
    assert_eq!(seen["name"], "Esempio Diagnostica");
    assert_eq!(seen["identifiers"], json!([]));
    let named = json!({ "organisation": { "ref": { "id": id }, "visibility": "PUBLIC",
        "data": { "name": "Esempio" } } });
    assert_eq!(beta.one(named)["outcome"], "UPDATED");
    let seen = beta.sees(&id);
    assert_eq!(
        (&seen["visibility"], &seen["name"]),
        (&json!("PUBLIC"), &json!("Esempio"))
    );
}

async fn older_words_neither_remove_nor_bring_back(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let at = |day: &str, mut row: Value| {
        for said in row.as_object_mut().unwrap().values_mut() {
            said["sourceUpdatedAt"] = json!(format!("2026-11-{day}T08:00:00Z"));
        }
        alpha.one(row)["outcome"].clone()
    };
    let row = || organisation("a1", data(json!({})));
    let gone = || withdraw("ORGANISATION", "a1");
    assert_eq!(at("20", row()), "CREATED");
    assert_eq!(at("19", gone()), "STALE");
    assert_eq!(at("21", gone()), "WITHDRAWN");
    assert_eq!(at("20", row()), "STALE");
    assert_eq!(at("20", gone()), "STALE");
    assert_eq!(at("21", gone()), "NOT_FOUND");
    assert_eq!(at("22", row()), "LINKED");
    assert_eq!(at("21", gone()), "STALE");
}

async fn another_claim_of_the_source_says_it_when_one_goes(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let of = |n: u8| data(json!({ "website": format!("https://{n}.example") }));
    let id = alpha.organisation("a1", of(1))["id"].clone();
    let second = alpha.organisation("a2", of(2));
    assert_eq!((&second["outcome"], &second["id"]), (&json!("LINKED"), &id));
    assert_eq!(alpha.sees(&id)["website"], "https://2.example");
    alpha.one(withdraw("ORGANISATION", "a2"));
    assert_eq!(alpha.sees(&id)["website"], "https://1.example");
}

async fn a_record_is_named_as_its_source_first_called_it(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let id = alpha.organisation("z9", data(json!({})))["id"].clone();
    for later in ["a1", "m5"] {
        assert_eq!(alpha.organisation(later, data(json!({})))["id"], id);
    }
    let by_id =
        json!({ "organisation": { "ref": { "id": id }, "data": { "description": "New." } } });
    assert_eq!(alpha.one(by_id)["externalId"], "z9");
}

async fn what_people_archived_stays_archived(server: TestServer) {
    let alpha = Pusher::new(&server, "Alpha").await;
    let id = alpha.organisation("a1", data(json!({})))["id"].clone();
    archive(&alpha, "archive", &id);
    let equal = || organisation("a1", data(json!({})));
    let refused = |row: Value| {
        let result = alpha.one(row);
        assert_eq!(result["outcome"], "REJECTED");
        assert_eq!(result["errors"][0]["code"], "INVALID_STATE");
        assert_eq!(alpha.sees(&id), Value::Null);
    };
    refused(equal());
    refused(organisation("a1", data(json!({ "description": "New." }))));
    assert_eq!(
        alpha.one(withdraw("ORGANISATION", "a1"))["outcome"],
        "WITHDRAWN"
    );
    refused(equal());
    archive(&alpha, "restore", &id);
    assert_eq!(alpha.one(equal())["id"], id);
    assert_ledger(&server.database).await;
}

async fn who_claimed_what_others_archived_begins_anew(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let id = alpha.organisation("a1", data(json!({})))["id"].clone();
    let equal = || organisation("b1", data(json!({})));
    assert_eq!(beta.one(equal())["id"], id);
    archive(&alpha, "archive", &id);
    assert_eq!(beta.one(equal())["outcome"], "REJECTED");
    assert_eq!(
        beta.one(withdraw("ORGANISATION", "b1"))["outcome"],
        "WITHDRAWN"
    );
    let own = beta.one(equal());
    assert_eq!(own["outcome"], "CREATED");
    assert_ne!(own["id"], id);
    assert_eq!(alpha.sees(&id), Value::Null);
}

async fn nobody_is_refused_for_what_other_sources_said(server: TestServer) {
    let source =
        server
            .registry
            .ensure_source(&server.actor, "CORDIS", "CC BY 4.0", "https://e.eu");
    let mut row = RowWrite::<organisation::Entity> {
        target: Target::External("999".to_owned()),
        ..crate::sight::public(given::organisation("Esempio Diagnostica"))
    };
    row.patch.country = Patch::Set("Atlantis".to_owned());
    let batch = Batch {
        rows: vec![row],
        source: Some(source.await.unwrap()),
        mode: Mode::Lenient,
        origin: "test".to_owned(),
    };
    let (written, _) = server.registry.write(&server.actor, batch).await.unwrap();
    let id = crate::sight::id("organisation", written[0].id.unwrap());
    let alpha = Pusher::new(&server, "Alpha").await;
    let row = |visibility: &str| {
        json!({ "organisation": { "ref": { "id": id }, "visibility": visibility,
            "data": { "country": "IT" } } })
    };
    assert_eq!(alpha.one(row("PUBLIC"))["outcome"], "LINKED");
    assert_eq!(alpha.sees(&id)["country"], "IT");
    assert_eq!(alpha.one(row("OWNER"))["outcome"], "UPDATED");
    assert_eq!(alpha.sees(&id)["country"], Value::Null, "as CORDIS has it");
    assert_eq!(alpha.one(row("PUBLIC"))["outcome"], "UPDATED");
    let claim = alpha.sees(&id);
    assert_eq!(claim["country"], "IT");
    let gone = json!({ "withdraw": { "ref": { "id": id }, "type": "ORGANISATION" } });
    assert_eq!(alpha.one(gone)["outcome"], "WITHDRAWN");
    assert_eq!(alpha.sees(&id)["country"], Value::Null);
}
