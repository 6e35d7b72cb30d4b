//! Pairs of records that may be the same, and the signs that lead to them.

use chrono::{DateTime, Utc};
use entities::match_pair::{self, MatchReason, MatchReasons};
use entities::{record_sign, source};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::{one_of, save};

/// Two records that may be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one that came later.
    pub own: Uuid,
    /// The one that was there.
    pub other: Uuid,
    /// How much they are alike.
    pub score: i32,
    /// In what.
    pub reasons: Vec<MatchReason>,
    /// Whether the owner of the later one cannot see the other.
    pub hidden: bool,
}

/// The records that have one of these signs.
///
/// # Errors
/// When the database does.
pub async fn with_signs(db: &impl ConnectionTrait, signs: Vec<String>) -> Result<Vec<Uuid>, DbErr> {
    if signs.is_empty() {
        return Ok(Vec::new());
    }
    record_sign::Entity::find()
        .filter(one_of(record_sign::Column::Sign.into_expr(), signs))
        .select_only()
        .column(record_sign::Column::RecordId)
        .distinct()
        .into_tuple()
        .all(db)
        .await
}

/// Keeps pairs; what was decided of one stays decided.
///
/// # Errors
/// When the database does.
pub async fn save_pairs(
    tx: &impl ConnectionTrait,
    source: &source::Model,
    at: DateTime<Utc>,
    pairs: Vec<Pair>,
) -> Result<(), DbErr> {
    let Some(cluster_id) = source.cluster_id else {
        return Ok(());
    };
    let rows = pairs.into_iter().map(|pair| match_pair::ActiveModel {
        own_id: Set(pair.own),
        other_id: Set(pair.other),
        cluster_id: Set(cluster_id),
        source_id: Set(source.id),
        score: Set(pair.score),
        reasons: Set(MatchReasons(pair.reasons)),
        hidden: Set(pair.hidden),
        created_at: Set(at),
        settled_at: Set(None),
    });
    let on_conflict = OnConflict::columns([match_pair::Column::OwnId, match_pair::Column::OtherId])
        .update_columns([match_pair::Column::Score, match_pair::Column::Reasons])
        .to_owned();
    save::insert::<match_pair::Entity>(tx, rows.collect(), Some(&on_conflict)).await
}
