//! Writers who do anything that there is to do, in an order that chance makes and repeats.

use std::collections::BTreeSet;

use chrono::Duration;
use entities::id::PartnershipId;
use entities::record::{RecordType, Visibility};
use entities::{cluster, membership, organisation, project};
use partner_registry::auth::{Actor, Permissions, Principal};
use partner_registry::registry::{Batch, Mode, RowWrite, Run, Steward};
use proptest::prelude::Rng;
use proptest::test_runner::{RngAlgorithm, TestRng};
use tests::{TestApp, TestDatabase, archive, change, create, restore, start_of_time};
use uuid::Uuid;

use super::copy::{Reader, everything};
use crate::given;
use crate::sight::{Tenant, named, public, shown};

/// The way in whose transactions fail when they have taken the clock already.
const FAILS: &str = "fails";

/// The registry, its clusters, what was made, and those who read.
pub(super) struct World {
    pub(super) app: TestApp,
    pub(super) readers: Vec<Reader>,
    /// What each reader could ever see.
    ever: Vec<BTreeSet<Uuid>>,
    rng: TestRng,
    tenants: Vec<Tenant>,
    partnerships: Vec<(PartnershipId, Vec<(usize, Uuid)>)>,
    records: Vec<(usize, Uuid)>,
    starts: i64,
    made: usize,
}

impl World {
    pub(super) async fn new(app: TestApp) -> Self {
        app.database
            .fail_inserts("change_log", &format!("new.origin = '{FAILS}'"), "P0001")
            .await;
        let mut tenants = Vec::new();
        for name in ["Alpha", "Beta", "Gamma"] {
            tenants.push(Tenant::new(&app, name).await);
        }
        let agency = Principal::Agency(Uuid::from_u128(1).into());
        let agency = Actor::new(agency, Permissions::all(), None);
        let deaf = Actor::new(tenants[0].principal(), Permissions::none(), None);
        let mut readers = vec![
            Reader::new("operator", Actor::operator()),
            Reader::new("anonymous", Actor::anonymous()),
            Reader::new("agency", agency),
            Reader::new("cluster that may not read", deaf),
            Reader::new("operator, of two types", Actor::operator())
                .of_types(&[RecordType::Membership, RecordType::Organisation]),
        ];
        for (tenant, name) in tenants.iter().zip(["alpha", "beta", "gamma"]) {
            readers.push(Reader::new(name, tenant.actor()));
        }
        let mut world = Self {
            app,
            ever: vec![BTreeSet::new(); readers.len()],
            readers,
            rng: TestRng::deterministic_rng(RngAlgorithm::ChaCha),
            tenants,
            partnerships: Vec::new(),
            records: Vec::new(),
            starts: 0,
            made: 0,
        };
        world.found().await;
        world.found().await;
        world
    }

    pub(super) fn any(&mut self, below: usize) -> usize {
        usize::try_from(self.rng.next_u32()).unwrap() % below
    }

    /// Does something, whatever it is. What is refused is refused.
    pub(super) async fn step(&mut self) {
        match self.any(24) {
            0..5 => self.make().await,
            5..10 => self.reword().await,
            10..14 => self.show().await,
            14 | 15 => self.put_away().await,
            16..19 => self.meet().await,
            19 => self.part().await,
            20 => self.fail().await,
            21 => self.hand_over().await,
            22 if self.any(4) == 0 => self.dissolve().await,
            23 if self.any(3) == 0 => self.start_anew().await,
            _ => self.found().await,
        }
    }

    /// Remembers what each reader may see now.
    pub(super) async fn look(&mut self) {
        for (reader, ever) in self.readers.iter().zip(&mut self.ever) {
            let all = everything(&self.app.registry, &reader.actor).await;
            ever.extend(all.into_keys());
        }
    }

    /// No reader was told of a record that it never could see.
    pub(super) fn check_secrets(&self) {
        for (reader, ever) in self.readers.iter().zip(&self.ever) {
            let strange: Vec<_> = reader.told_gone.difference(ever).collect();
            assert!(strange.is_empty(), "{}: {strange:?}", reader.name);
        }
    }

    fn visibility(&mut self) -> Visibility {
        [
            Visibility::Owner,
            Visibility::Partners,
            Visibility::Partners,
            Visibility::Public,
        ][self.any(4)]
    }

    /// Partnerships in which a cluster has a place, or none.
    fn names(&mut self, tenant: usize) -> Vec<PartnershipId> {
        let own = self.partnerships.iter();
        let own = own.filter(|(_, places)| places.iter().any(|(who, _)| *who == tenant));
        let mut own: Vec<_> = own.map(|(id, _)| *id).collect();
        let keep = self.any(3).min(own.len());
        own.truncate(keep);
        own
    }

    async fn make(&mut self) {
        self.made += 1;
        let (who, visibility) = (self.any(self.tenants.len()), self.visibility());
        let row = given::organisation(&format!("Organisation {}", self.made));
        let tenant = self.tenants[who];
        if self.any(4) == 0 {
            // The registry's own.
            self.app.put(shown(visibility, row)).await;
            return;
        }
        let names = self.names(who);
        let row = named(&names, shown(visibility, row));
        let Ok(made) = tenant.write(&self.app, row).await else {
            return;
        };
        self.records.push((who, made.id.into()));
        let row = given::membership(tenant.cluster, made.id);
        let row = shown(self.visibility(), row);
        let _ = tenant.write::<membership::Entity>(&self.app, row).await;
        let row = shown(
            self.visibility(),
            given::project(&format!("Project {}", self.made)),
        );
        let _ = tenant.write::<project::Entity>(&self.app, row).await;
    }

