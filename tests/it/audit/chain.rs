//! The chain of seals: it holds over what was done, breaks where someone changes it by hand, and says
//! where.

use chrono::TimeDelta;
use entities::audit_entry::AuditLog::{Change, Event};
use entities::audit_seal;
use partner_registry::auth::{Permissions, Principal};
use partner_registry::registry::access::NewClient;
use partner_registry::registry::audit::{Broken, Intact, Link, Seal};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use tests::{TestApp, TestDatabase, on_both, start_of_time};

use crate::given;

on_both!(
    what_was_done_is_sealed_once_and_in_one_order,
    the_first_broken_link_is_named,
    what_the_chain_alone_does_not_show_a_kept_seal_does,
    two_who_seal_at_once_make_one_chain,
);

const TABLES: [&str; 5] = [
    "change_log",
    "audit_event",
    "audit_seal",
    "feed_clock",
    "audit_clock",
];

/// Three changes, then two events, then a change.
async fn work(app: &TestApp) {
    for name in ["Arahealth", "Charité", "Fondazione TLS"] {
        app.put(given::organisation(name)).await;
    }
    for name in ["one", "two"] {
        make_client(app, name).await;
    }
    app.put(given::organisation("Regione Lazio")).await;
}

async fn make_client(app: &TestApp, name: &str) {
    let new = NewClient {
        principal: Principal::Operator,
        name: name.to_owned(),
        permissions: Permissions::all(),
    };
    app.registry.create_client(&app.actor, new).await.unwrap();
}

async fn keep(app: &TestApp) {
    app.registry.keep_audit(&app.actor).await.unwrap();
}

async fn verify(app: &TestApp, expected: Option<&Seal>) -> Result<Intact, Broken> {
    let verified = app.registry.verify_audit(&app.actor, expected).await;
    verified.unwrap()
}

async fn what_was_done_is_sealed_once_and_in_one_order(app: TestApp) {
    let nothing = verify(&app, None).await.unwrap();
    assert_eq!((nothing.seal.number, nothing.unsealed), (0, 0));
    keep(&app).await;
    work(&app).await;
    let unsealed = verify(&app, None).await.unwrap();
    assert_eq!((unsealed.seal.number, unsealed.unsealed), (0, 6));
    keep(&app).await;
    let sealed = verify(&app, None).await.unwrap();
    assert_eq!((sealed.seal.number, sealed.unsealed), (6, 0));
    keep(&app).await;
    assert_eq!(verify(&app, Some(&sealed.seal)).await, Ok(sealed.clone()));
    work_again(&app).await;
    keep(&app).await;
    let more = verify(&app, Some(&sealed.seal)).await.unwrap();
    assert_eq!(more.seal.number, 8, "the chain goes on");

    let seals = audit_seal::Entity::find().order_by_asc(audit_seal::Column::Number);
    let seals = seals.all(&app.database.connect().await).await.unwrap();
    let links: Vec<_> = seals
        .iter()
        .map(|seal| {
            Link {
                log: seal.log,
                seq: seal.seq,
            }
            .to_string()
        })
        .collect();
    assert_eq!(
        links.join(" "),
        "change-1 change-2 change-3 event-1 event-2 change-4 event-3 change-5"
    );
}

async fn work_again(app: &TestApp) {
    make_client(app, "three").await;
    app.put(given::organisation("Medicen")).await;
}

/// Does something by hand, verifies, and takes it back.
async fn after(
    app: &TestApp,
    statements: &[&str],
    expected: Option<&Seal>,
) -> Result<Intact, Broken> {
    let db = app.database.connect().await;
    for table in TABLES {
        let copy = format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}");
        db.execute_unprepared(&copy).await.unwrap();
    }
    for statement in statements {
        db.execute_unprepared(statement).await.unwrap();
    }
    let verified = verify(app, expected).await;
    for table in TABLES {
        for statement in [
            format!("DELETE FROM {table}"),
            format!("INSERT INTO {table} SELECT * FROM kept_{table}"),
            format!("DROP TABLE kept_{table}"),
        ] {
            db.execute_unprepared(&statement).await.unwrap();
        }
    }
    verified
}

/// A statement that copies an event to another position.
fn forged(seq: i64) -> String {
    format!(
        "INSERT INTO audit_event (seq, kind, actor, network, subject, details, at)
         SELECT {seq}, kind, actor, network, subject, details, at FROM audit_event WHERE seq = 1"
    )
}

