//! Pulling: everything that a reader may see, and then what changed, page by page.
//!
//! A page is read in one snapshot and in a number of statements that does not grow with it: where the
//! feed ends, what the reader's sight depends on, the heads; then what the records of each type say,
//! the reader's own ids of them, what changed in them, what became part of them.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use chrono::{DateTime, Utc};
use entities::change_head::ChangeOp;
use entities::record::RecordType;
use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use super::any_record::{self, AnyRecord};
use super::{CursorFault, Error, Registry, Result};
use crate::auth::Actor;
use crate::feed::{self, Cursor, PageOf, Position, Rebase};
use crate::store::{self, LogLine};

/// Of so many changes of one record a page says which columns they changed; of more it says nothing, as
/// of a new one.
const TOLD: i64 = 50;

/// What a reader asks for.
#[derive(Clone, Debug)]
pub struct ChangesOf {
    /// Changes after this cursor; none: everything there is.
    pub after: Option<String>,
    /// How many at most.
    pub limit: u64,
    /// Records of these types; none: of all.
    pub types: Option<Vec<RecordType>>,
    /// How long to wait for a change, when there is none.
    pub wait: Duration,
}

/// What became of a record, as a reader sees it.
#[derive(Clone, Debug)]
pub enum Fate {
    /// It is there, like this.
    There(AnyRecord),
    /// It is there, and the reader may no longer see it.
    Removed,
    /// It is gone.
    Deleted,
    /// It became part of another.
    Merged(Uuid),
}

/// A record that changed, for one reader.
#[derive(Clone, Debug)]
pub struct Changed {
    /// Its type.
    pub kind: RecordType,
    /// The record.
    pub id: Uuid,
    /// What became of it.
    pub fate: Fate,
    /// Its version; 0 where it was removed.
    pub version: i32,
    /// The position of its latest change; where it was removed, of the one with which it was.
    pub position: Position,
    /// When that was; where it was removed, when the reader is told.
    pub changed_at: DateTime<Utc>,
    /// The records that became part of it.
    pub merged_from: Vec<Uuid>,
    /// The reader's own ids of it: source, id.
    pub external_ids: Vec<(String, String)>,
    /// The columns that changed since the reader's cursor; none: it is new to the reader, or has changed
    /// too often to tell.
    pub columns: Option<Vec<String>>,
    /// The reader's own source that pushed the latest change, and what the push called it.
    pub origin: Option<(String, Option<String>)>,
}

/// A page of changes.
#[derive(Clone, Debug)]
pub struct Changes {
    /// The records that changed, in the order of their changes.
    pub changes: Vec<Changed>,
    /// With what to go on.
    pub cursor: String,
    /// Up to where it is read.
    pub position: Position,
    /// Whether there is more at once.
    pub has_more: bool,
    /// When it was read.
    pub as_of: DateTime<Utc>,
    /// Why the reader begins anew; none: it goes on.
    pub rebase: Option<Rebase>,
}

impl Registry {
    /// Reads a page of changes, for which it waits when there is none.
    ///
    /// # Errors
    /// When the cursor is none of ours or belongs to another filter, or the database fails.
    pub async fn changes(&self, actor: &Actor, of: ChangesOf) -> Result<Changes> {
        let mut of_page = self.page_of(&of)?;
        // Listen first, then read: what is committed between them wakes.
        let mut listener = self.listen();
        let until = tokio::time::Instant::now() + of.wait;
        loop {
            let (changes, cursor) = self.changes_now(actor, &of_page).await?;
            let is_news = !changes.changes.is_empty() || changes.rebase.is_some();
            if is_news || of.wait.is_zero() {
                return Ok(changes);
            }
            let woken = tokio::time::timeout_at(until, listener.woken()).await;
            if woken.is_err() {
                return Ok(changes);
            }
            of_page.after = Some(cursor);
        }
    }

