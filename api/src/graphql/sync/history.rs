//! The history of a record: who changed which field from what to what.

use std::sync::Arc;

use async_graphql::connection::PageInfo;
use async_graphql::{Context, ID, Object, SimpleObject};
use chrono::{DateTime, Utc};
use entities::change_head::ChangeOp as Done;
use entities::record::RecordType;
use serde_json::Value as Json;
use uuid::Uuid;

use super::change::ChangeOp;
use super::field;
use crate::graphql::connection::{PageArgs, limit};
use crate::graphql::context::RequestContext;
use crate::graphql::error::{GraphqlError, Result};
use crate::graphql::id;
use crate::graphql::loader::HistoryOf;
use crate::graphql::scalar::{JsonValue, Position};
use crate::graphql::written::{Many, One};
use crate::registry::{HistorySlice, Past};

/// A page of a history, newest first.
pub(crate) struct HistoryConnection {
    entries: Vec<HistoryEdge>,
    has_next: bool,
    has_previous: bool,
}

/// A page of a history, newest first.
#[Object]
impl HistoryConnection {
    /// The changes, each with its cursor.
    async fn edges(&self) -> Many<&HistoryEdge> {
        self.entries.iter().collect()
    }

    /// The changes.
    async fn nodes(&self) -> Many<&HistoryEntry> {
        self.entries.iter().map(|edge| &edge.node).collect()
    }

    /// Whether there is more, and the cursors to go on with.
    async fn page_info(&self) -> One<PageInfo> {
        One(PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.entries.first().map(HistoryEdge::place),
            end_cursor: self.entries.last().map(HistoryEdge::place),
        })
    }
}

/// A change of a history with its cursor.
pub(crate) struct HistoryEdge {
    node: HistoryEntry,
}

impl HistoryEdge {
    fn place(&self) -> String {
        format!("{:020}", self.node.0.told.entry.seq)
    }
}

/// A change of a history with its cursor.
#[Object]
impl HistoryEdge {
    /// The change.
    async fn node(&self) -> One<&HistoryEntry> {
        One(&self.node)
    }

    /// Where it stands: for `after`.
    async fn cursor(&self) -> String {
        self.place()
    }
}

/// A change of a record.
pub(crate) struct HistoryEntry(Past);

/// A change of a record.
#[Object]
impl HistoryEntry {
    /// What was done.
    async fn op(&self) -> ChangeOp {
        match self.0.told.entry.op {
            Done::Upsert => ChangeOp::Upsert,
            Done::Deleted => ChangeOp::Deleted,
            Done::Merged => ChangeOp::Merged,
        }
    }

    /// The version that the record got.
    async fn version(&self) -> i32 {
        self.0.told.entry.version
    }

    /// Where it stands among all changes.
    async fn position(&self) -> Position {
        Position(self.0.told.entry.seq)
    }

    /// When it was made.
    async fn at(&self) -> DateTime<Utc> {
        self.0.told.entry.at
    }

    /// Who made it.
    async fn by(&self) -> Author {
        let cluster = self.0.by.as_ref();
        let is_own = self.0.told.entry.principal_id.is_none();
        Author {
            name: cluster
                .map(|cluster| cluster.name.clone())
                .or_else(|| is_own.then(|| "Partner Registry".to_owned())),
            id: cluster.map(|cluster| id::encode(RecordType::Cluster, cluster.id.into())),
        }
    }

    /// What changed in it, by the names of the fields.
    async fn fields(&self) -> Many<FieldChange> {
        let entry = &self.0.told.entry;
        let columns = entry.changed_fields.as_array().into_iter().flatten();
        let columns = columns.filter_map(Json::as_str);
        let value = |values: &Json, column: &str| field::value(column, values.get(column));
        columns
            .filter_map(|column| {
                let before = self.0.told.shows_before && entry.version > 1;
                Some(FieldChange {
                    field: field::shown(entry.record_type, column)?,
                    before: before.then(|| value(&entry.before, column)).flatten(),
                    after: value(&entry.after, column),
                })
            })
            .collect()
    }
}

/// Who made a change: a cluster, or the registry itself.
#[derive(Clone, SimpleObject)]
pub(crate) struct Author {
    /// The cluster's name, or the registry's; null: someone whom you may not see.
    name: Option<String>,
    /// The cluster's id; null when you may not see it, or it was the registry itself.
    id: Option<ID>,
}

/// What changed in a field.
#[derive(Clone, SimpleObject)]
pub(crate) struct FieldChange {
    /// The field, or the part of it that the registry keeps by itself, for example
    /// `euContributionMinor`.
    field: String,
    /// What stood there before; null: nothing, or what you could not see then.
    before: Option<JsonValue>,
    /// What stands there since; null: nothing, or what you may not see.
    after: Option<JsonValue>,
}

/// The history of one record.
pub(crate) async fn of_record(
    ctx: &Context<'_>,
    record: Uuid,
    args: PageArgs,
) -> Result<One<HistoryConnection>> {
    let (size, from_the_end) = limit(ctx, &args)?;
    let slice = HistorySlice {
        older_than: args.after.as_deref().map(place).transpose()?,
        newer_than: args.before.as_deref().map(place).transpose()?,
        limit: size.saturating_add(1),
        from_the_end,
    };
    let found = ctx.batches().load_one(HistoryOf(record, slice)).await?;
    let found: Arc<Vec<Past>> = found.unwrap_or_default();
    let size = usize::try_from(size).unwrap_or(usize::MAX);
    let beyond = found.len().saturating_sub(size);
    let (skipped, has_next, has_previous) = if from_the_end {
        (beyond, slice.newer_than.is_some(), beyond > 0)
    } else {
        (0, beyond > 0, slice.older_than.is_some())
    };
    let entries = found.iter().skip(skipped).take(size).cloned();
    let entries = entries.map(|past| HistoryEdge {
        node: HistoryEntry(past),
    });
    Ok(One(HistoryConnection {
        entries: entries.collect(),
        has_next,
        has_previous,
    }))
}

fn place(cursor: &str) -> Result<i64> {
    let digits = cursor.len() == 20 && cursor.bytes().all(|byte| byte.is_ascii_digit());
    let place = digits.then(|| cursor.parse().ok()).flatten();
    place.ok_or_else(|| {
        GraphqlError::cursor_invalid("the cursor is damaged: take `endCursor` as it is")
    })
}
