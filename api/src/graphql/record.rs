//! What every shared record shows: the envelope, and the interfaces `Node` and `Record`.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Interface, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entities::cluster as cluster_row;
use entities::id::ClusterId;
use entities::partnership;
use entities::record::{self, RecordRow, RecordType};
use uuid::Uuid;

use super::claims::{self, ExternalId, Provenance, RecordClaim};
use super::cluster::Cluster;
use super::connection::PageArgs;
use super::context::RequestContext;
use super::error::Result;
use super::former::found;
use super::id;
use super::loader::ById;
use super::membership::Membership;
use super::organisation::Organisation;
use super::participation::Participation;
use super::partnership::Partnership;
use super::partnership_member::PartnershipMember;
use super::project::Project;
use super::sync::history::{self, HistoryConnection};
use super::written::One;
use crate::registry::AnyRecord;

/// Anything with an id of its own.
#[derive(Clone, Interface)]
#[graphql(field(name = "id", ty = "ID", desc = "Identifies the record for ever."))]
pub(crate) enum Node {
    /// An organisation.
    Organisation(Organisation),
    /// A cluster.
    Cluster(Cluster),
    /// A membership.
    Membership(Membership),
    /// A partnership.
    Partnership(Partnership),
    /// A place in a partnership.
    PartnershipMember(PartnershipMember),
    /// A project.
    Project(Project),
    /// A participation.
    Participation(Participation),
}

/// A record that clusters share: who knows one type of them knows all.
#[expect(clippy::duplicated_attributes, reason = "two fields have one type")]
#[derive(Clone, Interface)]
#[graphql(
    field(name = "id", ty = "ID", desc = "Identifies the record for ever."),
    field(
        name = "version",
        ty = "i32",
        desc = "1 when created, one more with every change."
    ),
    field(
        name = "created_at",
        ty = "DateTime<Utc>",
        desc = "When it came into the registry."
    ),
    field(
        name = "updated_at",
        ty = "DateTime<Utc>",
        desc = "When it last changed."
    ),
    field(name = "steward", ty = "Steward", desc = "Who is responsible for it."),
    field(name = "visibility", ty = "Visibility", desc = "Who may see it."),
    field(
        name = "partnership_ids",
        ty = "Vec<ID>",
        desc = "The partnerships through which partners see it, of those that you may see; where it \
                names none, all that its steward shares."
    ),
    field(
        name = "external_ids",
        ty = "Vec<ExternalId>",
        desc = "The ids under which sources know it."
    ),
    field(
        name = "provenance",
        ty = "Vec<Provenance>",
        desc = "The sources that its data come from, oldest first."
    ),
    field(
        name = "claims",
        ty = "Vec<RecordClaim>",
        desc = "What sources say of it, of those claims that you may see, oldest first."
    ),
    field(
        name = "resolved_from",
        ty = "Option<ID>",
        desc = "The id by which you asked for it, where that is the id of a record that has become \
                part of it."
    ),
    field(
        name = "findings",
        ty = "Vec<Finding>",
        desc = "What looks wrong in it."
    ),
    field(
        name = "history",
        ty = "One<HistoryConnection>",
        arg(
            name = "first",
            ty = "Option<i32>",
            desc = "How many of the newest, 200 at most."
        ),
        arg(
            name = "after",
            ty = "Option<String>",
            desc = "Only those after this cursor."
        ),
        arg(
            name = "last",
            ty = "Option<i32>",
            desc = "How many of the oldest, 200 at most."
        ),
        arg(
            name = "before",
            ty = "Option<String>",
            desc = "Only those before this cursor."
        ),
        desc = "Its changes that you may see, newest first."
    )
)]
pub(crate) enum Record {
    /// An organisation.
    Organisation(Organisation),
    /// A cluster.
    Cluster(Cluster),
    /// A membership.
    Membership(Membership),
    /// A partnership.
    Partnership(Partnership),
    /// A place in a partnership.
    PartnershipMember(PartnershipMember),
    /// A project.
    Project(Project),
    /// A participation.
    Participation(Participation),
}

impl From<AnyRecord> for Record {
    fn from(record: AnyRecord) -> Self {
        match record {
            AnyRecord::Organisation(row) => Self::Organisation(row.into()),
            AnyRecord::Cluster(row) => Self::Cluster(row.into()),
            AnyRecord::Membership(row) => Self::Membership(row.into()),
            AnyRecord::Partnership(row) => Self::Partnership(row.into()),
            AnyRecord::PartnershipMember(row) => Self::PartnershipMember(row.into()),
            AnyRecord::Project(row) => Self::Project(row.into()),
            AnyRecord::Participation(row) => Self::Participation(row.into()),
        }
    }
}

/// Who may see a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::record::Visibility")]
pub(crate) enum Visibility {
    /// The steward alone.
    Owner,
    /// Clusters that share a partnership with the steward, which both have accepted.
    Partners,
    /// Everyone.
    Public,
}

