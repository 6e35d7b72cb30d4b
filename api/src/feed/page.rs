//! A page of the feed: which records changed, for one reader, after its cursor. It is read in one
//! snapshot, which `registry` opens; what the records say is read there, too.

use chrono::{DateTime, Utc};
use entities::change_head::ChangeOp;
use entities::record::RecordType;
use entities::{
    agency_grant, change_head, feed_clock, feed_term, partnership_member, past_sight, record_party,
};
use sea_orm::sea_query::{Alias, Condition, Expr, ExprTrait, IntoIden, Order, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

use super::Position;
use super::cursor::{Cursor, digest};
use crate::auth::Scope;
use crate::store::one_of;
use crate::store::scope::{Shown, fellows_of, shown_to};

/// What a reader asks for.
#[derive(Clone, Debug)]
pub struct PageOf {
    /// Changes after this cursor; none: everything there is.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: u64,
    /// Records of these types, sorted; none: of all.
    pub types: Option<Vec<RecordType>>,
}

/// The heads of the records that changed, in the order of their changes.
#[derive(Clone, Debug)]
pub struct Page {
    /// The heads.
    pub heads: Vec<change_head::Model>,
    /// After which position they are: what the reader has read before.
    pub after: Position,
    /// How far the reader has read now.
    pub cursor: Cursor,
    /// Whether there are more at once.
    pub has_more: bool,
    /// Why the reader begins anew; none: it goes on.
    pub rebase: Option<Rebase>,
}

/// Why a reader begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rebase {
    /// What it may see has changed.
    ViewChanged,
    /// The database is another one than it read from: an older one was restored.
    TimelineChanged,
}

/// A cursor with another filter than the page that it came with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtherFilter;

impl PageOf {
    /// The filter as a cursor has it.
    fn filter(&self) -> [u8; 8] {
        digest(&self.types)
    }

    /// Whether the cursor belongs to another filter. One that was given out without reading belongs
    /// to any.
    ///
    /// # Errors
    /// When it does.
    pub fn check_filter(&self) -> Result<(), OtherFilter> {
        let filter = self.after.map(|cursor| cursor.filter);
        match filter {
            Some(filter) if filter != [0; 8] && filter != self.filter() => Err(OtherFilter),
            _ => Ok(()),
        }
    }
}

/// Where the feed ends, and what the cursor of one who has read it all has.
///
/// # Errors
/// When the database does.
pub async fn end(db: &impl ConnectionTrait, scope: &Scope) -> Result<Cursor, DbErr> {
    let (cursor, _) = now(db, scope, None).await?;
    Ok(cursor)
}

/// Reads a page.
///
/// # Errors
/// When the database does.
pub async fn page(tx: &impl ConnectionTrait, scope: &Scope, of: &PageOf) -> Result<Page, DbErr> {
    let (end, owner) = now(tx, scope, of.after.map(|cursor| cursor.read_at)).await?;
    let rebase = of.after.and_then(|cursor| {
        if cursor.read_at > end.seq || cursor.term != owner {
            Some(Rebase::TimelineChanged)
        } else {
            (cursor.epoch != end.epoch).then_some(Rebase::ViewChanged)
        }
    });
    let (after, bootstrap) = match of.after.filter(|_| rebase.is_none()) {
        Some(cursor) => (cursor.seq, cursor.bootstrap),
        None => (0, end.seq),
    };
    let mut heads = if after < end.seq {
        heads(tx, scope, of, after, bootstrap).await?
    } else {
        Vec::new()
    };
    let limit = usize::try_from(of.limit).unwrap_or(usize::MAX);
    let has_more = heads.len() > limit;
    heads.truncate(limit);
    let last = heads.last().filter(|_| has_more).map(|head| head.seq);
    let cursor = Cursor {
        seq: last.unwrap_or(end.seq),
        bootstrap,
        filter: of.filter(),
        ..end
    };
    Ok(Page {
        heads,
        after,
        cursor,
        has_more,
        rebase,
    })
}

/// The records that became part of these, of those that the reader could see at some time since a
/// position: each pair has the one that stayed, then the one that went.
///
/// # Errors
/// When the database does.
pub async fn merged_into(
    db: &impl ConnectionTrait,
    scope: &Scope,
    records: Vec<Uuid>,
    since: Position,
) -> Result<Vec<(Uuid, Uuid)>, DbErr> {
    use change_head::Column::{RecordId, ReplacedBy, Seq};
    change_head::Entity::find()
        .filter(one_of(ReplacedBy.into_expr(), records))
        .filter(was_seen(scope, since))
        .order_by_asc(Seq)
        .select_only()
        .columns([ReplacedBy, RecordId])
        .into_tuple()
        .all(db)
        .await
}

/// Of these records those whose sight ended after a position and did not include the reader.
///
/// # Errors
/// When the database does.
pub async fn hidden_since(
    db: &impl ConnectionTrait,
    scope: &Scope,
    records: Vec<Uuid>,
    after: Position,
) -> Result<Vec<Uuid>, DbErr> {
    let shown = Shown::of_past_sight(&Alias::new("past_sight").into_iden());
    past_sight::Entity::find()
        .filter(one_of(past_sight::Column::RecordId.into_expr(), records))
        .filter(past_sight::Column::Seq.gt(after))
        .filter(shown_to(scope, &shown).not())
        .select_only()
        .column(past_sight::Column::RecordId)
        .distinct()
        .into_tuple()
        .all(db)
        .await
}

#[derive(FromQueryResult)]
struct Now {
    last_seq: i64,
    term: Option<Uuid>,
    owner: Option<Uuid>,
}

