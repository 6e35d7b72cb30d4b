//! What one write does: to each row of a set, to each field, and to the log.

use entities::{change_log, organisation};
use partner_registry::registry::{InputErrorCode, Outcome, Patch};
use sea_orm::EntityTrait;
use serde_json::json;
use tests::{TestApp, assert_ledger, change, create, on_both};

use crate::given;

on_both! {
    a_row_stands_or_falls_alone,
    a_field_is_left_emptied_or_set,
    the_log_says_what_a_change_changed,
}

async fn a_row_stands_or_falls_alone(app: TestApp) {
    let rows = ["Charité", "", "Imec"].map(given::organisation);
    let (written, last) = app.write(rows.into()).await.unwrap();
    let outcomes: Vec<_> = written.iter().map(|row| row.outcome).collect();
    assert_eq!(
        outcomes,
        [Outcome::Created, Outcome::Rejected, Outcome::Created]
    );
    assert_eq!(
        (written[1].errors[0].code, last),
        (InputErrorCode::Required, Some(2))
    );
    assert_ledger(&app.database).await;
}

async fn a_field_is_left_emptied_or_set(app: TestApp) {
    let id = app.put(given::organisation("Charité")).await.id;
    for (said, is) in [
        (Patch::Set("A hospital.".to_owned()), Some("A hospital.")),
        (Patch::Leave, Some("A hospital.")),
        (Patch::Set("  ".to_owned()), None),
        (
            Patch::Set(" A hospital in Berlin. ".to_owned()),
            Some("A hospital in Berlin."),
        ),
        (Patch::Clear, None),
    ] {
        let mut row = create::<organisation::Entity>();
        row.patch.description = said;
        let row = app.put(change(id, row)).await;
        assert_eq!(row.description.as_deref(), is);
    }
}

async fn the_log_says_what_a_change_changed(app: TestApp) {
    let id = app.put(given::organisation("Charité")).await.id;
    app.put(change(id, given::organisation("Charité Berlin")))
        .await;
    let db = app.database.connect().await;
    let entry = change_log::Entity::find_by_id(2)
        .one(&db)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(entry.changed_fields, json!(["name", "name_key"]));
    assert_eq!(
        entry.before,
        json!({ "name": "Charité", "name_key": "charite" })
    );
    assert_eq!(
        entry.after,
        json!({ "name": "Charité Berlin", "name_key": "charite berlin" })
    );
    assert_eq!(
        (entry.actor.as_str(), entry.origin.as_str()),
        ("operator", "test")
    );
}
