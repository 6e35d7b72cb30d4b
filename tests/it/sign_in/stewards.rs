//! Only the steward changes a record: what one may not see is not found.

use entities::organisation;
use entities::record::Visibility;
use partner_registry::auth::{Actor, Permissions, Principal};
use partner_registry::registry::InputErrorCode::{Forbidden, NotFound};
use partner_registry::registry::{Batch, Error, Mode, RowWrite};
use tests::{TestApp, archive, change, on_both, restore};

use crate::given;

on_both!(
    a_record_is_changed_by_its_steward_alone,
    who_has_not_the_scope_writes_nothing,
);

/// What becomes of a write: the codes with which it is refused.
async fn write(
    app: &TestApp,
    actor: &Actor,
    row: RowWrite<organisation::Entity>,
) -> Result<organisation::Model, Vec<partner_registry::registry::InputErrorCode>> {
    let batch = Batch {
        rows: vec![row],
        source: None,
        mode: Mode::Strict,
        origin: "test".to_owned(),
    };
    let (mut written, _) = app.registry.write(actor, batch).await.unwrap();
    let written = written.pop().unwrap();
    let codes = written.errors.into_iter().map(|error| error.code);
    written.record.ok_or_else(|| codes.collect())
}

async fn a_record_is_changed_by_its_steward_alone(app: TestApp) {
    let mut clusters = Vec::new();
    for name in ["Arahealth", "EUROBIOMED"] {
        let organisation = app.put(given::organisation(name)).await.id;
        let cluster = app.put(given::cluster(organisation, name)).await.id;
        clusters.push(cluster);
    }
    let actor = |n: usize| Actor::new(Principal::Cluster(clusters[n]), Permissions::all(), None);
    let (ours, theirs, operator) = (actor(0), actor(1), Actor::operator());
    let new = |visibility| RowWrite {
        visibility: Some(visibility),
        ..given::organisation("Hospital")
    };
    let hidden = write(&app, &ours, new(Visibility::Owner)).await.unwrap();
    let public = write(&app, &ours, new(Visibility::Public)).await.unwrap();
    assert_eq!(hidden.steward_id, Some(clusters[0]));
    let registrys = app.put(new(Visibility::Public)).await;
    assert_eq!(registrys.steward_id, None);
    let renamed = |id| change(id, given::organisation("Clinic"));
    for (actor, id, expected) in [
        (&theirs, hidden.id, Err(vec![NotFound])),
        (&theirs, public.id, Err(vec![Forbidden])),
        (&ours, registrys.id, Err(vec![Forbidden])),
        (&ours, hidden.id, Ok(clusters.first())),
        (&operator, public.id, Ok(clusters.first())),
    ] {
        let written = write(&app, actor, renamed(id)).await;
        let steward = written.map(|row| row.steward_id);
        assert_eq!(
            steward,
            expected.map(|id: Option<_>| id.copied()),
            "{}",
            actor.name()
        );
    }
    assert_eq!(
        write(&app, &theirs, archive(public.id)).await,
        Err(vec![Forbidden])
    );
    write(&app, &ours, archive(public.id)).await.unwrap();
    assert_eq!(
        write(&app, &theirs, restore(public.id)).await,
        Err(vec![NotFound])
    );
    write(&app, &ours, restore(public.id)).await.unwrap();
}

async fn who_has_not_the_scope_writes_nothing(app: TestApp) {
    let cluster = Principal::Cluster(entities::id::ClusterId::default());
    let agency = Principal::Agency(entities::id::AgencyId::default());
    let scopes = |text: &str| text.parse::<Permissions>().unwrap();
    for (principal, permissions) in [
        (Principal::Anonymous, Permissions::none()),
        (Principal::Anonymous, Permissions::all()),
        (Principal::Operator, scopes("projects:write registry:read")),
        (cluster, scopes("projects:write registry:read admin")),
        (agency, Permissions::all()),
    ] {
        let actor = Actor::new(principal, permissions, None);
        let batch = Batch {
            rows: vec![given::organisation("Hospital")],
            source: None,
            mode: Mode::Strict,
            origin: "test".to_owned(),
        };
        let written = app.registry.write(&actor, batch).await;
        let refused = matches!(
            written,
            Err(Error::Forbidden(_) | Error::Unauthenticated(_))
        );
        assert!(refused, "{principal:?} {permissions}: {written:?}");
    }
    assert_eq!(app.count::<organisation::Entity>(None).await, 0);
}
