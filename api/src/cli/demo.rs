//! What `serve --demo` adds for trying things: a client for each cluster of `AI4Diag`, and the words that
//! say how to sign in with it.

use std::io::Write as _;

use entities::client;

use crate::auth::{Actor, Permission, Permissions, Principal, type_id};
use crate::delivery::demo;
use crate::registry::access::NewClient;
use crate::registry::{Error, Registry};

/// The clusters of `AI4Diag`, by the names that the demo gives them.
const CLUSTERS: [&str; 3] = ["Tuscany Life Sciences Cluster", "Arahealth", "EUROBIOMED"];

/// What a cluster's CRM does, and who keeps its clients and its places in partnerships.
const PERMISSIONS: [Permission; 5] = [
    Permission::RegistryRead,
    Permission::MembersWrite,
    Permission::ProjectsWrite,
    Permission::Sync,
    Permission::Admin,
];

/// What the clients are called.
const CLIENT: &str = "demo";

/// Loads the demo into an empty registry, makes the clusters tenants with a client each, and shows the
/// clients' secrets: a secret can be shown once only. Where that was begun and not finished, the clients
/// that are missing are made. To any other registry it adds nothing.
pub(super) async fn load(registry: &Registry, url: &str) -> anyhow::Result<()> {
    let operator = Actor::operator();
    let is_new = demo::load_if_empty(registry, &operator).await?;
    if !is_new && !demo::is_loaded(registry, &operator).await? {
        return Ok(());
    }
    let clients = registry.clients(&operator).await?;
    let mut out = std::io::stdout();
    let mut is_first = true;
    for name in CLUSTERS {
        let cluster = match registry.cluster_named(&operator, name).await {
            Ok(cluster) => cluster,
            // It has another name by now.
            Err(Error::Refused(_)) => continue,
            Err(error) => return Err(error.into()),
        };
        let is_made =
            |client: &client::Model| client.cluster_id == Some(cluster.id) && client.name == CLIENT;
        if clients.iter().any(is_made) {
            continue;
        }
        let cluster = registry.register_named(&operator, name, "demo").await?;
        let new = NewClient {
            principal: Principal::Cluster(cluster.id),
            name: CLIENT.to_owned(),
            permissions: Permissions::from_iter(PERMISSIONS),
        };
        let issued = registry.create_client(&operator, new).await?;
        if is_first {
            writeln!(
                out,
                "The database has the demo's data now. Each cluster of AI4Diag has a client, whose secret is \
                 shown this once:\n"
            )?;
        }
        is_first = false;
        let id = type_id::write(type_id::CLIENT, issued.client.id);
        // At once: a secret that was not shown is lost.
        writeln!(out, "  {name:<30} {id} {}", issued.secret)?;
        out.flush()?;
    }
    if is_first {
        return Ok(());
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
