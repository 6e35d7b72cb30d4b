//! Events: what happens beside the changes of records. They have positions of their own, which are
//! given out as those of changes are, so that a missing one shows.

use chrono::{DateTime, Utc};
use entities::audit_event::AuditKind;
use entities::{audit_clock, audit_event};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query};
use sea_orm::{ActiveValue::Set, ConnectionTrait, DatabaseTransaction, DbErr, FromQueryResult};
use uuid::Uuid;

use crate::store;

/// What happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// What it was.
    pub kind: AuditKind,
    /// Who did it.
    pub actor: String,
    /// The network it came from.
    pub network: Option<String>,
    /// What it was done to.
    pub subject: Option<String>,
    /// What more there is to say; never a secret.
    pub details: serde_json::Value,
    /// When.
    pub at: DateTime<Utc>,
}

/// Gives the events their positions and ends the transaction, which may have written what they tell
/// of. Without events it just ends it.
///
/// # Errors
/// When the database does; then nothing of the transaction is there.
pub async fn commit_events(tx: DatabaseTransaction, events: Vec<Event>) -> Result<(), DbErr> {
    if let Ok(n @ 1..) = i64::try_from(events.len()) {
        let last = take_clock(&tx, n).await?;
        let first = last.saturating_sub(n).saturating_add(1);
        let rows = (first..).zip(events).map(|(seq, event)| {
            let Event {
                kind,
                actor,
                network,
                subject,
                details,
                at,
            } = event;
            audit_event::ActiveModel {
                seq: Set(seq),
                kind: Set(kind),
                actor: Set(actor),
                network: Set(network),
                subject: Set(subject),
                details: Set(details),
                at: Set(at),
            }
        });
        store::insert::<audit_event::Entity>(&tx, rows.collect(), None).await?;
    }
    tx.commit().await
}

/// Makes the clock of events when it is not there yet.
///
/// # Errors
/// When the database does.
pub async fn ensure_event_clock(tx: &DatabaseTransaction, salt: Uuid) -> Result<(), DbErr> {
    let first = audit_clock::ActiveModel {
        id: Set(1),
        last_seq: Set(0),
        person_salt: Set(salt),
    };
    // A change of nothing, because what is there stays.
    let keep = OnConflict::column(audit_clock::Column::Id)
        .update_column(audit_clock::Column::Id)
        .to_owned();
    store::insert::<audit_clock::Entity>(tx, vec![first], Some(&keep)).await
}

#[derive(FromQueryResult)]
struct Clock {
    last_seq: i64,
}

/// Takes `n` positions. From here to the commit nobody else can, so only the events follow.
async fn take_clock(tx: &DatabaseTransaction, n: i64) -> Result<i64, DbErr> {
    use audit_clock::Column::{Id, LastSeq};
    let update = Query::update()
        .table(audit_clock::Entity)
        .value(LastSeq, Expr::col(LastSeq).add(n))
        .and_where(Expr::col(Id).eq(1))
        .returning(Query::returning().column(LastSeq))
        .to_owned();
    let clock = Clock::find_by_statement(tx.get_database_backend().build(&update))
        .one(tx)
        .await?;
    let clock = clock.ok_or_else(|| DbErr::RecordNotFound("audit_clock".to_owned()))?;
    Ok(clock.last_seq)
}
