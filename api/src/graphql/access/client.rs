//! Clients: the programs that sign in.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use chrono::{DateTime, Utc};
use entities::client as row;
use entities::id::ClientId;

use super::{answer, scopes};
use crate::auth::{Permissions, Principal, type_id};
use crate::graphql::change::{InputErrorCode, UserError};
use crate::graphql::connection::{self, List, PageArgs};
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::plain::Plain;
use crate::registry::access::{Issued, NewClient, principal_of};

/// A client: a program that signs in for a principal.
pub(crate) struct Client(row::Model);

impl Plain for Client {}

impl From<row::Model> for Client {
    fn from(row: row::Model) -> Self {
        Self(row)
    }
}

/// A client: a program that signs in for a principal.
#[Object]
impl Client {
    /// What it signs in with.
    async fn id(&self) -> ID {
        ID(type_id::write(type_id::CLIENT, self.0.id))
    }

    /// Its name, which no other live client of its principal has.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// For whom it acts: `operator`, or the id of a cluster or an agency.
    async fn principal(&self) -> String {
        principal_of(&self.0).to_string()
    }

    /// What it may do, as OAuth scopes.
    async fn scopes(&self) -> Vec<String> {
        scopes(&self.0.permissions)
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it was revoked; null: it lives.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }
}

/// Queries for clients.
#[derive(Default)]
pub(crate) struct ClientQuery;

#[Object]
impl ClientQuery {
    /// The clients that you may keep, revoked ones too, the oldest first: all for the operator, its
    /// own for a cluster. Needs the scope `admin`.
    async fn clients(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<List<Client>> {
        let clients = ctx.registry().clients(ctx.actor()).await?;
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        connection::slice(ctx, &args, clients, |client| {
            type_id::write(type_id::CLIENT, client.id)
        })
    }
}

/// For whom a client acts.
#[derive(Clone, OneofObject)]
pub(crate) enum ClientPrincipal {
    /// For a cluster, by its id.
    Cluster(ID),
    /// For an agency, by its id.
    Agency(ID),
    /// For the registry's operator: `true`.
    Operator(bool),
}

impl ClientPrincipal {
    /// The principal; who is named by no id of its kind is nobody, and not found.
    fn read(self) -> Principal {
        match self {
            Self::Cluster(id) => type_id::read(type_id::CLUSTER, &id).map(Principal::Cluster),
            Self::Agency(id) => type_id::read(type_id::AGENCY, &id).map(Principal::Agency),
            Self::Operator(is) => is.then_some(Principal::Operator),
        }
        .unwrap_or(Principal::Anonymous)
    }
}

/// A new client.
#[derive(Clone, InputObject)]
pub(crate) struct CreateClientInput {
    /// For whom it acts; when nothing is said, for whom you do.
    principal: Option<ClientPrincipal>,
    /// Its name: what it is for.
    name: String,
    /// What it may do, as OAuth scopes.
    scopes: Vec<String>,
}

/// Which client is meant.
#[derive(Clone, InputObject)]
pub(crate) struct ClientInput {
    /// The client.
    id: ID,
}

impl ClientInput {
    /// No client has the nil id, so what cannot be read is not found.
    fn read(&self) -> ClientId {
        type_id::read(type_id::CLIENT, &self.id).unwrap_or_default()
    }
}

/// A client with its new secret.
#[derive(SimpleObject)]
pub(crate) struct ClientSecretPayload {
    /// The client; null when the input was refused.
    client: Option<Client>,
    /// The secret, which is shown this once; null when the input was refused.
    secret: Option<String>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

impl From<(Option<Issued>, Vec<UserError>)> for ClientSecretPayload {
    fn from((issued, user_errors): (Option<Issued>, Vec<UserError>)) -> Self {
        let (client, secret) = issued
            .map(|issued| (issued.client.into(), issued.secret))
            .unzip();
        Self {
            client,
            secret,
            user_errors,
        }
    }
}

/// What became of a client.
#[derive(SimpleObject)]
pub(crate) struct ClientPayload {
    /// The client as it is now; null when the input was refused.
    client: Option<Client>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// Mutations of clients.
#[derive(Default)]
pub(crate) struct ClientMutation;

#[Object]
impl ClientMutation {
    /// Makes a client, for a cluster by itself or by the operator, for others by the operator.
    ///
    /// Needs the scope `admin`.
    async fn create_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to make.")] input: CreateClientInput,
    ) -> Result<ClientSecretPayload> {
        let CreateClientInput {
            principal,
            name,
            scopes,
        } = input;
        let permissions: Permissions = match scopes.join(" ").parse() {
            Ok(permissions) => permissions,
            Err(unknown) => {
                let message = unknown.to_string();
                let error = UserError::new(InputErrorCode::UnknownCode, "scopes", message);
                return Ok((None, vec![error]).into());
            }
        };
        let own = ctx.actor().principal();
        let new = NewClient {
            principal: principal.map_or(own, ClientPrincipal::read),
            name,
            permissions,
        };
        Ok(answer(ctx.registry().create_client(ctx.actor(), new).await)?.into())
    }

    /// Gives a client a new secret. The one before it stays good until the next rotation.
    ///
    /// Needs the scope `admin`.
    async fn rotate_client_secret(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which client.")] input: ClientInput,
    ) -> Result<ClientSecretPayload> {
        let (registry, actor) = (ctx.registry(), ctx.actor());
        Ok(answer(registry.rotate_client_secret(actor, input.read()).await)?.into())
    }

    /// Ends a client for ever, and its tokens within a minute.
    ///
    /// Needs the scope `admin`.
    async fn revoke_client(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which client.")] input: ClientInput,
    ) -> Result<ClientPayload> {
        let revoked = ctx.registry().revoke_client(ctx.actor(), input.read());
        let (client, user_errors) = answer(revoked.await)?;
        Ok(ClientPayload {
            client: client.map(Client),
            user_errors,
        })
    }
}
