//! The feed: one order of all changes, which everything that leaves the registry reads.
//!
//! A sequence taken before commit loses rows for readers that poll, so the position comes from one
//! counter row, taken last in a transaction and held to its end: the order of positions is the
//! order of commits, without holes. [`commit_changes`] is the only place that takes it; it ends
//! the transaction itself, so nothing can come after.

mod cursor;
mod event;
mod now;
mod page;
mod rows;
mod seen;
mod sight;
mod term;
mod wake;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entities::id::SourceId;
use entities::record::RecordType;
use entities::{change_head, change_log, feed_clock};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult,
    QueryFilter, QuerySelect,
};
use uuid::Uuid;

use crate::store;

pub use cursor::{Cursor, Secret};
pub use event::{Event, commit_events, ensure_event_clock};
pub use now::end;
pub use page::{OtherFilter, Page, PageOf, Rebase, page};
pub use seen::{hidden_since, merged_into, seen_once};
pub use sight::{Claim, Sight};
pub use term::begin_term;
pub use wake::{Listener, Wake};

/// A place in the order of all changes.
pub type Position = i64;

/// What a transaction did to one record.
#[derive(Clone, Debug)]
pub struct Change {
    /// The type of the record.
    pub record_type: RecordType,
    /// The record.
    pub record_id: Uuid,
    /// The version it got.
    pub version: i32,
    /// Who could see it before; none for a new record.
    pub before: Option<Sight>,
    /// Who may see it now.
    pub sight: Sight,
    /// The record that it became part of; none: it stands for itself.
    pub replaced_by: Option<Uuid>,
    /// The claims on it that begin or end.
    pub claims: Vec<Claim>,
    /// What the push called it that made the change.
    pub client_mutation_id: Option<String>,
    /// The columns that changed: name, value before, value after.
    pub fields: Vec<(String, serde_json::Value, serde_json::Value)>,
}

/// Who made a transaction's changes, and how they came in.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The transaction's own id.
    pub tx_id: Uuid,
    /// The actor's name.
    pub actor: String,
    /// The cluster or agency in whose name it acts; none: the registry itself.
    pub principal_id: Option<Uuid>,
    /// The cluster's source that pushes; none: nothing is pushed.
    pub source_id: Option<SourceId>,
    /// The way in, for example `graphql` or `import:CORDIS`.
    pub origin: String,
    /// The network that the actor asks from.
    pub network: Option<String>,
    /// The time at which the clock was asked for.
    pub at: DateTime<Utc>,
}

/// Gives the changes their positions and ends the transaction. Without changes it just ends it.
///
/// # Errors
/// When the database does; then nothing of the transaction is there.
pub async fn commit_changes(
    tx: DatabaseTransaction,
    origin: &Origin,
    changes: Vec<Change>,
) -> Result<Option<Position>, DbErr> {
    let Ok(n @ 1..) = i64::try_from(changes.len()) else {
        tx.commit().await?;
        return Ok(None);
    };
    let clock = take_clock(&tx, n, origin.at).await?;
    let first = clock.last_seq.saturating_sub(n).saturating_add(1);
    let mut heads = Vec::with_capacity(changes.len());
    let mut log = Vec::with_capacity(changes.len());
    let mut ends = sight::Ends::default();
    // A record that changes twice in a transaction has two entries and one head.
    let last: HashMap<Uuid, i32> = changes
        .iter()
        .map(|change| (change.record_id, change.version))
        .collect();
    for (seq, change) in (first..).zip(changes) {
        if last.get(&change.record_id) == Some(&change.version) {
            heads.push(rows::head(&change, seq, origin, clock.last_at));
        }
        ends.add(&change, seq);
        log.push(rows::entry(change, seq, origin, clock.last_at));
    }
    store::insert::<change_head::Entity>(&tx, heads, Some(&rows::newest_wins())).await?;
    store::insert::<change_log::Entity>(&tx, log, None).await?;
    ends.save(&tx).await?;
    tx.commit().await?;
    Ok(Some(clock.last_seq))
}

/// The position at which a record got a version.
///
/// # Errors
/// When the database does.
pub async fn position_of(
    db: &impl ConnectionTrait,
    record: Uuid,
    version: i32,
) -> Result<Option<Position>, DbErr> {
    change_log::Entity::find()
        .filter(change_log::Column::RecordId.eq(record))
        .filter(change_log::Column::Version.eq(version))
        .select_only()
        .column(change_log::Column::Seq)
        .into_tuple()
        .one(db)
        .await
}

/// Whether no record was ever written.
///
/// # Errors
/// When the database does.
pub async fn is_empty(db: &impl ConnectionTrait) -> Result<bool, DbErr> {
    Ok(change_head::Entity::find().one(db).await?.is_none())
}

#[derive(FromQueryResult)]
struct Clock {
    last_seq: i64,
    last_at: DateTime<Utc>,
}

/// Takes `n` positions. From here to the commit nobody else can, so only heads and log follow.
async fn take_clock(tx: &DatabaseTransaction, n: i64, at: DateTime<Utc>) -> Result<Clock, DbErr> {
    use feed_clock::Column::{Id, LastAt, LastSeq};
    let later = CaseStatement::new()
        .case(Expr::col(LastAt).lt(at), Expr::value(at))
        .finally(Expr::col(LastAt));
    let update = Query::update()
        .table(feed_clock::Entity)
        .value(LastSeq, Expr::col(LastSeq).add(n))
        .value(LastAt, later)
        .and_where(Expr::col(Id).eq(1))
        .returning(Query::returning().columns([LastSeq, LastAt]))
        .to_owned();
    Clock::find_by_statement(tx.get_database_backend().build(&update))
        .one(tx)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("feed_clock".to_owned()))
}
