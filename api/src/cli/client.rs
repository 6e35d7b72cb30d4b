//! `client`: the programs that sign in. What others read is on standard output, as JSON.

use std::io::Write as _;

use clap::{Args, Subcommand};
use serde_json::json;

use super::open;
use crate::auth::{Actor, Permissions, Principal, type_id};
use crate::config::DatabaseSettings;
use crate::registry::Registry;
use crate::registry::access::{Issued, NewClient, principal_of};

/// What to do with clients.
#[derive(Debug, Subcommand)]
pub(super) enum ClientCommand {
    /// Make a client and print its id and its secret, which is shown this once.
    Create(Create),
    /// Print all clients, one a line.
    List(DatabaseSettings),
    /// Give a client a new secret and print it. The one before stays good until the next rotation.
    Rotate(One),
    /// End a client; its tokens are good for a minute at most.
    Revoke(One),
}

/// The client to make.
#[derive(Debug, Args)]
pub(super) struct Create {
    #[command(flatten)]
    principal: PrincipalArguments,
    /// Its name, which no other live client of its principal has.
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What it may do: scopes with blanks between them.
    #[arg(long, value_name = "SCOPES")]
    scope: Permissions,
    #[command(flatten)]
    database: DatabaseSettings,
}

/// For whom a client acts.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct PrincipalArguments {
    /// It acts for a cluster: its id, acronym or name, in any case. One that is no tenant yet becomes its
    /// own steward.
    #[arg(long, value_name = "CLUSTER")]
    cluster: Option<String>,
    /// It acts for an agency, by its id.
    #[arg(long, value_name = "AGENCY")]
    agency: Option<String>,
    /// It acts for the registry's operator.
    #[arg(long)]
    operator: bool,
}

/// A client that is there.
#[derive(Debug, Args)]
pub(super) struct One {
    /// The client's id.
    #[arg(value_name = "CLIENT")]
    client: String,
    #[command(flatten)]
    database: DatabaseSettings,
}

impl ClientCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        match self {
            Self::Create(arguments) => create(arguments).await,
            Self::List(database) => list(&database).await,
            Self::Rotate(one) => rotate(one).await,
            Self::Revoke(one) => revoke(one).await,
        }
    }
}

impl PrincipalArguments {
    /// The principal that they name.
    async fn principal(self, registry: &Registry) -> anyhow::Result<Principal> {
        let Self {
            cluster,
            agency,
            operator: _,
        } = self;
        if let Some(words) = cluster {
            // Who has the database is the operator, and would register it with the next command.
            let operator = Actor::operator();
            let registered = registry.register_named(&operator, &words, "cli").await?;
            return Ok(Principal::Cluster(registered.id));
        }
        match agency.as_deref() {
            Some(text) => match type_id::read(type_id::AGENCY, text) {
                Some(id) => Ok(Principal::Agency(id)),
                None => anyhow::bail!("`{text}` is no id of an agency: it begins with `agency_`"),
            },
            None => Ok(Principal::Operator),
        }
    }
}

async fn create(arguments: Create) -> anyhow::Result<()> {
    let Create {
        principal,
        name,
        scope,
        database,
    } = arguments;
    let registry = open(&database).await?;
    let new = NewClient {
        principal: principal.principal(&registry).await?,
        name,
        permissions: scope,
    };
    let issued = registry.create_client(&Actor::operator(), new).await?;
    registry.close().await?;
    print(&issued)
}

async fn list(database: &DatabaseSettings) -> anyhow::Result<()> {
    let registry = open(database).await?;
    for client in registry.clients(&Actor::operator()).await? {
        let line = json!({
            "client_id": type_id::write(type_id::CLIENT, client.id),
            "name": client.name,
            "principal": principal_of(&client).to_string(),
            "scope": client.permissions,
            "created_at": client.created_at,
            "revoked_at": client.revoked_at,
        });
        writeln!(std::io::stdout(), "{line}")?;
    }
    Ok(registry.close().await?)
}

async fn rotate(one: One) -> anyhow::Result<()> {
    let registry = open(&one.database).await?;
    let id = super::token::client_id(&one.client)?;
    let issued = registry
        .rotate_client_secret(&Actor::operator(), id)
        .await?;
    registry.close().await?;
    print(&issued)
}

async fn revoke(one: One) -> anyhow::Result<()> {
    let registry = open(&one.database).await?;
    let id = super::token::client_id(&one.client)?;
    let client = registry.revoke_client(&Actor::operator(), id).await?;
    registry.close().await?;
    tracing::info!(client.name = client.name, "the client is revoked");
    Ok(())
}

fn print(issued: &Issued) -> anyhow::Result<()> {
    let line = json!({
        "client_id": type_id::write(type_id::CLIENT, issued.client.id),
        "client_secret": issued.secret,
    });
    Ok(writeln!(std::io::stdout(), "{line}")?)
}
