//! The feed: one order of all changes, which everything that leaves the registry reads.
//!
//! A sequence taken before commit loses rows for readers that poll, so the position comes from one
//! counter row, taken last in a transaction and held to its end: the order of positions is the
//! order of commits, without holes. [`commit_changes`] is the only place that takes it; it ends
//! the transaction itself, so nothing can come after.

mod event;
mod term;

use chrono::{DateTime, Utc};
use entities::change_head::{self, ChangeOp};
use entities::id::ClusterId;
use entities::record::{RecordType, Visibility};
use entities::{change_log, feed_clock};
use sea_orm::sea_query::{Alias, CaseStatement, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, FromQueryResult,
    Iterable,
};
use uuid::Uuid;

use crate::store;

pub use event::{Event, commit_events, ensure_event_clock};
pub use term::begin_term;

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
    /// What was done.
    pub op: ChangeOp,
    /// Its steward.
    pub steward_id: Option<ClusterId>,
    /// Who may see it now.
    pub audience: Visibility,
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
    for (seq, change) in (first..).zip(changes) {
        heads.push(head(&change, seq, origin, clock.last_at));
        log.push(entry(change, seq, origin, clock.last_at));
    }
    store::insert::<change_head::Entity>(&tx, heads, Some(&newest_wins())).await?;
    store::insert::<change_log::Entity>(&tx, log, None).await?;
    tx.commit().await?;
    Ok(Some(clock.last_seq))
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

fn head(
    change: &Change,
    seq: Position,
    origin: &Origin,
    at: DateTime<Utc>,
) -> change_head::ActiveModel {
    change_head::ActiveModel {
        record_id: Set(change.record_id),
        record_type: Set(change.record_type),
        seq: Set(seq),
        op: Set(change.op),
        replaced_by: Set(None),
        version: Set(change.version),
        steward_id: Set(change.steward_id),
        audience: Set(change.audience),
        audience_max: Set(change.audience),
        origin: Set(origin.origin.clone()),
        tx_id: Set(origin.tx_id),
        changed_at: Set(at),
    }
}

/// A record keeps one head; the widest audience it ever had stays, whoever may see it now. The
/// names of the audiences sort from narrow to wide.
fn newest_wins() -> OnConflict {
    use change_head::Column::{Audience, AudienceMax, RecordId};
    let table = || Alias::new("change_head");
    let excluded = || Expr::col((Alias::new("excluded"), Audience));
    let before = || Expr::col((table(), AudienceMax));
    let widest = CaseStatement::new()
        .case(excluded().gt(before()), excluded())
        .finally(before());
    OnConflict::column(RecordId)
        .update_columns(
            change_head::Column::iter().filter(|column| !matches!(column, RecordId | AudienceMax)),
        )
        .value(AudienceMax, widest)
        .to_owned()
}

fn entry(
    change: Change,
    seq: Position,
    origin: &Origin,
    at: DateTime<Utc>,
) -> change_log::ActiveModel {
    let mut names = Vec::with_capacity(change.fields.len());
    let mut before = serde_json::Map::new();
    let mut after = serde_json::Map::new();
    for (name, old, new) in change.fields {
        before.insert(name.clone(), old);
        after.insert(name.clone(), new);
        names.push(serde_json::Value::String(name));
    }
    change_log::ActiveModel {
        seq: Set(seq),
        record_type: Set(change.record_type),
        record_id: Set(change.record_id),
        version: Set(change.version),
        op: Set(change.op),
        changed_fields: Set(serde_json::Value::Array(names)),
        before: Set(serde_json::Value::Object(before)),
        after: Set(serde_json::Value::Object(after)),
        actor: Set(origin.actor.clone()),
        origin: Set(origin.origin.clone()),
        network: Set(origin.network.clone()),
        tx_id: Set(origin.tx_id),
        at: Set(at),
    }
}
