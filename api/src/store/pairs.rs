//! Pairs of records that may be the same.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entities::id::{ClusterId, SourceId};
use entities::match_pair::{self, MatchReason, MatchReasons};
use entities::organisation;
use sea_orm::sea_query::{Condition, Expr, ExprTrait, OnConflict, Order, Query};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{Key, Page, Slice, one_of, save};

/// Two records that may be the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The one that goes, should the two be one.
    pub own: Uuid,
    /// The one that remains then.
    pub other: Uuid,
    /// The cluster that answers for the first one; none: the registry itself.
    pub cluster: Option<ClusterId>,
    /// That cluster's source that brought it, if one did.
    pub source: Option<SourceId>,
    /// How much they are alike.
    pub score: i32,
    /// In what.
    pub reasons: Vec<MatchReason>,
    /// Whether no cluster answers for the one and sees the other.
    pub hidden: bool,
}

/// Keeps pairs; what was decided of two stays decided, whichever of them was to go.
///
/// # Errors
/// When the database does.
pub async fn save_pairs(
    tx: &impl ConnectionTrait,
    at: DateTime<Utc>,
    mut pairs: Vec<Pair>,
) -> Result<(), DbErr> {
    use match_pair::Column::{OtherId, OwnId, Reasons, Score};
    if pairs.is_empty() {
        return Ok(());
    }
    let others: Vec<_> = pairs.iter().map(|pair| pair.other).collect();
    let owns: Vec<_> = pairs.iter().map(|pair| pair.own).collect();
    let turned: Vec<(Uuid, Uuid)> = match_pair::Entity::find()
        .filter(one_of(OwnId.into_expr(), others))
        .filter(one_of(OtherId.into_expr(), owns))
        .select_only()
        .columns([OtherId, OwnId])
        .into_tuple()
        .all(tx)
        .await?;
    let mut kept: HashSet<(Uuid, Uuid)> = turned.into_iter().collect();
    pairs.retain(|pair| {
        let is_known = kept.contains(&(pair.own, pair.other));
        // Two that find each other in one set are one pair.
        kept.insert((pair.other, pair.own));
        !is_known
    });
    let rows = pairs.into_iter().map(|pair| match_pair::ActiveModel {
        own_id: Set(pair.own),
        other_id: Set(pair.other),
        cluster_id: Set(pair.cluster),
        source_id: Set(pair.source),
        score: Set(pair.score),
        reasons: Set(MatchReasons(pair.reasons)),
        hidden: Set(pair.hidden),
        created_at: Set(at),
        settled_at: Set(None),
    });
    let on_conflict = OnConflict::columns([OwnId, OtherId])
        .update_columns([Score, Reasons])
        .to_owned();
    save::insert::<match_pair::Entity>(tx, rows.collect(), Some(&on_conflict)).await
}

/// A page of the records with open pairs, oldest first: of an owner, of whose pairs hidden ones are none
/// of its business, or all. None when a cursor is not one of this list.
///
/// # Errors
/// When the database does.
pub async fn open_reviews(
    db: &impl ConnectionTrait,
    owner: Option<ClusterId>,
    slice: &Slice,
) -> Result<Option<Page<Uuid>>, DbErr> {
    use match_pair::Column::OwnId;
    let mut own = match_pair::Entity::find().filter(open(owner));
    for (keys, is_after) in [(&slice.after, true), (&slice.before, false)] {
        own = match keys.as_deref() {
            None => own,
            Some([Key::Id(id)]) if is_after => own.filter(OwnId.gt(*id)),
            Some([Key::Id(id)]) => own.filter(OwnId.lt(*id)),
            Some(_) => return Ok(None),
        };
    }
    let order = if slice.backwards {
        Order::Desc
    } else {
        Order::Asc
    };
    let own = own
        .select_only()
        .column(OwnId)
        .distinct()
        .order_by(OwnId, order)
        .limit(slice.limit.saturating_add(1))
        .into_tuple()
        .all(db)
        .await?;
    Ok(Some(slice.cut(own, |id| [Key::Id(*id)].into())))
}

/// How many records have open pairs, of an owner or of all.
///
/// # Errors
/// When the database does.
pub async fn open_review_count(
    db: &impl ConnectionTrait,
    owner: Option<ClusterId>,
) -> Result<i64, DbErr> {
    let count = match_pair::Entity::find()
        .filter(open(owner))
        .select_only()
        .expr_as(match_pair::Column::OwnId.into_expr().count_distinct(), "n")
        .into_tuple()
        .one(db)
        .await?;
    Ok(count.unwrap_or_default())
}

