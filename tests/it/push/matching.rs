//! Whether the registry has an organisation already: what is linked, what people must look at, and
//! that hidden records never show.

use futures_util::future::join_all;
use serde_json::{Value, json};
use tests::{TestServer, assert_ledger, on_both};

use super::{PUSH, Pusher, organisation, outcomes, vat};

on_both! {
    a_vat_number_and_the_national_number_in_it_are_one,
    other_names_under_one_vat_number_are_looked_at,
    one_name_alone_is_looked_at,
    several_holders_are_looked_at,
    identifiers_that_contradict_each_other_are_looked_at,
    an_answer_does_not_tell_whether_a_hidden_record_holds_the_identifier,
    an_imported_record_finds_its_steward_and_stays_public,
    two_who_push_one_vat_number_at_once_make_one_record,
}

fn with(name: &str, identifiers: &[(&str, &str)]) -> Value {
    let identifiers: Vec<_> = identifiers
        .iter()
        .map(|(scheme, value)| json!({ "scheme": scheme, "value": value }))
        .collect();
    json!({ "name": name, "country": "IT", "identifiers": identifiers })
}

const VAT: (&str, &str) = ("VAT", "IT00743110157");

async fn a_vat_number_and_the_national_number_in_it_are_one(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let made = alpha.organisation("a1", with("Esempio", &[VAT]));
    let linked = beta.organisation(
        "b1",
        with("Esempio S.p.A.", &[("NATIONAL_ID", "00743110157")]),
    );
    assert_eq!(
        (&linked["outcome"], &linked["id"]),
        (&json!("LINKED"), &made["id"])
    );
}

async fn other_names_under_one_vat_number_are_looked_at(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let made = alpha.organisation("a1", with("Universität Klagenfurt", &[VAT]));
    let other = beta.organisation("b1", with("Interdisziplinäres Forschungszentrum", &[VAT]));
    assert_eq!(other["outcome"], "PENDING_REVIEW");
    assert_ne!(other["id"], made["id"]);
    assert_eq!(other["candidates"][0]["record"]["id"], made["id"]);
    let reasons = &other["candidates"][0]["reasons"];
    assert_eq!(*reasons, json!(["IDENTIFIER", "OTHER_NAME"]));
    let again = beta.organisation("b1", with("Interdisziplinäres Forschungszentrum", &[VAT]));
    assert_eq!(
        (&again["outcome"], &again["id"]),
        (&json!("UNCHANGED"), &other["id"])
    );
}

async fn one_name_alone_is_looked_at(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    let made = alpha.organisation("a1", with("Esempio Diagnostica S.r.l.", &[]));
    let same = beta.organisation("b1", with("ESEMPIO DIAGNOSTICA SRL", &[]));
    assert_eq!(same["outcome"], "PENDING_REVIEW");
    assert_eq!(same["candidates"][0]["record"]["id"], made["id"]);
    let elsewhere = json!({ "name": "Esempio Diagnostica", "country": "FR" });
    assert_eq!(beta.organisation("b2", elsewhere)["outcome"], "CREATED");
}

async fn several_holders_are_looked_at(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    alpha.organisation("a1", with("Esempio Uno", &[VAT]));
    alpha.organisation("a2", with("Tutt'altro ente", &[VAT]));
    let third = beta.organisation("b1", with("Esempio Uno", &[VAT]));
    assert_eq!(third["outcome"], "PENDING_REVIEW");
    assert_eq!(third["candidates"].as_array().unwrap().len(), 2);
}

async fn identifiers_that_contradict_each_other_are_looked_at(server: TestServer) {
    let [alpha, beta] = Pusher::partners(&server).await;
    alpha.organisation("a1", with("Esempio", &[VAT, ("EU_PIC", "998436424")]));
    let other = beta.organisation("b1", with("Esempio", &[VAT, ("EU_PIC", "999853303")]));
    assert_eq!(other["outcome"], "PENDING_REVIEW");
    let reasons = &other["candidates"][0]["reasons"];
    assert_eq!(*reasons, json!(["IDENTIFIER", "NAME", "OTHER_IDENTIFIER"]));
}