    fn record(&mut self) -> Option<(Tenant, usize, Uuid)> {
        let n = self.any(self.records.len().max(1));
        let (who, id) = *self.records.get(n)?;
        Some((self.tenants[who], who, id))
    }

    async fn reword(&mut self) {
        let Some((tenant, _, id)) = self.record() else {
            return;
        };
        self.made += 1;
        let row = given::organisation(&format!("Renamed {}", self.made));
        let _ = tenant.write(&self.app, change(id, row)).await;
    }

    async fn show(&mut self) {
        let Some((tenant, who, id)) = self.record() else {
            return;
        };
        let row = change(id, create::<organisation::Entity>());
        let row = shown(self.visibility(), row);
        let names = self.names(who);
        let row = if self.any(2) == 0 {
            named(&names, row)
        } else {
            row
        };
        let _ = tenant.write(&self.app, row).await;
    }

    async fn put_away(&mut self) {
        let Some((tenant, _, id)) = self.record() else {
            return;
        };
        let row = if self.any(2) == 0 {
            archive::<organisation::Entity>(id)
        } else {
            restore(id)
        };
        let _ = tenant.write(&self.app, row).await;
    }

    /// Founds a partnership with places for two clusters or three.
    async fn found(&mut self) {
        if self.partnerships.len() > 6 {
            return;
        }
        let title = format!("Partnership {}", self.partnerships.len());
        let partnership = self.app.put(public(given::partnership(&title))).await.id;
        let (skip, mut places) = (self.any(4), Vec::new());
        for (n, tenant) in self.tenants.iter().enumerate() {
            if n != skip {
                places.push((n, tenant.place(&self.app, partnership).await.into()));
            }
        }
        self.partnerships.push((partnership, places));
    }

    fn place(&mut self) -> (Actor, Uuid) {
        let n = self.any(self.partnerships.len());
        let m = self.any(self.partnerships[n].1.len());
        let (who, place) = self.partnerships[n].1[m];
        (self.tenants[who].actor(), place)
    }

    async fn meet(&mut self) {
        let (actor, place) = self.place();
        let _ = self
            .app
            .registry
            .accept_partnership(&actor, place, REAL)
            .await;
    }

    async fn part(&mut self) {
        let (actor, place) = self.place();
        let _ = self
            .app
            .registry
            .leave_partnership(&actor, place, REAL)
            .await;
    }

    async fn dissolve(&mut self) {
        let n = self.any(self.partnerships.len());
        let id = self.partnerships[n].0.into();
        let actor = &self.app.actor;
        let _ = self
            .app
            .registry
            .dissolve_partnership(actor, id, REAL)
            .await;
    }

    /// Writes what the database takes back when it has its position already.
    async fn fail(&mut self) {
        let row = given::organisation("Lost");
        let rows = match self.record() {
            Some((_, _, id)) => vec![change(id, given::organisation("Lost")), row],
            None => vec![row],
        };
        let batch = Batch::<organisation::Entity> {
            rows,
            source: None,
            mode: Mode::Strict,
            origin: FAILS.to_owned(),
        };
        let done = self.app.registry.write(&self.app.actor, batch).await;
        // Where each row is refused nothing is written, and nothing fails.
        if let Ok((written, last)) = done {
            assert_eq!(last, None, "{written:?}");
        }
    }

    /// A cluster writes down another one, which then becomes its own steward.
    async fn hand_over(&mut self) {
        self.made += 1;
        let n = self.any(self.tenants.len());
        let tenant = self.tenants[n];
        let name = format!("Handed over {}", self.made);
        let organisation = self.app.put(public(given::organisation(&name))).await.id;
        let row = shown(self.visibility(), given::cluster(organisation, &name));
        let cluster = tenant.put(&self.app, row).await.id;
        self.look().await;
        let row = RowWrite {
            steward: Steward::Itself,
            ..change(cluster, create::<cluster::Entity>())
        };
        self.app.put(row).await;
    }

    /// A backup of the database; the process goes on over the database itself.
    pub(super) async fn backup(&mut self) -> TestDatabase {
        let registry = self.app.registry.clone();
        registry.close().await.expect("it closes");
        let backup = self.app.database.copied().await;
        self.start_anew().await;
        backup
    }

    pub(super) async fn start_anew(&mut self) {
        self.open(self.app.database.clone()).await;
    }

    /// Goes on over another database.
    pub(super) async fn open(&mut self, database: TestDatabase) {
        self.starts += 1;
        let now = start_of_time() + Duration::days(self.starts);
        let app = TestApp::at(database, now).await.expect("it opens");
        let before = std::mem::replace(&mut self.app, app);
        before.registry.close().await.expect("it closes");
    }
}

const REAL: Run<'_> = Run {
    dry: false,
    origin: "test",
};
