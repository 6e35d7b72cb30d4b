//! Two clusters that share a partnership: who asks when rights are to be paid for.

use anyhow::{Context as _, Result};
use entities::id::ClusterId;
use entities::record::Visibility;
use entities::{organisation, partnership, partnership_member};
use partner_registry::auth::{Actor, Permissions, Principal, type_id};
use partner_registry::clock::Clock;
use partner_registry::registry::access::NewClient;
use partner_registry::registry::{
    Batch, Mode, OrganisationPatch, PartnershipMemberPatch, PartnershipPatch, Patch, Reference,
    Registry, RowWrite, Run, Shared, Steward, Target, Terms,
};
use sea_orm::EntityTrait;

/// How the log calls what is written here.
const ORIGIN: &str = "figures";

/// One of the two.
pub(crate) struct Partner {
    pub(crate) cluster: ClusterId,
    /// The id of a client of it, which may do all that a cluster may.
    pub(crate) client: String,
}

impl Partner {
    /// Makes the partnership, both clusters with an accepted place in it, and the client.
    pub(crate) async fn made(url: &str) -> Result<Self> {
        let registry = Registry::open(url, Clock::system()).await?;
        let operator = Actor::operator();
        let patch = PartnershipPatch {
            title: Patch::Set("Figures".to_owned()),
            ..PartnershipPatch::default()
        };
        let partnership = put::<partnership::Entity>(&registry, patch).await?.id;
        let mut clusters = Vec::new();
        for name in ["First of the figures", "Second of the figures"] {
            let patch = OrganisationPatch {
                name: Patch::Set(name.to_owned()),
                ..OrganisationPatch::default()
            };
            let organisation = put::<organisation::Entity>(&registry, patch).await?.id;
            let organisation = Reference::Id(organisation.into());
            let cluster = registry
                .register_cluster(&operator, organisation.clone(), None, ORIGIN)
                .await?;
            let patch = PartnershipMemberPatch {
                partnership: Patch::Set(Reference::Id(partnership.into())),
                organisation: Patch::Set(organisation),
                ..PartnershipMemberPatch::default()
            };
            let place = put::<partnership_member::Entity>(&registry, patch).await?;
            let run = Run {
                dry: false,
                origin: ORIGIN,
            };
            let accepted = registry.accept_partnership(&operator, place.id.into(), run);
            accepted.await?;
            clusters.push(cluster.id);
        }
        let cluster = *clusters.first().context("no cluster")?;
        let new = NewClient {
            principal: Principal::Cluster(cluster),
            name: ORIGIN.to_owned(),
            permissions: Permissions::all(),
        };
        let client = registry.create_client(&operator, new).await?.client.id;
        registry.close().await?;
        let client = type_id::write(type_id::CLIENT, client);
        Ok(Self { cluster, client })
    }
}

/// Writes a record for everyone.
async fn put<E: Shared + EntityTrait>(registry: &Registry, patch: E::Patch) -> Result<E::Model> {
    let batch = Batch {
        rows: vec![RowWrite::<E> {
            target: Target::New,
            patch,
            visibility: Some(Visibility::Public),
            partnerships: None,
            archive: None,
            steward: Steward::default(),
            terms: Terms::default(),
        }],
        source: None,
        mode: Mode::Strict,
        origin: ORIGIN.to_owned(),
    };
    let (written, _) = registry.write(&Actor::operator(), batch).await?;
    let record = written.into_iter().find_map(|row| row.record);
    record.context("a record was refused")
}
