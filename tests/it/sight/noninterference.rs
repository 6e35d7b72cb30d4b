//! What one may not see changes no answer: a registry is asked, gets records that the viewer may not
//! see, and is asked again. Cursors and positions may differ, nothing else.
//!
//! What is asked is built from the schema, so that a new field, filter or order is asked for, too.

use std::collections::BTreeMap;

use async_graphql::parser::types::{TypeDefinition, TypeKind};
use chrono::{Days, NaiveDate};
use entities::id::{OrganisationId, PartnershipId, ProjectId};
use entities::organisation;
use entities::partnership_member::PartnershipRole;
use entities::record::Visibility::{Owner, Partners};
use entities::value::IdentifierScheme;
use partner_registry::registry::{Batch, Mode, NewIdentifier, Patch, Reference, RowWrite, Target};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::{Value, json};
use tests::{Caller, TestServer, on_both};
use tokio::runtime::Handle;
use uuid::Uuid;

use super::{Tenant, id, named, public, shown};
use crate::given;
use crate::sdl::{fields, named as returned, selections, types};

on_both!(
    what_is_hidden_changes_no_answer,
    what_is_hidden_is_refused_like_what_is_not_there,
);

type Types = BTreeMap<String, TypeDefinition>;

/// Words of visible and hidden names alike.
const SEARCHES: [&str; 3] = ["alpha", "medical", "beta alpha"];

/// A registry with two partnerships: the viewer and a partner share one, the partner and a stranger
/// the other, of which the viewer knows nothing.
struct World {
    viewer: Tenant,
    partner: Tenant,
    stranger: Tenant,
    hidden: PartnershipId,
    partnership: PartnershipId,
    project: ProjectId,
    organisation: OrganisationId,
}

impl World {
    async fn new(server: &TestServer) -> Self {
        let viewer = Tenant::new(server, "Viewer").await;
        let partner = Tenant::new(server, "Partner").await;
        let stranger = Tenant::new(server, "Stranger").await;
        let partnership = server.put(public(given::partnership("Alpha"))).await.id;
        for tenant in [viewer, partner] {
            let place = tenant.place(server, partnership).await;
            tenant.accept(server, place).await;
        }
        let hidden = stranger
            .put(server, given::partnership("Beta Alpha"))
            .await
            .id;
        for tenant in [partner, stranger] {
            let row = given::partnership_member(hidden, tenant.organisation);
            let place = stranger.put(server, shown(Partners, row)).await.id;
            let run = server
                .registry
                .accept_partnership(&server.actor, place.into(), super::REAL);
            run.await.unwrap();
        }
        let organisation = public(with_pic(given::organisation("Alpha Medical")));
        let organisation = server.put(organisation).await.id;
        let member = partner
            .put(server, given::organisation("Beta Medical"))
            .await
            .id;
        for one in [organisation, member] {
            let row = given::membership(viewer.cluster, one);
            server.put(public(row)).await;
        }
        let mut project = public(given::project("Medical alpha"));
        project.patch.partnership = Patch::Set(Reference::Id(partnership.into()));
        let project = server.put(project).await.id;
        for one in [organisation, member] {
            server.put(public(given::participation(project, one))).await;
        }
        Self {
            viewer,
            partner,
            stranger,
            hidden,
            partnership,
            project,
            organisation,
        }
    }

