//! The sources from which clusters push, and how far their sync is.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entities::source;

use crate::graphql::access::answer;
use crate::graphql::change::UserError;
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::plain::Plain;
use crate::graphql::record::Visibility;
use crate::graphql::review::PendingOf;
use crate::graphql::scalar::{Cursor, Position};
use crate::graphql::written::{Many, One};

/// A source of a cluster: its CRM, say.
pub(crate) struct Source(source::Model);

impl Plain for Source {}

/// A source of a cluster: its CRM, say.
#[Object]
impl Source {
    /// Its name, unique among your own.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Who may see what comes from it, where a row says nothing else.
    async fn default_visibility(&self) -> Visibility {
        self.0.default_visibility.into()
    }

    /// When it was last pushed from; null: never.
    async fn last_push_at(&self) -> Option<DateTime<Utc>> {
        self.0.last_push_at
    }

    /// How many organisations that it brought wait in `matchReviews`.
    async fn pending_reviews(&self, ctx: &Context<'_>) -> Result<i64> {
        let pending = ctx.batches().load_one(PendingOf(self.0.id)).await?;
        Ok(pending.unwrap_or(0))
    }
}

/// How far sync is: where all changes end, and your own sources.
pub(crate) struct SyncStatus {
    cursor: String,
    position: i64,
    sources: Vec<source::Model>,
}

impl Plain for SyncStatus {}

/// How far sync is: where all changes end, and your own sources.
#[Object]
impl SyncStatus {
    /// The position of the latest change.
    async fn position(&self) -> Position {
        Position(self.position)
    }

    /// For `after`: what changes from now on, with any filter.
    async fn cursor(&self) -> Cursor {
        Cursor(self.cursor.clone())
    }

    /// For how many days `history` is kept; null: for ever.
    async fn history_retention_days(&self) -> Option<i32> {
        None
    }

    /// Your own sources, by name; the operator's are the public ones.
    async fn sources(&self) -> Many<Source> {
        self.sources.iter().cloned().map(Source).collect()
    }
}

/// Queries for how far sync is.
#[derive(Default)]
pub(crate) struct StatusQuery;

#[Object]
impl StatusQuery {
    /// How far sync is.
    async fn sync_status(&self, ctx: &Context<'_>) -> Result<One<SyncStatus>> {
        let (registry, actor) = (ctx.registry(), ctx.actor());
        let (cursor, position) = registry.end_of_changes(actor).await?;
        Ok(One(SyncStatus {
            cursor,
            position,
            sources: registry.own_sources(actor).await?,
        }))
    }
}

/// A source to register.
#[derive(InputObject)]
pub(crate) struct RegisterSourceInput {
    /// Its name, for example `tls-hubspot`; unique among your own.
    name: String,
    /// Who may see what comes from it, where a row says nothing else. Nothing said: partners, or as
    /// it is when the source is there already.
    default_visibility: Option<Visibility>,
}

/// The source as it is now, or why it was refused.
#[derive(SimpleObject)]
pub(crate) struct RegisterSourcePayload {
    /// The source; null when it was refused.
    source: Option<One<Source>>,
    /// Why it was refused.
    user_errors: Vec<UserError>,
}

/// Mutations of sources.
#[derive(Default)]
pub(crate) struct SourceMutation;

#[Object]
impl SourceMutation {
    /// Registers a source of your cluster, from which it will push. Done twice it is the same.
    /// Needs the scope `sync`.
    async fn register_source(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which source.")] input: RegisterSourceInput,
    ) -> Result<RegisterSourcePayload> {
        let RegisterSourceInput {
            name,
            default_visibility,
        } = input;
        let visibility = default_visibility.map(Into::into);
        let registered = ctx
            .registry()
            .register_source(ctx.actor(), &name, visibility);
        let (source, user_errors) = answer(registered.await)?;
        Ok(RegisterSourcePayload {
            source: source.map(|source| One(Source(source))),
            user_errors,
        })
    }
}
