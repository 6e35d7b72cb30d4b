//! Terms: each start of a process writes one, so that a cursor can tell a restored database. The first
//! one makes the secret of cursors, too.

use chrono::{DateTime, Utc};
use entities::{feed_clock, feed_secret, feed_term};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, DatabaseTransaction, DbErr, EntityTrait, QuerySelect};
use uuid::Uuid;

use super::Secret;
use crate::store;

/// Begins a term and ends the transaction; makes the clock and the secret of cursors when they are not
/// there yet. Returns the secret that is there.
///
/// # Errors
/// When the database does.
pub async fn begin_term(
    tx: DatabaseTransaction,
    term: Uuid,
    secret: Secret,
    now: DateTime<Utc>,
) -> Result<Secret, DbErr> {
    let first = feed_clock::ActiveModel {
        id: Set(1),
        last_seq: Set(0),
        term_id: Set(term),
        last_at: Set(now),
    };
    // The first process makes the row; every later one takes it, and says whose term it is.
    let take = OnConflict::column(feed_clock::Column::Id)
        .update_column(feed_clock::Column::TermId)
        .to_owned();
    store::insert::<feed_clock::Entity>(&tx, vec![first], Some(&take)).await?;
    let clock = feed_clock::Entity::find()
        .select_only()
        .column(feed_clock::Column::LastSeq)
        .into_tuple::<i64>()
        .one(&tx)
        .await?;
    let row = feed_term::ActiveModel {
        id: Set(term),
        start_seq: Set(clock.unwrap_or(0)),
        started_at: Set(now),
    };
    store::insert::<feed_term::Entity>(&tx, vec![row], None).await?;
    let secret = feed_secret::ActiveModel {
        id: Set(1),
        secret: Set(secret.encoded()),
        made_at: Set(now),
    };
    let keep = OnConflict::column(feed_secret::Column::Id)
        .do_nothing()
        .to_owned();
    store::insert::<feed_secret::Entity>(&tx, vec![secret], Some(&keep)).await?;
    let kept = feed_secret::Entity::find().one(&tx).await?;
    let kept = kept.and_then(|row| Secret::decoded(&row.secret));
    tx.commit().await?;
    kept.ok_or_else(|| DbErr::Custom("feed_secret holds no secret".to_owned()))
}