    /// The cursor of one who has read all there is, and its position: from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_of_changes(&self, actor: &Actor) -> Result<(String, Position)> {
        let tx = self.begin_read().await?;
        let end = feed::end(&tx, actor.scope()).await?;
        Ok((end.encoded(self.secret), end.seq))
    }

    fn page_of(&self, of: &ChangesOf) -> Result<PageOf> {
        let decoded = |text: &String| Cursor::decoded(text, self.secret);
        let after = of.after.as_ref().map(decoded);
        if after == Some(None) {
            return Err(Error::Cursor(CursorFault::Invalid));
        }
        let mut types = of.types.clone();
        if let Some(types) = &mut types {
            types.sort_unstable();
            types.dedup();
        }
        let page = PageOf {
            after: after.flatten(),
            limit: of.limit,
            types,
        };
        page.check_filter()
            .map_err(|_| Error::Cursor(CursorFault::OtherFilter))?;
        Ok(page)
    }

    /// Reads a page as it is now.
    async fn changes_now(&self, actor: &Actor, of: &PageOf) -> Result<(Changes, Cursor)> {
        let as_of = self.clock.now();
        let tx = self.begin_read().await?;
        let page = feed::page(&tx, actor.scope(), of).await?;
        let (cursor, rebase, has_more) = (page.cursor, page.rebase, page.has_more);
        let changes = if page.heads.is_empty() {
            Vec::new()
        } else {
            self.filled(&tx, actor, page, as_of).await?
        };
        let changes = Changes {
            changes,
            cursor: cursor.encoded(self.secret),
            position: cursor.seq,
            has_more,
            as_of,
            rebase,
        };
        Ok((changes, cursor))
    }

    /// The changes of a page with what they tell this reader.
    async fn filled(
        &self,
        tx: &DatabaseTransaction,
        actor: &Actor,
        page: feed::Page,
        as_of: DateTime<Utc>,
    ) -> Result<Vec<Changed>> {
        let scope = actor.scope();
        let since = page.cursor.bootstrap;
        let mut live: HashMap<RecordType, Vec<Uuid>> = HashMap::new();
        for head in &page.heads {
            if head.op == ChangeOp::Upsert {
                let ids = live.entry(head.record_type).or_default();
                ids.push(head.record_id);
            }
        }
        let mut records = any_record::read(tx, scope, live, &self.columns).await?;
        let there: Vec<Uuid> = records.keys().copied().collect();
        let merged = page.heads.iter().filter(|head| head.replaced_by.is_some());
        let merged = merged.map(|head| (head.record_type, head.record_id));
        let winners = self.winners(tx, scope, merged.collect()).await?;
        let mut external_ids = store::own_external_ids(tx, actor.principal(), &there).await?;
        let mut merged: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
        for (winner, loser) in feed::merged_into(tx, scope, there.clone(), since).await? {
            merged.entry(winner).or_default().push(loser);
        }
        let mut news = self.news(tx, actor, &page, there).await?;
        let changed = page.heads.into_iter().map(|head| {
            let id = head.record_id;
            let fate = match (records.remove(&id), winners.get(&id), head.op) {
                (Some(record), ..) => Fate::There(record),
                (None, Some(winner), _) => Fate::Merged(*winner),
                (None, None, ChangeOp::Upsert) => Fate::Removed,
                (None, None, _) => Fate::Deleted,
            };
            let (columns, origin) = news.remove(&id).unwrap_or_default();
            // Of what it no longer sees the reader is told no more than that.
            let (version, changed_at) = match fate {
                Fate::Removed => (0, as_of),
                _ => (head.version, head.changed_at),
            };
            Changed {
                kind: head.record_type,
                id,
                fate,
                version,
                position: head.seq,
                changed_at,
                merged_from: merged.remove(&id).unwrap_or_default(),
                external_ids: external_ids.remove(&id).unwrap_or_default(),
                columns,
                origin,
            }
        });
        Ok(changed.collect())
    }

    /// What changed in records that the reader had already, and which of it was its own doing.
    async fn news(
        &self,
        tx: &DatabaseTransaction,
        actor: &Actor,
        page: &feed::Page,
        records: Vec<Uuid>,
    ) -> Result<HashMap<Uuid, News>> {
        if page.after < page.cursor.bootstrap || records.is_empty() {
            // In a first sync everything is new.
            return Ok(HashMap::new());
        }
        let hidden = feed::hidden_since(tx, actor.scope(), records.clone(), page.after).await?;
        let hidden: HashSet<Uuid> = hidden.into_iter().collect();
        let lines = store::log_since(tx, records, page.after, TOLD + 1).await?;
        let sources = store::sources_of(tx, actor.principal()).await?;
        let names: HashMap<_, _> = sources.into_iter().map(|it| (it.id, it.name)).collect();
        let mut news: HashMap<Uuid, News> = HashMap::new();
        let mut counted: HashMap<Uuid, i64> = HashMap::new();
        for line in lines {
            let LogLine {
                record_id,
                version,
                op,
                changed_fields,
                source_id,
                client_mutation_id,
            } = line;
            let (columns, origin) = news
                .entry(record_id)
                .or_insert_with(|| (Some(Vec::new()), None));
            let number = counted.entry(record_id).or_default();
            *number += 1;
            let was_there = version > 1 && op == ChangeOp::Upsert && !hidden.contains(&record_id);
            let was_there = was_there && *number <= TOLD;
            match columns.as_mut().filter(|_| was_there) {
                Some(columns) => columns.extend(changed_fields.0),
                None => *columns = None,
            }
            // The lines come in their order: the last one is the record's latest change.
            let source = source_id.and_then(|id| names.get(&id));
            *origin = source.map(|name| (name.clone(), client_mutation_id));
        }
        Ok(news)
    }
}

/// The columns that changed; none: the record is new to the reader. And whose doing it was.
type News = (Option<Vec<String>>, Option<(String, Option<String>)>);