/// Who is responsible for a record: a cluster, or the registry itself.
#[derive(Clone, SimpleObject)]
pub(crate) struct Steward {
    /// The cluster's name, or the registry's; null: a cluster that you may not see.
    name: Option<String>,
    /// The cluster's id; null when you may not see it, or the registry itself is the steward.
    id: Option<ID>,
}

/// Something that looks wrong in a record and did not keep it out.
#[derive(Clone, SimpleObject)]
pub(crate) struct Finding {
    /// The kind of finding, for programs.
    code: FindingCode,
    /// What was found and what would be right, for people.
    message: String,
    /// The field, for example `identifiers.0.value`.
    path: String,
}

/// The kinds of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "entities::record::FindingCode")]
pub(crate) enum FindingCode {
    /// The check digit of an identifier is wrong.
    ChecksumFailed,
    /// An identifier does not have the form of its scheme.
    FormatInvalid,
    /// A code is in no list that the registry knows; the field is empty.
    UnknownCode,
    /// A value could not be read; the field is empty.
    Unreadable,
    /// Two dates contradict each other.
    DatesReversed,
    /// The country of the address and the country of the region differ.
    CountryRegionMismatch,
    /// A university or a public body is called an SME.
    SmeUnlikely,
    /// Sources differ on whether the organisation is an SME.
    SmeInconsistent,
    /// An associated partner has an EU contribution.
    AssociatedWithContribution,
    /// A project has no coordinator, or several.
    CoordinatorCount,
    /// The participants' EU contributions do not add up to the project's.
    ContributionMismatch,
    /// Another organisation holds the same identifier.
    DuplicateIdentifier,
    /// An amount had more decimals than its currency and was rounded half to even.
    AmountRounded,
}

impl From<record::Finding> for Finding {
    fn from(finding: record::Finding) -> Self {
        let record::Finding {
            code,
            message,
            path,
        } = finding;
        Self {
            code: code.into(),
            message,
            path,
        }
    }
}

/// A row of any type, for the fields that all types have.
pub(crate) trait Row: Send + Sync {
    /// The envelope.
    fn columns(&self) -> record::Envelope;
    /// Where its fields come from.
    fn sources(&self) -> &record::FieldSources;
}

impl<M: RecordRow> Row for M {
    fn columns(&self) -> record::Envelope {
        self.envelope()
    }

    fn sources(&self) -> &record::FieldSources {
        self.provenance()
    }
}

/// The fields that all types have; each type shows them as its own, flattened. So no field of it may
/// lead to a type of records: that type would be built while this one is not ready yet.
pub(crate) struct Envelope(pub(crate) Arc<dyn Row>);

#[Object]
impl Envelope {
    /// 1 when created, one more with every change.
    pub(crate) async fn version(&self) -> Result<i32> {
        Ok(self.0.columns().version)
    }

    /// When it came into the registry.
    pub(crate) async fn created_at(&self) -> Result<DateTime<Utc>> {
        Ok(self.0.columns().created_at)
    }

    /// When it last changed.
    pub(crate) async fn updated_at(&self) -> Result<DateTime<Utc>> {
        Ok(self.0.columns().updated_at)
    }

    /// Who is responsible for it.
    pub(crate) async fn steward(&self, ctx: &Context<'_>) -> Result<Steward> {
        match self.0.columns().steward_id {
            Some(id) => named(ctx, id).await,
            None => Ok(Steward {
                name: Some("Partner Registry".to_owned()),
                id: None,
            }),
        }
    }

    /// Who may see it.
    pub(crate) async fn visibility(&self) -> Result<Visibility> {
        Ok(self.0.columns().visibility.into())
    }

    /// The partnerships through which partners see it, of those that you may see; where it names
    /// none, all that its steward shares.
    pub(crate) async fn partnership_ids(&self, ctx: &Context<'_>) -> Result<Vec<ID>> {
        let named = self.0.columns().partnership_ids.0;
        let ids = named.into_iter().map(ById::<partnership::Entity>::new);
        let ids: Vec<_> = ids.collect();
        let rows = ctx.batches().load_many(&ids).await?;
        let mut ids: Vec<_> = rows.into_values().map(|row| row.id).collect();
        ids.sort_unstable();
        let ids = ids.into_iter();
        Ok(ids
            .map(|id| id::encode(RecordType::Partnership, id.into()))
            .collect())
    }

    /// The ids under which sources know it.
    pub(crate) async fn external_ids(&self, ctx: &Context<'_>) -> Result<Vec<ExternalId>> {
        claims::external_ids(ctx, &*self.0).await
    }