    /// Does something that the viewer may not see.
    async fn hide(&self, server: &TestServer, what: usize, n: u64) {
        let stranger = self.stranger;
        let name = format!("Alpha medical beta {n}");
        let visibility = if n.is_multiple_of(2) { Owner } else { Partners };
        let row = shown(visibility, with_pic(given::organisation(&name)));
        let organisation = stranger.put(server, row).await.id;
        let day = NaiveDate::from_ymd_opt(2001, 1, 1).unwrap();
        let starts_on = Patch::set_or_clear(day.checked_add_days(Days::new(n)));
        match what {
            0 => {
                let row = given::cluster(organisation, &name);
                stranger.put(server, shown(visibility, row)).await;
            }
            1 => {
                let mut row = given::membership(self.viewer.cluster, self.organisation);
                row.patch.starts_on = starts_on;
                stranger.put(server, shown(visibility, row)).await;
            }
            2 => {
                let mut row = given::partnership_member(self.partnership, self.organisation);
                row.patch.starts_on = starts_on;
                row.patch.role = Patch::Set(PartnershipRole::Coordinator);
                stranger.put(server, shown(visibility, row)).await;
            }
            3 => {
                let mut row = given::project(&name);
                let partnership = self.partnership.into();
                row.patch.partnership = Patch::Set(Reference::Id(partnership));
                let project = stranger.put(server, shown(visibility, row)).await.id;
                let row = given::participation(project, self.organisation);
                stranger.put(server, shown(visibility, row)).await;
            }
            4 => {
                let row = given::participation(self.project, organisation);
                stranger.put(server, shown(visibility, row)).await;
            }
            5 => {
                // A partner's record, meant for others.
                let row = named(&[self.hidden], given::organisation(&name));
                let row = self.partner.put(server, row).await.id;
                let row = given::membership(self.partner.cluster, row);
                self.partner.put(server, named(&[self.hidden], row)).await;
            }
            6 => {
                // A record of a public source that the registry keeps to itself.
                let (registry, actor) = (&server.registry, &server.actor);
                let source = registry.ensure_source(actor, "CORDIS", "CC BY 4.0", "https://e.eu");
                let target = Target::External("7".to_owned());
                let row = RowWrite {
                    target,
                    ..shown(Owner, given::organisation(&name))
                };
                let batch = Batch {
                    rows: vec![row],
                    source: Some(source.await.unwrap()),
                    mode: Mode::Strict,
                    origin: "test".to_owned(),
                };
                registry.write(actor, batch).await.unwrap();
            }
            _ => {
                server.put(given::partnership(&name)).await;
                let row = given::membership(self.viewer.cluster, organisation);
                server.put(row).await;
            }
        }
    }
}

/// What [`World::hide`] can do.
const WAYS_TO_HIDE: usize = 8;

/// An identifier that visible and hidden organisations hold.
fn with_pic(mut row: RowWrite<organisation::Entity>) -> RowWrite<organisation::Entity> {
    row.patch.identifiers = Patch::Set(vec![NewIdentifier {
        scheme: IdentifierScheme::EuPic,
        value: "998436424".to_owned(),
        country: None,
    }]);
    row
}

/// The lists of records at the root: name, type of its rows, whether one can search in it.
fn lists(types: &Types) -> Vec<(String, String, bool)> {
    let root = fields(&types["Query"]).into_iter();
    let has = |field: &async_graphql::parser::types::FieldDefinition, name: &str| {
        field.arguments.iter().any(|it| it.node.name.node == name)
    };
    root.filter(|field| has(field, "filter") && has(field, "orderBy"))
        .map(|field| {
            let ty = returned(field).trim_end_matches("Connection").to_owned();
            (field.name.node.to_string(), ty, has(field, "search"))
        })
        .collect()
}

/// Filters by what hangs on a record, as deep as is said, and a few by itself.
fn filters(types: &Types, name: &str, depth: usize) -> Vec<String> {
    let mut all = vec![
        "{}".to_owned(),
        "{ createdAt: { gt: \"2020-01-01T00:00:00Z\" } }".to_owned(),
    ];
    let Some(deeper) = depth.checked_sub(1) else {
        return all;
    };
    for (field, ty) in inputs(types, name) {
        let inner = inputs(types, &ty);
        let quantified = inner.iter().find(|(field, _)| field == "some");
        if field == "name" {
            all.push("{ name: { contains: \"alpha\" } }".to_owned());
            all.push("{ not: { name: { startsWith: \"Alpha\" } } }".to_owned());
        } else if let Some((_, ty)) = quantified.filter(|(_, ty)| is_record(types, ty)) {
            for filter in filters(types, ty, deeper) {
                for word in ["some", "every", "none"] {
                    all.push(format!("{{ {field}: {{ {word}: {filter} }} }}"));
                }
            }
        } else if field != "not" && is_record(types, &ty) {
            let filters = filters(types, &ty, deeper).into_iter();
            all.extend(filters.map(|filter| format!("{{ {field}: {filter} }}")));
        }
    }
    all
}

/// The fields of an input, with their types.
fn inputs(types: &Types, name: &str) -> Vec<(String, String)> {
    let Some(TypeKind::InputObject(input)) = types.get(name).map(|ty| &ty.kind) else {
        return Vec::new();
    };
    let fields = input.fields.iter().map(|field| &field.node);
    fields
        .filter(|field| !field.ty.node.to_string().starts_with('['))
        .map(|field| {
            let ty = field.ty.node.to_string().replace('!', "");
            (field.name.node.to_string(), ty)
        })
        .collect()
}