/// The cursor of one who has read it all, and the term that owns another position.
async fn now(
    db: &impl ConnectionTrait,
    scope: &Scope,
    read_at: Option<Position>,
) -> Result<(Cursor, Uuid), DbErr> {
    let last = Expr::col((feed_clock::Entity, feed_clock::Column::LastSeq));
    let owner = |position: Expr| {
        // Terms of one start are of processes that wrote nothing, but for one; which one counts does
        // not matter as long as it is always the same, since no more can begin there.
        let term = Query::select()
            .column(feed_term::Column::Id)
            .from(feed_term::Entity)
            .and_where(Expr::col((feed_term::Entity, feed_term::Column::StartSeq)).lt(position))
            .order_by(feed_term::Column::StartSeq, Order::Desc)
            .order_by(feed_term::Column::Id, Order::Desc)
            .limit(1)
            .to_owned();
        Expr::SubQuery(None, Box::new(term.into()))
    };
    let position = read_at.map_or_else(|| last.clone(), Expr::value);
    let select = Query::select()
        .column(feed_clock::Column::LastSeq)
        .expr_as(owner(last), Alias::new("term"))
        .expr_as(owner(position), Alias::new("owner"))
        .from(feed_clock::Entity)
        .to_owned();
    let now = Now::find_by_statement(db.get_database_backend().build(&select))
        .one(db)
        .await?
        .ok_or_else(|| DbErr::RecordNotFound("feed_clock".to_owned()))?;
    let cursor = Cursor {
        seq: now.last_seq,
        read_at: now.last_seq,
        term: now.term.unwrap_or_default(),
        epoch: epoch(db, scope).await?,
        bootstrap: now.last_seq,
        filter: [0; 8],
    };
    Ok((cursor, now.owner.unwrap_or_default()))
}

/// What a reader's sight depends on beside the records themselves, as a hash: so no write can forget
/// to say that it has changed.
async fn epoch(db: &impl ConnectionTrait, scope: &Scope) -> Result<[u8; 16], DbErr> {
    match scope {
        Scope::All | Scope::Public => Ok(digest(scope)),
        Scope::Cluster(me) => {
            use partnership_member::Column::{AcceptedAt, AcceptedClusterId, Id, PartnershipId};
            let mut places = fellows_of(*me);
            for column in [PartnershipId, AcceptedClusterId, Id, AcceptedAt] {
                places.column((Alias::new("theirs"), column));
            }
            let rows = Place::find_by_statement(db.get_database_backend().build(&places));
            let mut places = rows.all(db).await?;
            places.sort_unstable();
            places.dedup();
            Ok(digest(&(scope, places)))
        }
        Scope::Agency(id) => {
            let grants = agency_grant::Entity::find()
                .filter(agency_grant::Column::AgencyId.eq(*id))
                .filter(agency_grant::Column::RevokedAt.is_null())
                .order_by_asc(agency_grant::Column::Id)
                .select_only()
                .column(agency_grant::Column::Id)
                .into_tuple::<Uuid>();
            Ok(digest(&(scope, grants.all(db).await?)))
        }
    }
}

/// An accepted place in a partnership. It is another one when it was left and accepted anew.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, FromQueryResult)]
struct Place {
    partnership_id: Uuid,
    accepted_cluster_id: Uuid,
    id: Uuid,
    accepted_at: Option<DateTime<Utc>>,
}

/// The heads after a position that concern the reader, one more than asked for where there are more.
async fn heads(
    tx: &impl ConnectionTrait,
    scope: &Scope,
    of: &PageOf,
    after: Position,
    bootstrap: Position,
) -> Result<Vec<change_head::Model>, DbErr> {
    use change_head::Column::{RecordType, Seq};
    let gone = Condition::all()
        .add(Seq.gt(bootstrap))
        .add(was_seen(scope, bootstrap));
    let mut heads = change_head::Entity::find()
        .filter(Seq.gt(after))
        .filter(Condition::any().add(is_seen(scope)).add(gone))
        .order_by_asc(Seq)
        .limit(of.limit.saturating_add(1));
    if let Some(types) = &of.types {
        heads = heads.filter(RecordType.is_in(types.iter().copied()));
    }
    heads.all(tx).await
}

/// Whether the reader may see the record of a head now.
fn is_seen(scope: &Scope) -> Condition {
    let shown = Shown::of_head(&Alias::new("change_head").into_iden());
    Condition::all()
        .add(change_head::Column::Op.eq(ChangeOp::Upsert))
        .add(shown_to(scope, &shown))
}

/// Whether the reader could see the record of a head at some time since a position: through a sight
/// that ended after it, or as a party.
fn was_seen(scope: &Scope, since: Position) -> Condition {
    let record = || Expr::col((change_head::Entity, change_head::Column::RecordId));
    let past = Alias::new("past").into_iden();
    let shown = Query::select()
        .expr(Expr::value(1))
        .from_as(past_sight::Entity, past.clone())
        .and_where(Expr::col((past.clone(), past_sight::Column::RecordId)).eq(record()))
        .and_where(Expr::col((past.clone(), past_sight::Column::Seq)).gt(since))
        .cond_where(shown_to(scope, &Shown::of_past_sight(&past)))
        .to_owned();
    let shown = Condition::any().add(Expr::exists(shown));
    let Scope::Cluster(me) = scope else {
        return shown;
    };
    let party = |column| Expr::col((record_party::Entity, column));
    let until = || party(record_party::Column::Until);
    let party = Query::select()
        .expr(Expr::value(1))
        .from(record_party::Entity)
        .and_where(party(record_party::Column::RecordId).eq(record()))
        .and_where(party(record_party::Column::ClusterId).eq(Uuid::from(*me)))
        .and_where(until().is_null().or(until().gt(since)))
        .to_owned();
    shown.add(Expr::exists(party))
}