    /// Its changes that you may see, newest first.
    pub(crate) async fn history(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many of the newest, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many of the oldest, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<One<HistoryConnection>> {
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        history::of_record(ctx, self.0.columns().id, args).await
    }

    /// The sources that its data come from, oldest first.
    pub(crate) async fn provenance(&self, ctx: &Context<'_>) -> Result<Vec<Provenance>> {
        claims::provenance(ctx, &*self.0).await
    }

    /// What sources say of it, of those claims that you may see, oldest first. The record takes each
    /// field from the claim that counts most.
    pub(crate) async fn claims(&self, ctx: &Context<'_>) -> Result<Vec<RecordClaim>> {
        claims::claims(ctx, &*self.0).await
    }

    /// The id by which you asked for it, where that is the id of a record that has become part of it.
    pub(crate) async fn resolved_from(&self, ctx: &Context<'_>) -> Result<Option<ID>> {
        Ok(ctx.followed().from(self.0.columns().id))
    }
}

/// A cluster by its name and id, as far as the viewer may see it.
pub(crate) async fn named(ctx: &Context<'_>, id: ClusterId) -> Result<Steward> {
    let cluster = ById::<cluster_row::Entity>::new(id);
    let cluster = ctx.batches().load_one(cluster).await?;
    let id = |cluster: &Arc<cluster_row::Model>| id::encode(RecordType::Cluster, cluster.id.into());
    Ok(Steward {
        id: cluster.as_ref().map(id),
        name: cluster.map(|cluster| cluster.name.clone()),
    })
}

/// The methods by which the interfaces reach the fields that all types have; the types show them
/// by flattening [`Envelope`].
macro_rules! shared_record {
    ($name:ident, $row:path) => {
        $crate::graphql::record::shared_record! {
            $name:
            version -> i32,
            created_at -> chrono::DateTime<chrono::Utc>,
            updated_at -> chrono::DateTime<chrono::Utc>,
            steward -> $crate::graphql::record::Steward,
            visibility -> $crate::graphql::record::Visibility,
            partnership_ids -> Vec<async_graphql::ID>,
            external_ids -> Vec<$crate::graphql::claims::ExternalId>,
            provenance -> Vec<$crate::graphql::claims::Provenance>,
            claims -> Vec<$crate::graphql::claims::RecordClaim>,
            resolved_from -> Option<async_graphql::ID>
        }

        impl $name {
            pub(crate) async fn history(
                &self,
                ctx: &async_graphql::Context<'_>,
                first: Option<i32>,
                after: Option<String>,
                last: Option<i32>,
                before: Option<String>,
            ) -> $crate::graphql::error::Result<
                $crate::graphql::written::One<$crate::graphql::sync::history::HistoryConnection>,
            > {
                let envelope = self.envelope(ctx).await;
                envelope.history(ctx, first, after, last, before).await
            }
        }

        impl From<std::sync::Arc<$row>> for $name {
            fn from(row: std::sync::Arc<$row>) -> Self {
                Self(row)
            }
        }
    };
    ($name:ident: $($field:ident -> $type:ty),+) => {
        impl $name {$(
            pub(crate) async fn $field(
                &self,
                ctx: &async_graphql::Context<'_>,
            ) -> $crate::graphql::error::Result<$type> {
                self.envelope(ctx).await.$field(ctx).await
            }
        )+}
    };
}
pub(crate) use shared_record;

/// The record with an id; none when it is hidden or unknown.
pub(crate) async fn node(ctx: &Context<'_>, id: &ID) -> Result<Option<Node>> {
    let (kind, id) = id::decode(id)?;
    Ok(record(ctx, kind, id).await?.map(Into::into))
}

/// The record of a type with an id; none when it is hidden or unknown.
pub(crate) async fn record(
    ctx: &Context<'_>,
    kind: RecordType,
    id: Uuid,
) -> Result<Option<Record>> {
    use entities::{membership, organisation, participation, partnership_member, project};
    Ok(match kind {
        RecordType::Organisation => found::<organisation::Entity>(ctx, id)
            .await?
            .map(|row| Record::Organisation(Organisation(row))),
        RecordType::Cluster => found::<cluster_row::Entity>(ctx, id)
            .await?
            .map(|row| Record::Cluster(Cluster(row))),
        RecordType::Membership => found::<membership::Entity>(ctx, id)
            .await?
            .map(|row| Record::Membership(Membership(row))),
        RecordType::Partnership => found::<partnership::Entity>(ctx, id)
            .await?
            .map(|row| Record::Partnership(Partnership(row))),
        RecordType::PartnershipMember => found::<partnership_member::Entity>(ctx, id)
            .await?
            .map(|row| Record::PartnershipMember(PartnershipMember(row))),
        RecordType::Project => found::<project::Entity>(ctx, id)
            .await?
            .map(|row| Record::Project(Project(row))),
        RecordType::Participation => found::<participation::Entity>(ctx, id)
            .await?
            .map(|row| Record::Participation(Participation(row))),
    })
}

impl From<Record> for Node {
    fn from(record: Record) -> Self {
        match record {
            Record::Organisation(record) => Self::Organisation(record),
            Record::Cluster(record) => Self::Cluster(record),
            Record::Membership(record) => Self::Membership(record),
            Record::Partnership(record) => Self::Partnership(record),
            Record::PartnershipMember(record) => Self::PartnershipMember(record),
            Record::Project(record) => Self::Project(record),
            Record::Participation(record) => Self::Participation(record),
        }
    }
}

/// The findings that a row holds.
pub(crate) fn findings<M: RecordRow>(row: &M) -> Vec<Finding> {
    row.findings().iter().cloned().map(Into::into).collect()
}