fn is_record(types: &Types, name: &str) -> bool {
    inputs(types, name)
        .iter()
        .any(|(field, _)| field == "createdAt")
}

/// What can be ordered by.
fn orders(types: &Types, name: &str) -> Vec<String> {
    let Some(TypeKind::Enum(one)) = types.get(name).map(|ty| &ty.kind) else {
        return Vec::new();
    };
    let values = one.values.iter();
    values
        .map(|value| value.node.value.node.to_string())
        .collect()
}

/// A choice of what is hidden and what is asked.
type Case = (Vec<usize>, Vec<(Index, Index, Index, Index, bool)>);

fn case() -> impl Strategy<Value = Case> {
    let index = any::<Index>;
    let query = (index(), index(), index(), index(), any::<bool>());
    (
        prop::collection::vec(0..WAYS_TO_HIDE, 1..4),
        prop::collection::vec(query, 8),
    )
}

/// The documents that a choice means.
fn documents(types: &Types, case: &Case) -> Vec<String> {
    let lists = lists(types);
    let queries = case.1.iter().map(|(list, filter, search, order, flag)| {
        let (name, ty, can_search) = list.get(&lists);
        let pool = filters(types, &format!("{ty}Filter"), 2);
        let filter = filter.get(&pool);
        let search = match search.index(SEARCHES.len() + 1) {
            n if *can_search && n < SEARCHES.len() => format!("search: \"{}\", ", SEARCHES[n]),
            _ => String::new(),
        };
        let orders = orders(types, &format!("{ty}OrderField"));
        let direction = if *flag { "ASC" } else { "DESC" };
        let order = order.get(&orders);
        let rows = selections(types, &format!("{ty}Connection"), 2).join(" ");
        format!(
            "{{ {name}({search}first: 20, filter: {filter}, \
             orderBy: [{{ field: {order}, direction: {direction} }}]) {{ {rows} }} }}"
        )
    });
    queries.collect()
}