/// How many records of each source have open pairs that its owner knows of.
///
/// # Errors
/// When the database does.
pub async fn open_reviews_by_source(
    db: &impl ConnectionTrait,
    owner: ClusterId,
) -> Result<HashMap<SourceId, i64>, DbErr> {
    use match_pair::Column::{OwnId, SourceId};
    let counts: Vec<(_, i64)> = match_pair::Entity::find()
        .filter(open(Some(owner)))
        .filter(SourceId.is_not_null())
        .select_only()
        .column(SourceId)
        .expr_as(OwnId.into_expr().count_distinct(), "reviews")
        .group_by(SourceId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(counts.into_iter().collect())
}

/// The open pairs of records, the likeliest first.
///
/// # Errors
/// When the database does.
pub async fn open_pairs(
    db: &impl ConnectionTrait,
    owner: Option<ClusterId>,
    own: Vec<Uuid>,
) -> Result<HashMap<Uuid, Vec<match_pair::Model>>, DbErr> {
    let pairs = match_pair::Entity::find()
        .filter(open(owner))
        .filter(one_of(match_pair::Column::OwnId.into_expr(), own))
        .order_by_desc(match_pair::Column::Score)
        .order_by_asc(match_pair::Column::OtherId)
        .all(db)
        .await?;
    let mut open: HashMap<Uuid, Vec<match_pair::Model>> = HashMap::new();
    for pair in pairs {
        open.entry(pair.own_id).or_default().push(pair);
    }
    Ok(open)
}

/// Open pairs whose records both stand for themselves.
fn open(owner: Option<ClusterId>) -> Condition {
    let live = |column: match_pair::Column| {
        let alive = Query::select()
            .column((organisation::Entity, organisation::Column::Id))
            .from(organisation::Entity)
            .and_where(
                Expr::col((organisation::Entity, organisation::Column::ArchivedAt)).is_null(),
            )
            .and_where(
                Expr::col((organisation::Entity, organisation::Column::Id))
                    .equals((match_pair::Entity, column)),
            )
            .to_owned();
        Expr::exists(alive)
    };
    let open = Condition::all()
        .add(match_pair::Column::SettledAt.is_null())
        .add(live(match_pair::Column::OwnId))
        .add(live(match_pair::Column::OtherId));
    match owner {
        Some(owner) => open
            .add(match_pair::Column::ClusterId.eq(owner))
            .add(match_pair::Column::Hidden.eq(false)),
        None => open,
    }
}

/// Closes pairs: of an owner those that it knows of, or all.
///
/// # Errors
/// When the database does.
pub async fn settle_pairs(
    tx: &impl ConnectionTrait,
    owner: Option<ClusterId>,
    own: Vec<Uuid>,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    match_pair::Entity::update_many()
        .col_expr(match_pair::Column::SettledAt, Expr::value(at))
        .filter(one_of(match_pair::Column::OwnId.into_expr(), own))
        .filter(open(owner))
        .exec(tx)
        .await?;
    Ok(())
}

/// Open pairs of records that went are pairs of those that remain. Of several that become one, it has
/// what speaks most for it, and is known to its owner where one of them was.
///
/// # Errors
/// When the database does.
pub async fn move_pairs(
    tx: &impl ConnectionTrait,
    merges: &BTreeMap<Uuid, Uuid>,
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    use match_pair::Column::{OtherId, OwnId, SettledAt};
    let gone: Vec<Uuid> = merges.keys().copied().collect();
    let of_gone = Condition::all().add(SettledAt.is_null()).add(
        Condition::any()
            .add(one_of(OwnId.into_expr(), gone.clone()))
            .add(one_of(OtherId.into_expr(), gone)),
    );
    let pairs = match_pair::Entity::find()
        .filter(of_gone.clone())
        .order_by_asc(match_pair::Column::Hidden)
        .order_by_desc(match_pair::Column::Score)
        .all(tx)
        .await?;
    let end = |id: Uuid| merges.get(&id).copied().unwrap_or(id);
    let mut moved: BTreeMap<(Uuid, Uuid), match_pair::Model> = BTreeMap::new();
    for pair in pairs {
        let (own_id, other_id) = (end(pair.own_id), end(pair.other_id));
        if own_id != other_id {
            let key = (own_id, other_id);
            moved.entry(key).or_insert(match_pair::Model {
                own_id,
                other_id,
                ..pair
            });
        }
    }
    match_pair::Entity::update_many()
        .col_expr(SettledAt, Expr::value(at))
        .filter(of_gone)
        .exec(tx)
        .await?;
    // What was decided of those that remain stays decided.
    let on_conflict = OnConflict::columns([OwnId, OtherId])
        .update_column(OtherId)
        .to_owned();
    let moved = moved
        .into_values()
        .map(|pair| pair.into_active_model().reset_all());
    save::insert::<match_pair::Entity>(tx, moved.collect(), Some(&on_conflict)).await
}
