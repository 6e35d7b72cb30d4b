//! What `serve --demo` adds for trying things: a client for each cluster of `AI4Diag`, and the words that
//! say how to sign in with it.

use std::io::Write as _;

use crate::auth::{Actor, Permission, Permissions, Principal, type_id};
use crate::delivery::demo;
use crate::registry::Registry;
use crate::registry::access::NewClient;

/// The clusters of `AI4Diag`, by the names that the demo gives them.
const CLUSTERS: [&str; 3] = ["Tuscany Life Sciences Cluster", "Arahealth", "EUROBIOMED"];

/// What a cluster's CRM does.
const PERMISSIONS: [Permission; 4] = [
    Permission::RegistryRead,
    Permission::MembersWrite,
    Permission::ProjectsWrite,
    Permission::Sync,
];

/// Loads the demo into an empty registry, makes its clients, and shows their secrets: a secret can be
/// shown once only. To any other registry it adds nothing.
pub(super) async fn load(registry: &Registry, url: &str) -> anyhow::Result<()> {
    let operator = Actor::operator();
    if !demo::load_if_empty(registry, &operator).await? {
        return Ok(());
    }
    let mut clients = Vec::with_capacity(CLUSTERS.len());
    for name in CLUSTERS {
        let cluster = registry.cluster_named(&operator, name).await?;
        let new = NewClient {
            principal: Principal::Cluster(cluster.id),
            name: "demo".to_owned(),
            permissions: Permissions::from_iter(PERMISSIONS),
        };
        let issued = registry.create_client(&operator, new).await?;
        let id = type_id::write(type_id::CLIENT, issued.client.id);
        clients.push((name, id, issued.secret));
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "The database was empty and has the demo's data now. Each cluster of AI4Diag has a client, whose \
         secret is shown this once:\n"
    )?;
    for (name, id, secret) in &clients {
        writeln!(out, "  {name:<30} {id} {secret}")?;
    }
    writeln!(
        out,
        "\nA token, good for some minutes:\n\n  curl -s {url}/oauth/token -u CLIENT:SECRET -d \
         grant_type=client_credentials\n\nor, for who may read the database, without a secret:\n\n  \
         partner-registry token --client CLIENT\n\nSend it as `authorization: Bearer TOKEN`; in GraphiQL \
         put it into the field \"Token\".\n"
    )?;
    Ok(out.flush()?)
}