async fn what_is_hidden_changes_no_answer(server: TestServer) {
    let world = World::new(&server).await;
    let types = types();
    let config = Config {
        cases: 16,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let tried = tokio::task::block_in_place(|| {
        TestRunner::new_with_rng(config, rng).run(&case(), |case| {
            Handle::current().block_on(try_case(&server, &world, &types, &case))
        })
    });
    tried.unwrap_or_else(|failure| panic!("{failure}"));
}

async fn try_case(
    server: &TestServer,
    world: &World,
    types: &Types,
    case: &Case,
) -> Result<(), TestCaseError> {
    let mut documents = documents(types, case);
    documents.push(
        "{ organisationsByIdentifier(keys: [{ scheme: EU_PIC, value: \"998436424\" }]) \
         { organisations { name findings { message } cluster { name memberCount } } } }"
            .to_owned(),
    );
    documents
        .push("{ recordByExternalId(source: \"CORDIS\", externalId: \"7\") { id } }".to_owned());
    documents.push(
        "{ organisations(search: \"alpha\") { nodes { id history { nodes { op version at \
         by { name id } fields { field before after } } pageInfo { hasNextPage } } } } }"
            .to_owned(),
    );
    let known = [
        id("organisation", world.organisation),
        id("project", world.project),
        id("partnership", world.hidden),
        id("cluster", world.stranger.cluster),
    ];
    let known = json!(known);
    documents.push(format!(
        "{{ resolveIds(ids: {known}) {{ id state currentId }} }}"
    ));
    let viewers = [world.viewer.caller(server), server.as_anonymous()];
    let ask = || -> Vec<Value> {
        let asked = viewers
            .iter()
            .flat_map(|viewer| documents.iter().map(|it| viewer.ask(it, json!({})).1));
        asked.map(without_request).collect()
    };
    let before = ask();
    for what in &case.0 {
        let n = server.count::<organisation::Entity>(None).await;
        world.hide(server, *what, n.unsigned_abs()).await;
    }
    let after = ask();
    for (n, (before, after)) in before.iter().zip(&after).enumerate() {
        let document = &documents[n % documents.len()];
        prop_assert!(
            before.get("data").is_some_and(|it| !it.is_null()),
            "{document}: {before}"
        );
        prop_assert_eq!(before, after, "{:?}: {}", case.0, document);
    }
    Ok(())
}

/// An answer without what names the request.
fn without_request(mut answer: Value) -> Value {
    if let Some(errors) = answer["errors"].as_array_mut() {
        for error in errors {
            if let Some(more) = error["extensions"].as_object_mut() {
                more.remove("requestId");
            }
        }
    }
    answer
}

/// Each way to name a record by its id, with the id of one that is hidden and of one that never was.
async fn what_is_hidden_is_refused_like_what_is_not_there(server: TestServer) {
    let world = World::new(&server).await;
    let row = given::organisation("Hidden");
    let organisation = world.stranger.put(&server, row).await.id;
    let row = given::cluster(organisation, "Hidden");
    let cluster = world.stranger.put(&server, row).await.id;
    let row = given::partnership_member(world.hidden, organisation);
    let place = world.stranger.put(&server, row).await.id;
    let own = id("organisation", world.viewer.organisation);
    let viewer = world.viewer.caller(&server);
    let nobody = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0007);
    for (kind, hidden, documents) in [
        (
            "organisation",
            organisation.0,
            &[
                "query ($id: ID!) { node(id: $id) { id } organisation(id: $id) { name } }",
                "query ($id: ID!) { organisations(filter: { id: { in: [$id] } }) { totalCount } }",
                "query ($id: ID!) { resolveIds(ids: [$id]) { id state currentId } }",
                "mutation ($id: ID!) { updateOrganisation(input: { id: $id, ifVersion: 7, data: { name: \"x\" } }) { userErrors { code path message } } }",
                "mutation ($id: ID!) { archiveOrganisation(input: { id: $id }) { userErrors { code path message } } }",
                "mutation ($id: ID!) { restoreOrganisation(input: { id: $id }) { userErrors { code path message } } }",
                "mutation ($id: ID!) { createCluster(input: { data: { organisation: { id: $id }, name: \"x\" } }) { userErrors { code path message } } }",
            ][..],
        ),
        (
            "cluster",
            cluster.0,
            &[
                "query ($id: ID!) { node(id: $id) { id } cluster(id: $id) { name } }",
                "mutation ($id: ID!, $own: ID!) { createMembership(input: { data: { cluster: { id: $id }, organisation: { id: $own } } }) { userErrors { code path message } } }",
                "mutation ($id: ID!) { createClient(input: { principal: { cluster: $id }, name: \"x\", scopes: [\"registry:read\"] }) { userErrors { code path message } } }",
            ][..],
        ),
        (
            "partnership",
            world.hidden.0,
            &[
                "query ($id: ID!) { partnership(id: $id) { title } }",
                "mutation ($id: ID!) { createOrganisation(input: { data: { name: \"x\" }, partnerships: [$id] }) { userErrors { code path message } } }",
                "mutation ($id: ID!) { dissolvePartnership(input: { partnership: $id }) { userErrors { code path message } } }",
            ][..],
        ),
        (
            "partnership_member",
            place.0,
            &[
                "query ($id: ID!) { partnershipMember(id: $id) { role } }",
                "mutation ($id: ID!) { acceptPartnership(input: { partnershipMember: $id }) { sight { records } userErrors { code path message } } }",
                "mutation ($id: ID!) { leavePartnership(input: { partnershipMember: $id, dryRun: true }) { sight { records } userErrors { code path message } } }",
            ][..],
        ),
    ] {
        for document in documents {
            let ask = |viewer: &Caller, uuid: Uuid| {
                let named = id(kind, uuid);
                let mut variables = json!({ "id": named });
                if document.contains("$own") {
                    variables["own"] = own.clone();
                }
                let answer = without_request(viewer.ask(document, variables).1).to_string();
                answer.replace(named.as_str().unwrap_or_default(), "it")
            };
            let (there, nowhere) = (ask(&viewer, hidden), ask(&viewer, nobody));
            assert_eq!(there, nowhere, "{document}");
            assert!(
                !there.contains("GRAPHQL_VALIDATION_FAILED"),
                "{document}: {there}"
            );
            let anonymous = server.as_anonymous();
            assert_eq!(
                ask(&anonymous, hidden),
                ask(&anonymous, nobody),
                "{document}"
            );
        }
    }
}
