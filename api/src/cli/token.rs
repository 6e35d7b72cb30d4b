//! `token`: an access token for trying things, without a secret: who runs it holds the database.

use std::io::Write as _;

use clap::Args;
use entities::id::ClientId;

use super::{authority, open};
use crate::auth::token::Grant;
use crate::auth::{Actor, Permissions, Principal, type_id};
use crate::config::{DatabaseSettings, PlaceSettings, TokenSettings};
use crate::registry::access::principal_of;

/// The token to make.
#[derive(Debug, Args)]
pub(super) struct TokenCommand {
    /// The client that bears it, by its id; when nothing is said, the operator.
    #[arg(long, value_name = "CLIENT")]
    client: Option<String>,
    /// What its bearer may do: scopes with blanks between them; when nothing is said, all that the
    /// client may.
    #[arg(long, value_name = "SCOPES")]
    scope: Option<Permissions>,
    #[command(flatten)]
    place: PlaceSettings,
    #[command(flatten)]
    tokens: TokenSettings,
    #[command(flatten)]
    database: DatabaseSettings,
}

impl TokenCommand {
    pub(super) async fn run(self) -> anyhow::Result<()> {
        let Self {
            client,
            scope,
            place,
            tokens,
            database,
        } = self;
        let registry = open(&database).await?;
        let mut grant = Grant {
            principal: Principal::Operator,
            permissions: Permissions::all(),
            client: None,
        };
        if let Some(id) = client.as_deref().map(client_id).transpose()? {
            let client = registry.client(&Actor::operator(), id).await?;
            anyhow::ensure!(client.revoked_at.is_none(), "the client is revoked");
            grant = Grant {
                principal: principal_of(&client),
                permissions: client.permissions.parse()?,
                client: Some(id),
            };
        }
        if let Some(scope) = scope {
            let has = grant.permissions;
            anyhow::ensure!(has.contains_all(scope), "the client has the scopes: {has}");
            grant.permissions = scope;
        }
        let issuer = place.issuer(place.listen)?;
        let authority = authority(&registry, issuer, &tokens).await?;
        let token = authority.issue_here(&Actor::operator(), grant).await?;
        registry.close().await?;
        Ok(writeln!(std::io::stdout(), "{}", token.token)?)
    }
}

/// Reads a client's id.
pub(super) fn client_id(text: &str) -> anyhow::Result<ClientId> {
    type_id::read(type_id::CLIENT, text)
        .ok_or_else(|| anyhow::anyhow!("`{text}` is no id of a client: it begins with `client_`"))
}