async fn an_answer_does_not_tell_whether_a_hidden_record_holds_the_identifier(server: TestServer) {
    let hiding = Pusher::new(&server, "Hiding").await;
    let (alpha, beta) = (
        Pusher::new(&server, "Alpha").await,
        Pusher::new(&server, "Beta").await,
    );
    let shapes = [
        with("Esempio", &[VAT]),
        with("Tutt'altro", &[VAT]),
        with("Esempio", &[]),
    ];
    let answer = |pusher: &Pusher, dry_run: bool| {
        let rows = shapes.iter().zip(["x1", "x2", "x3"]);
        let rows: Value = rows
            .map(|(data, id)| organisation(id, data.clone()))
            .collect();
        let (status, mut answer) = pusher.ask(json!({ "rows": rows, "dryRun": dry_run }));
        // Ids and positions are never twice the same.
        let mut ids = Vec::new();
        for result in answer["data"]["pushRecords"]["results"]
            .as_array_mut()
            .unwrap()
        {
            ids.push(result["id"].clone());
            for candidate in result["candidates"].as_array_mut().unwrap() {
                let id = candidate["record"]["id"].take();
                candidate["record"]["id"] = json!(ids.iter().position(|own| *own == id));
            }
            result["id"] = json!(result["id"].is_string());
        }
        answer["data"]["pushRecords"]["position"] = Value::Null;
        (status, answer.to_string())
    };
    let without = (answer(&alpha, true), answer(&alpha, false));
    alpha.push(json!([
        super::withdraw("ORGANISATION", "x1"),
        super::withdraw("ORGANISATION", "x2"),
        super::withdraw("ORGANISATION", "x3"),
    ]));
    let hidden = hiding.push(json!([
        { "organisation": { "ref": { "externalId": "h1" }, "data": with("Esempio", &[VAT]),
            "visibility": "OWNER" } },
    ]));
    assert_eq!(outcomes(&hidden), ["CREATED"]);
    assert_eq!((answer(&beta, true), answer(&beta, false)), without);
}

async fn an_imported_record_finds_its_steward_and_stays_public(server: TestServer) {
    use entities::record::Visibility;
    use partner_registry::registry::{Batch, Mode, NewIdentifier, Patch, RowWrite, Target};
    let source = server.registry.ensure_source(
        &server.actor,
        "CORDIS",
        "CC BY 4.0",
        "https://cordis.europa.eu",
    );
    let mut row = RowWrite {
        target: Target::External("998436424".to_owned()),
        visibility: Some(Visibility::Public),
        ..crate::given::organisation("Esempio")
    };
    row.patch.website = Patch::Set("https://cordis.example".to_owned());
    row.patch.identifiers = Patch::Set(vec![NewIdentifier {
        scheme: entities::value::IdentifierScheme::Vat,
        value: VAT.1.to_owned(),
        country: None,
    }]);
    let batch = Batch {
        rows: vec![row],
        source: Some(source.await.unwrap()),
        mode: Mode::Lenient,
        origin: "import:CORDIS".to_owned(),
    };
    server.registry.write(&server.actor, batch).await.unwrap();
    let [alpha, beta] = Pusher::partners(&server).await;
    let mut data = with("Esempio SpA", &[VAT]);
    data["website"] = json!("https://alpha.example");
    let first = alpha.organisation("a1", data.clone());
    assert_eq!(first["outcome"], "LINKED");
    let second = beta.organisation("b1", data.clone());
    assert_eq!(
        (&second["outcome"], &second["id"]),
        (&json!("LINKED"), &first["id"])
    );
    let seen = beta.sees(&first["id"]);
    assert_eq!(seen["steward"]["name"], "Alpha");
    assert_eq!(seen["visibility"], "PUBLIC");
    assert_eq!(
        seen["website"], "https://cordis.example",
        "Alpha speaks to its partners alone"
    );
    let mut row = organisation("a1", data);
    row["organisation"]["visibility"] = json!("PUBLIC");
    assert_eq!(outcomes(&alpha.push(json!([row]))), ["UPDATED"]);
    assert_eq!(beta.sees(&first["id"])["website"], "https://alpha.example");
    assert_ledger(&server.database).await;
}

async fn two_who_push_one_vat_number_at_once_make_one_record(server: TestServer) {
    let pair = Pusher::partners(&server).await;
    for n in 0..200 {
        let rows = json!([organisation(
            &format!("x{n}"),
            with(&format!("Gemello {n}"), &[("VAT", &vat(n))])
        )]);
        let sent = pair.iter().map(|one| {
            let caller = one.caller.clone();
            let input = json!({ "source": "crm", "rows": rows });
            tokio::task::spawn_blocking(move || caller.ask(PUSH, json!({ "input": input })).1)
        });
        let answers: Vec<Value> = join_all(sent)
            .await
            .into_iter()
            .map(Result::unwrap)
            .collect();
        let results: Vec<_> = answers
            .iter()
            .map(|answer| &answer["data"]["pushRecords"]["results"][0])
            .collect();
        let mut told: Vec<_> = results
            .iter()
            .map(|one| one["outcome"].to_string())
            .collect();
        told.sort();
        assert_eq!(told, ["\"CREATED\"", "\"LINKED\""], "{answers:#?}");
        assert_eq!(results[0]["id"], results[1]["id"]);
    }
    assert_ledger(&server.database).await;
}