async fn the_first_broken_link_is_named(app: TestApp) {
    work(&app).await;
    keep(&app).await;
    // One more of each log, which are not sealed yet.
    work_again(&app).await;
    let link = |log, seq| Link { log, seq };
    let (before, beyond) = (forged(0), forged(4));
    for (statements, broken) in [
        (
            &["UPDATE change_log SET actor = 'operator/client_1' WHERE seq = 2"][..],
            Broken::Changed(link(Change, 2)),
        ),
        (
            &["UPDATE change_log SET after = '{}' WHERE seq IN (2, 3)"],
            Broken::Changed(link(Change, 2)),
        ),
        (
            &["UPDATE change_log SET network = '192.0.2.0/24' WHERE seq = 4"],
            Broken::Changed(link(Change, 4)),
        ),
        (
            &["UPDATE audit_event SET details = '{}' WHERE seq = 1"],
            Broken::Changed(link(Event, 1)),
        ),
        (
            &["UPDATE audit_seal SET hash = '00' WHERE number = 5"],
            Broken::Changed(link(Event, 2)),
        ),
        (
            &["DELETE FROM change_log WHERE seq = 1"],
            Broken::Removed(link(Change, 1)),
        ),
        (
            &["DELETE FROM audit_event WHERE seq = 2"],
            Broken::Removed(link(Event, 2)),
        ),
        (
            &["DELETE FROM audit_seal WHERE number = 2"],
            Broken::SealRemoved(2),
        ),
        (
            &[
                "DELETE FROM audit_seal WHERE number = 2",
                "DELETE FROM change_log WHERE seq = 2",
                "UPDATE audit_seal SET number = number - 1 WHERE number = 3",
            ],
            Broken::Changed(link(Change, 2)),
        ),
        (&[&before], Broken::Inserted(link(Event, 0))),
        (&[&beyond], Broken::Inserted(link(Event, 4))),
        // Those without a seal: a hole, and an end that was given out.
        (
            &["DELETE FROM audit_event WHERE seq = 3"],
            Broken::Removed(link(Event, 3)),
        ),
        (
            &[
                "DELETE FROM audit_seal WHERE number > 3",
                "DELETE FROM change_log WHERE seq > 3",
            ],
            Broken::Removed(link(Change, 4)),
        ),
    ] {
        assert_eq!(
            after(&app, statements, None).await,
            Err(broken),
            "{statements:?}"
        );
    }
    let intact = verify(&app, None).await.unwrap();
    assert_eq!((intact.seal.number, intact.unsealed), (6, 2));
}

/// Who holds the database can write both logs, their clocks and the chain anew.
async fn what_the_chain_alone_does_not_show_a_kept_seal_does(app: TestApp) {
    work(&app).await;
    keep(&app).await;
    let kept = verify(&app, None).await.unwrap().seal;
    let cut = [
        "DELETE FROM audit_seal WHERE number > 3",
        "DELETE FROM change_log WHERE seq > 3",
        "DELETE FROM audit_event",
        "UPDATE feed_clock SET last_seq = 3",
        "UPDATE audit_clock SET last_seq = 0",
    ];
    let shorter = after(&app, &cut, None).await.unwrap();
    assert_eq!(shorter.seal.number, 3);
    assert_eq!(
        after(&app, &cut, Some(&kept)).await,
        Err(Broken::TooShort {
            ends: 3,
            expected: 6
        })
    );
    assert_eq!(after(&app, &cut, Some(&shorter.seal)).await, Ok(shorter));

    let db = app.database.connect().await;
    for statement in [
        "UPDATE change_log SET actor = 'cluster_1' WHERE seq = 2",
        "DELETE FROM audit_seal",
    ] {
        db.execute_unprepared(statement).await.unwrap();
    }
    keep(&app).await;
    assert!(verify(&app, None).await.is_ok(), "it is sealed anew");
    assert_eq!(verify(&app, Some(&kept)).await, Err(Broken::Other(6)));
}

async fn two_who_seal_at_once_make_one_chain(database: TestDatabase) {
    let here = TestApp::at(database.clone(), start_of_time())
        .await
        .unwrap();
    let later = start_of_time() + TimeDelta::days(1);
    let there = TestApp::at(database, later).await.unwrap();
    for _ in 0..5 {
        work_of_both(&here, &there).await;
        let keeping = [&here, &there, &here, &there].map(|app| {
            let app = app.clone();
            tokio::spawn(async move { app.registry.keep_audit(&app.actor).await })
        });
        for kept in keeping {
            kept.await.unwrap().unwrap();
        }
        keep(&here).await;
    }
    let intact = verify(&there, None).await.unwrap();
    assert_eq!((intact.seal.number, intact.unsealed), (10, 0));
}

async fn work_of_both(here: &TestApp, there: &TestApp) {
    there.put(given::organisation("Arahealth")).await;
    here.put(given::organisation("Charité")).await;
}
