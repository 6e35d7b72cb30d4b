//! What sources say of records, and which of a record's fields come from whom.

use std::sync::Arc;

use async_graphql::{Context, SimpleObject};
use chrono::{DateTime, Utc};
use entities::{source, source_record};
use heck::ToLowerCamelCase;
use serde_json::{Map, Value};

use super::context::RequestContext;
use super::error::Result;
use super::loader::MentionsOf;
use super::record::{Row, Steward, Visibility, named};
use crate::auth::Scope;
use crate::graphql::plain::plain;

/// The id under which a source knows a record.
#[derive(Clone, SimpleObject)]
pub(crate) struct ExternalId {
    /// The source's name.
    source: String,
    /// The source's own id.
    external_id: String,
}

plain!(ExternalId: source, external_id);

impl ExternalId {
    /// The id that a source with this name has for a record.
    pub(crate) fn new(source: String, external_id: String) -> Self {
        Self {
            source,
            external_id,
        }
    }
}

/// Where data of a record come from.
#[derive(Clone, SimpleObject)]
pub(crate) struct Provenance {
    /// The source's name.
    source: String,
    /// The fields that the record has from it.
    fields: Vec<String>,
    /// The source's own id of the record; null where it is another cluster's.
    source_record_id: Option<String>,
    /// When the source said what stands here.
    retrieved_at: DateTime<Utc>,
    /// The licence of the source's data.
    licence: Option<String>,
    /// The source's home page.
    url: Option<String>,
}

/// What a source says of a record.
#[derive(Clone, SimpleObject)]
pub(crate) struct RecordClaim {
    /// The source's name.
    source: String,
    /// The cluster that the source belongs to; null: it is public.
    cluster: Option<Steward>,
    /// What it says, field by field; what it points to is on the record.
    fields: serde_json::Value,
    /// Who may see it; null: who may see the record.
    visibility: Option<Visibility>,
    /// When the source said so last.
    said_at: DateTime<Utc>,
}

/// The claims on a record that the viewer may see.
async fn mentions(
    ctx: &Context<'_>,
    row: &dyn Row,
) -> Result<Arc<Vec<(source_record::Model, source::Model)>>> {
    let mentions = ctx.batches().load_one(MentionsOf(row.columns().id)).await?;
    Ok(mentions.unwrap_or_default())
}

/// The ids under which sources know a record.
pub(super) async fn external_ids(ctx: &Context<'_>, row: &dyn Row) -> Result<Vec<ExternalId>> {
    let mentions = mentions(ctx, row).await?;
    let own = mentions.iter().filter(|(_, source)| is_own(ctx, source));
    let ids = own.map(|(said, source)| ExternalId {
        source: source.name.clone(),
        external_id: said.external_id.clone(),
    });
    Ok(ids.collect())
}

/// The sources that a record's data come from.
pub(super) async fn provenance(ctx: &Context<'_>, row: &dyn Row) -> Result<Vec<Provenance>> {
    let mentions = mentions(ctx, row).await?;
    let sources = mentions.iter().map(|(said, source)| {
        let fields = said.content.as_object().into_iter().flatten();
        let fields = fields.filter(|(field, value)| {
            !value.is_null() && row.sources().of(field) == Some(source.id)
        });
        Provenance {
            source: source.name.clone(),
            fields: fields.map(|(field, _)| field.clone()).collect(),
            source_record_id: is_own(ctx, source).then(|| said.external_id.clone()),
            retrieved_at: said.retrieved_at,
            licence: source.licence.clone(),
            url: source.url.clone(),
        }
    });
    Ok(sources.collect())
}

/// What sources say of a record.
pub(super) async fn claims(ctx: &Context<'_>, row: &dyn Row) -> Result<Vec<RecordClaim>> {
    let mentions = mentions(ctx, row).await?;
    let claims = mentions.iter().map(|(said, source)| async {
        Ok(RecordClaim {
            source: source.name.clone(),
            cluster: match source.cluster_id {
                Some(id) => Some(named(ctx, id).await?),
                None => None,
            },
            fields: without_references(&said.content),
            visibility: said.visibility.map(Into::into),
            said_at: said.retrieved_at,
        })
    });
    futures_util::future::try_join_all(claims).await
}

/// Whether the ids of a source are the viewer's business: public sources' are everyone's, a
/// cluster's its own.
fn is_own(ctx: &Context<'_>, source: &source::Model) -> bool {
    match (source.cluster_id, ctx.actor().scope()) {
        (None, _) | (_, Scope::All) => true,
        (Some(owner), Scope::Cluster(me)) => owner == *me,
        (Some(_), Scope::Public | Scope::Agency(_)) => false,
    }
}

/// What a claim says, without what it points to: that is on the record, for those who may see it.
fn without_references(content: &Value) -> Value {
    let is_reference = |value: &Value| {
        let fields = value.as_object().filter(|fields| fields.len() == 1);
        fields.is_some_and(|fields| {
            ["Id", "External", "Identifier"]
                .iter()
                .any(|kind| fields.contains_key(*kind))
        })
    };
    let fields = content.as_object().into_iter().flatten();
    let fields = fields.filter(|(_, value)| !is_reference(value));
    fields
        .map(|(field, value)| (field.clone(), shown(value)))
        .collect::<Map<_, _>>()
        .into()
}

/// A value that was said, with the names that the API has for its parts.
pub(crate) fn shown(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.to_lower_camel_case(), shown(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(shown).collect(),
        plain => plain.clone(),
    }
}
