//! Where the feed is now: its last position, the term that owns it, and what a reader's sight depends
//! on.

use chrono::{DateTime, Utc};
use entities::id::{ClusterId, PartnershipId, PartnershipMemberId};
use entities::{agency_grant, feed_clock, feed_term, fellow};
use sea_orm::sea_query::{Alias, Expr, ExprTrait, Order, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, DerivePartialModel, EntityTrait, FromQueryResult,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::Position;
use super::cursor::{Cursor, digest};
use crate::auth::Scope;

/// Where the feed ends, and what the cursor of one who has read it all has.
///
/// # Errors
/// When the database does.
pub async fn end(db: &impl ConnectionTrait, scope: &Scope) -> Result<Cursor, DbErr> {
    let (cursor, _) = now(db, scope, None).await?;
    Ok(cursor)
}

#[derive(FromQueryResult)]
struct Now {
    last_seq: i64,
    term: Option<Uuid>,
    owner: Option<Uuid>,
}

/// The cursor of one who has read it all, and the term that owns another position.
pub(super) async fn now(
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
            let places = fellow::Entity::find().filter(fellow::Column::ClusterId.eq(*me));
            let mut places = places.into_partial_model::<Seen>().all(db).await?;
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

/// A place through which others are seen. It is another one when it was left and accepted anew.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, DerivePartialModel)]
#[sea_orm(entity = "fellow::Entity")]
struct Seen {
    partnership_id: PartnershipId,
    fellow_id: ClusterId,
    place_id: PartnershipMemberId,
    accepted_at: Option<DateTime<Utc>>,
}
