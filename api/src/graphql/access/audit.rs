//! The audit, as those see it who may.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entities::audit_entry as row;

use crate::graphql::connection::{self, Counter, List, PageArgs};
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::filter::{
    Conditions, DateTimeValue, EnumFilter, IntoFilter, RangeFilter, StringFilter,
};
use crate::graphql::id;
use crate::graphql::plain::Plain;
use crate::registry::Filter;
use crate::registry::audit::Link;

/// What an entry of the audit says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::audit_event::AuditKind")]
pub(crate) enum AuditKind {
    /// A record was created, changed or restored. Clusters that are registered and places in
    /// partnerships that are accepted or left are changes, too.
    RecordChanged,
    /// A record was archived.
    RecordArchived,
    /// A record was merged into another.
    RecordMerged,
    /// A client got a token, or a person came with one.
    SignedIn,
    /// Someone did not get a token.
    SignInFailed,
    /// A client was made.
    ClientCreated,
    /// A client got a new secret.
    ClientSecretRotated,
    /// A client was ended.
    ClientRevoked,
    /// An organisation became an agency.
    AgencyRegistered,
    /// An agency was granted a region or a programme.
    GrantMade,
    /// A grant was taken back.
    GrantRevoked,
    /// A new key signs tokens.
    SigningKeyReplaced,
}

/// An entry of the audit.
pub(crate) struct AuditEntry(Arc<row::Model>);

impl Plain for AuditEntry {}

impl From<Arc<row::Model>> for AuditEntry {
    fn from(row: Arc<row::Model>) -> Self {
        Self(row)
    }
}

/// What more an entry of the audit says.
#[derive(SimpleObject)]
pub(crate) struct AuditDetail {
    /// What is said, for example `scopes` or `reason`.
    name: String,
    /// What it is.
    value: String,
}

/// An entry of the audit: who did what, when, and from where.
#[Object]
impl AuditEntry {
    /// Names it, as `partner-registry audit verify` does: `change-12`, `event-7`.
    async fn id(&self) -> ID {
        let row::Model { log, seq, .. } = *self.0;
        ID(Link { log, seq }.to_string())
    }

    /// What happened.
    async fn kind(&self) -> AuditKind {
        self.0.kind.into()
    }

    /// When.
    async fn at(&self) -> DateTime<Utc> {
        self.0.at
    }

    /// In whose name: `operator`, the id of a cluster or an agency, or `anonymous` for who did not
    /// prove to be anyone.
    async fn principal(&self) -> &str {
        &self.0.principal
    }

    /// The client or the person that spoke for it: the id of a client, or a name that is the same for
    /// one person of an outside issuer and does not say who that is; null: someone at the registry's
    /// own machine.
    async fn speaker(&self) -> Option<&str> {
        self.0.actor.split_once('/').map(|(_, speaker)| speaker)
    }

    /// The network it came from, of 24 bits of an IPv4 address or 48 of an IPv6 address; null: the
    /// registry's own machine.
    async fn network(&self) -> Option<&str> {
        self.0.network.as_deref()
    }

    /// How a change came in, for example `graphql`; null for what is no change.
    async fn origin(&self) -> Option<&str> {
        self.0.origin.as_deref()
    }

    /// What it was done to: the id of a record, a client, an agency or a grant, or of a key.
    async fn subject(&self) -> Option<ID> {
        match (self.0.record_type, self.0.record_id, &self.0.subject) {
            (Some(kind), Some(record), _) => Some(id::encode(kind, record)),
            (_, _, subject) => subject.clone().map(ID),
        }
    }

    /// The columns of the record that changed, without their values; empty for what is no change.
    async fn fields(&self) -> Vec<&str> {
        let fields = self.0.details.as_array().into_iter().flatten();
        fields.filter_map(serde_json::Value::as_str).collect()
    }

    /// What more there is to say: the `scopes` of a sign-in, the `reason` why one failed, how many
    /// `attempts` the entry stands for, the `agency` and the `region` or `programme` of a grant, the
    /// `name`, `principal` and `scopes` of a client, the `organisation` of an agency.
    async fn details(&self) -> Vec<AuditDetail> {
        let details = self.0.details.as_object().into_iter().flatten();
        let details = details.map(|(name, value)| AuditDetail {
            name: name.clone(),
            value: match value {
                serde_json::Value::String(text) => text.clone(),
                other => other.to_string(),
            },
        });
        details.collect()
    }
}

/// Which entries; all conditions must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct AuditFilter {
    /// What happened.
    kind: Option<EnumFilter<AuditKind>>,
    /// In whose name: `operator`, the id of a cluster or an agency, `anonymous`.
    principal: Option<StringFilter>,
    /// When.
    at: Option<RangeFilter<DateTimeValue>>,
}

impl IntoFilter for AuditFilter {
    fn into_filter(self) -> Result<Filter> {
        use row::Column::{At, Kind, Principal};
        let Self {
            kind,
            principal,
            at,
        } = self;
        Ok(Conditions::default()
            .member::<_, entities::audit_event::AuditKind>(Kind, kind)
            .text(Principal, principal)
            .range(At, at)
            .all())
    }
}

/// The query for the audit.
#[derive(Default)]
pub(crate) struct AuditQuery;

#[Object]
impl AuditQuery {
    /// The audit, the newest entries first: all for the operator, its own for a cluster. A sign-in
    /// shows a moment after it. Needs the scope `admin`.
    async fn audit_entries(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which entries.")] filter: Option<AuditFilter>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<List<AuditEntry>> {
        let filter = filter.unwrap_or_default().into_filter()?;
        connection::within_limits(ctx, &filter)?;
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        let (slice, mark) = connection::part(ctx, args, &("audit", &filter))?;
        let (registry, actor) = (ctx.registry(), ctx.actor());
        let page = registry.audit_page(actor, filter.clone(), &slice).await?;
        let page = page.ok_or_else(connection::damaged)?;
        let counter: Counter = Box::new(move |ctx| {
            let filter = filter.clone();
            Box::pin(async move { Ok(ctx.registry().audit_count(ctx.actor(), filter).await?) })
        });
        Ok(connection::connection(&page, mark, counter))
    }
}
