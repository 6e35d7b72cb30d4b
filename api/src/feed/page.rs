//! A page of the feed: which records changed, for one reader, after its cursor. It is read in one
//! snapshot, which `registry` opens; what the records say is read there, too.

use std::collections::{BTreeMap, HashSet};

use entities::change_head::{self, ChangeOp};
use entities::record::RecordType;
use sea_orm::sea_query::Condition;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::Position;
use super::cursor::{Cursor, digest};
use super::now::now;
use super::seen::{is_lost_to_party, is_seen, lost};
use crate::auth::Scope;

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
    let told = if after < end.seq {
        told(tx, scope, of, after, bootstrap).await?
    } else {
        BTreeMap::new()
    };
    let limit = usize::try_from(of.limit).unwrap_or(usize::MAX);
    let has_more = told.len() > limit;
    let told: Vec<_> = told.into_iter().take(limit).collect();
    let last = told.last().map(|(position, _)| *position);
    let last = last.filter(|_| has_more);
    let cursor = Cursor {
        seq: last.unwrap_or(end.seq),
        bootstrap,
        filter: of.filter(),
        ..end
    };
    Ok(Page {
        heads: each_once(told),
        after,
        cursor,
        has_more,
        rebase,
    })
}

/// What concerns the reader after a position, by position, one more than asked for where there is more:
/// the heads of what it sees, and of what it lost sight of, each where it did. What became of a record
/// afterwards is not for it to know, and it hears of none twice.
async fn told(
    tx: &impl ConnectionTrait,
    scope: &Scope,
    of: &PageOf,
    after: Position,
    bootstrap: Position,
) -> Result<BTreeMap<Position, change_head::Model>, DbErr> {
    use change_head::Column::{RecordType, Seq};
    let limit = of.limit.saturating_add(1);
    let gone = is_lost_to_party(scope).map(|gone| gone.add(Seq.gt(bootstrap)));
    let mut heads = change_head::Entity::find()
        .filter(Seq.gt(after))
        .filter(Condition::any().add(is_seen(scope)).add_option(gone))
        .order_by_asc(Seq)
        .limit(limit);
    if let Some(types) = &of.types {
        heads = heads.filter(RecordType.is_in(types.iter().copied()));
    }
    let heads = heads.all(tx).await?.into_iter();
    let mut told: BTreeMap<_, _> = heads.map(|head| (head.seq, head)).collect();
    let types = of.types.as_deref();
    for (position, head) in lost(tx, scope, after.max(bootstrap), types, limit).await? {
        told.entry(position)
            .or_insert_with(|| as_lost(head, position));
    }
    Ok(told)
}

/// The head of a record as one may know it who lost sight of it at a position.
fn as_lost(head: change_head::Model, position: Position) -> change_head::Model {
    if head.seq == position {
        return head;
    }
    change_head::Model {
        seq: position,
        op: ChangeOp::Upsert,
        replaced_by: None,
        ..head
    }
}

/// The heads, each record once, where it comes last.
fn each_once(told: Vec<(Position, change_head::Model)>) -> Vec<change_head::Model> {
    let mut seen = HashSet::new();
    let heads = told.into_iter().rev().map(|(_, head)| head);
    let mut heads: Vec<_> = heads.filter(|head| seen.insert(head.record_id)).collect();
    heads.reverse();
    heads
}
