//! Clusters as tenants: from an organisation that is there to a cluster that can have clients.

use std::collections::HashSet;

use entities::id::ClusterId;
use entities::record::{RecordRow, RecordType};
use entities::{cluster, organisation};
use uuid::Uuid;

use super::operator_only;
use crate::auth::{Actor, type_id};
use crate::reference::fold;
use crate::registry::InputErrorCode::{Duplicate, NotFound};
use crate::registry::check::Check;
use crate::registry::reference::Resolved;
use crate::registry::{
    Batch, ClusterPatch, Columns, Error, Mode, Patch, Reference, Registry, Result, RowWrite,
    Steward, Target, Terms,
};
use crate::store;

impl Registry {
    /// Makes an organisation's cluster a tenant: the cluster is made if there is none, and becomes
    /// its own steward, so that its clients can keep it. Done twice it is the same cluster.
    ///
    /// # Errors
    /// When the actor is not the operator, there is no such organisation, or the database fails.
    pub async fn register_cluster(
        &self,
        actor: &Actor,
        organisation: Reference,
        acronym: Option<String>,
        origin: &str,
    ) -> Result<cluster::Model> {
        operator_only(actor)?;
        // Who may make tenants may write what that takes.
        let actor = &actor.with_all_permissions();
        let id = self
            .referenced(
                actor,
                "organisation",
                RecordType::Organisation,
                organisation,
            )
            .await?;
        // What is asked of the answer says nothing of what the rule reads.
        let whole = self.clone().reading(Columns::default());
        let clusters = whole.clusters_of(actor, vec![id]).await?;
        if let Some(cluster) = clusters.into_values().next() {
            return self.own_steward(actor, cluster, origin).await;
        }
        let mut rows = whole
            .by_ids::<organisation::Entity>(actor, vec![id])
            .await?;
        let name = rows.remove(&id).map(|organisation| organisation.name);
        let patch = ClusterPatch {
            organisation: Patch::Set(Reference::Id(id)),
            name: name.map_or(Patch::Leave, Patch::Set),
            acronym: acronym.map_or(Patch::Leave, Patch::Set),
            ..ClusterPatch::default()
        };
        let written = self.tenant(actor, Target::New, patch, origin).await;
        let is_there = |error: &Error| matches!(error, Error::Refused(errors) if errors.iter().any(|one| one.code == Duplicate));
        match written {
            // Another one was faster: the database has the cluster now.
            Err(error) if is_there(&error) => {
                let clusters = whole.clusters_of(actor, vec![id]).await?;
                match clusters.into_values().next() {
                    Some(cluster) => self.own_steward(actor, cluster, origin).await,
                    // It is archived; who restores it decides that.
                    None => Err(error),
                }
            }
            written => written,
        }
    }

    /// Makes a cluster that is there a tenant, by its id, acronym or name; done twice it is the same.
    ///
    /// # Errors
    /// As [`Registry::cluster_named`] and [`Registry::register_cluster`].
    pub async fn register_named(
        &self,
        actor: &Actor,
        words: &str,
        origin: &str,
    ) -> Result<cluster::Model> {
        let cluster = self.cluster_named(actor, words).await?;
        operator_only(actor)?;
        let actor = &actor.with_all_permissions();
        self.own_steward(actor, cluster, origin).await
    }

    /// The cluster with this id, acronym or name, in any case.
    ///
    /// # Errors
    /// When there is none or several, or the database fails.
    pub async fn cluster_named(&self, actor: &Actor, words: &str) -> Result<cluster::Model> {
        let id: Option<ClusterId> = type_id::read(type_id::CLUSTER, words);
        let wanted = fold(words);
        let all = store::all::<cluster::Entity>(&self.db.read, actor.scope()).await?;
        let acronyms = |row: &&cluster::Model| {
            let acronym = row.acronym.as_deref().map(fold);
            acronym.is_some_and(|acronym| acronym == wanted)
        };
        let mut found: Vec<_> = all.iter().filter(|row| Some(row.id) == id).collect();
        if found.is_empty() {
            found = all.iter().filter(acronyms).collect();
        }
        if found.is_empty() {
            found = all.iter().filter(|row| row.name_key == wanted).collect();
        }
        match found.as_slice() {
            [one] => Ok((*one).clone()),
            [] => Err(Error::refused(
                NotFound,
                "cluster",
                format!("there is no cluster `{words}`: give its id, acronym or name"),
            )),
            _ => Err(Error::refused(
                Duplicate,
                "cluster",
                format!("several clusters are called `{words}`: give the id of one"),
            )),
        }
    }

    /// The record that a reference leads to.
    pub(super) async fn referenced(
        &self,
        actor: &Actor,
        path: &'static str,
        kind: RecordType,
        mut reference: Reference,
    ) -> Result<Uuid> {
        let references = HashSet::from([(kind, reference.clone())]);
        let resolved = Resolved::of(&self.db.read, actor.scope(), None, references).await?;
        let mut check = Check::new(Mode::Strict, self.clock.today());
        resolved.resolve(&mut check, (path.into(), kind, &mut reference));
        match reference.id() {
            Some(id) if check.errors.is_empty() => Ok(id),
            _ => Err(Error::Refused(check.errors)),
        }
    }

    /// The same cluster as its own steward.
    async fn own_steward(
        &self,
        actor: &Actor,
        cluster: cluster::Model,
        origin: &str,
    ) -> Result<cluster::Model> {
        if cluster.steward_id == Some(cluster.id) {
            return Ok(cluster);
        }
        let target = Target::Record {
            id: cluster.envelope().id,
            if_version: None,
        };
        let patch = ClusterPatch::default();
        self.tenant(actor, target, patch, origin).await
    }

    async fn tenant(
        &self,
        actor: &Actor,
        target: Target,
        patch: ClusterPatch,
        origin: &str,
    ) -> Result<cluster::Model> {
        let batch = Batch {
            rows: vec![RowWrite::<cluster::Entity> {
                target,
                patch,
                visibility: None,
                partnerships: None,
                archive: None,
                steward: Steward::Itself,
                terms: Terms::default(),
            }],
            source: None,
            mode: Mode::Strict,
            origin: origin.to_owned(),
        };
        let (written, _) = self.write(actor, batch).await?;
        let mut errors = Vec::new();
        for row in written {
            if let Some(cluster) = row.record {
                return Ok(cluster);
            }
            errors.extend(row.errors);
        }
        Err(Error::Refused(errors))
    }
}
