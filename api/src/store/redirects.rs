//! Ids of records that have become part of others: they lead there for ever.

use std::collections::HashMap;

use entities::change_head;
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::one_of;

/// How often a record that others became part of can have become part of another itself.
const MAX_STEPS: usize = 32;

/// The records that these have become part of, and these in turn, to the last. Those that stand for
/// themselves are missing.
///
/// # Errors
/// When the database does.
pub async fn redirected(
    db: &impl ConnectionTrait,
    ids: Vec<Uuid>,
) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    let mut led: HashMap<Uuid, Uuid> = HashMap::new();
    let mut ends = ids;
    for _ in 0..MAX_STEPS {
        let steps: HashMap<Uuid, Uuid> = next(db, std::mem::take(&mut ends)).await?;
        if steps.is_empty() {
            break;
        }
        for end in led.values_mut() {
            *end = steps.get(end).copied().unwrap_or(*end);
        }
        ends.extend(steps.values());
        for (from, to) in steps {
            led.entry(from).or_insert(to);
        }
    }
    Ok(led)
}

async fn next(db: &impl ConnectionTrait, ids: Vec<Uuid>) -> Result<HashMap<Uuid, Uuid>, DbErr> {
    use change_head::Column::{RecordId, ReplacedBy};
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Uuid, Uuid)> = change_head::Entity::find()
        .filter(one_of(RecordId.into_expr(), ids))
        .filter(ReplacedBy.is_not_null())
        .select_only()
        .column(RecordId)
        .column(ReplacedBy)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}
