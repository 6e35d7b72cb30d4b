//! Lists as Relay connections: arguments, cursors, pages, and a count that runs when asked for.

use std::borrow::Cow;
use std::sync::Arc;

use async_graphql::connection::PageInfo;
use async_graphql::{ContainerType, Context, Object, OutputType, TypeName};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use entities::record::Record;
use futures_util::future::BoxFuture;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::context::RequestContext;
use super::error::{GraphqlError, Result};
use super::loader::{ChildCount, ChildList, Children};
use super::written::{Many, One};
use crate::reference::fold;
use crate::registry::{Filter, Key, Order, Page, PageRequest, Search, Slice};

/// The four arguments of every list.
#[derive(Clone, Debug, Default)]
pub(crate) struct PageArgs {
    /// How many from the beginning.
    pub(crate) first: Option<i32>,
    /// After this cursor.
    pub(crate) after: Option<String>,
    /// How many from the end.
    pub(crate) last: Option<i32>,
    /// Before this cursor.
    pub(crate) before: Option<String>,
}

/// Which rows, in which order.
pub(crate) struct Rows<E: Record> {
    /// Which rows.
    pub(crate) filter: Filter,
    /// Words that they hold.
    pub(crate) search: Option<String>,
    /// In which order.
    pub(crate) order: Vec<Order<E::Column>>,
}

impl<E: Record> Default for Rows<E> {
    fn default() -> Self {
        Self {
            filter: Filter::default(),
            search: None,
            order: Vec::new(),
        }
    }
}

type Counter = Box<dyn for<'a> Fn(&'a Context<'a>) -> BoxFuture<'a, Result<i64>> + Send + Sync>;

/// Words of a search: each of them is a condition of its own.
const MAX_WORDS: usize = 20;

/// Values of one `in` or `notIn`.
const MAX_VALUES: usize = 1_000;

/// A page of a list, written as it is resolved.
pub(crate) type List<N> = One<Connection<N>>;

/// A page of a list.
pub(crate) struct Connection<N> {
    edges: Vec<Edge<N>>,
    has_previous: bool,
    has_next: bool,
    counter: Counter,
}

/// A row of a list, and what its cursor holds.
pub(crate) struct Edge<N> {
    node: N,
    cursor: Cursor,
}

/// Where a row stands in its list.
enum Cursor {
    /// The mark of the list, and the row's keys in its order.
    Keys([u8; 8], Arc<[Key]>),
    /// The key of an item of a list that is at hand.
    Item(String),
}

impl Cursor {
    fn encoded(&self) -> String {
        URL_SAFE_NO_PAD.encode(match self {
            Self::Keys(mark, keys) => {
                let keys = serde_json::to_vec(keys).unwrap_or_default();
                [mark.as_slice(), &keys].concat()
            }
            Self::Item(key) => key.clone().into_bytes(),
        })
    }
}

impl<N: OutputType> TypeName for Connection<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Connection", N::type_name()).into()
    }
}

impl<N: OutputType> TypeName for Edge<N> {
    fn type_name() -> Cow<'static, str> {
        format!("{}Edge", N::type_name()).into()
    }
}

/// A page of a list.
#[Object(name_type)]
impl<N: ContainerType> Connection<N> {
    /// The rows, each with its cursor.
    async fn edges(&self) -> Many<&Edge<N>> {
        self.edges.iter().collect()
    }

    /// The rows.
    async fn nodes(&self) -> Many<&N> {
        self.edges.iter().map(|edge| &edge.node).collect()
    }

    /// Whether there is more, and the cursors to go on with.
    async fn page_info(&self) -> One<PageInfo> {
        One(PageInfo {
            has_previous_page: self.has_previous,
            has_next_page: self.has_next,
            start_cursor: self.edges.first().map(|edge| edge.cursor.encoded()),
            end_cursor: self.edges.last().map(|edge| edge.cursor.encoded()),
        })
    }

    /// How many there are in the whole list, whatever the page; counted only when it is asked for.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<i64> {
        (self.counter)(ctx).await
    }
}

/// A row of a list.
#[Object(name_type)]
impl<N: ContainerType> Edge<N> {
    /// The row.
    async fn node(&self) -> One<&N> {
        One(&self.node)
    }

    /// Where it stands: for `after` and `before`.
    async fn cursor(&self) -> String {
        self.cursor.encoded()
    }
}

/// Answers a list at the root.
pub(crate) async fn list<E, N>(ctx: &Context<'_>, args: PageArgs, rows: Rows<E>) -> Result<List<N>>
where
    E: Record,
    N: From<Arc<E::Model>> + OutputType,
{
    let Some((request, mark)) = request(ctx, args, rows)? else {
        return Ok(nothing());
    };
    let counted = ctx.look_ahead().field("totalCount").exists();
    let page = ctx.registry().page(ctx.actor(), &request, counted).await?;
    let PageRequest { filter, search, .. } = request;
    let total = page.total;
    let counter: Counter = Box::new(move |ctx| {
        let (filter, search) = (filter.clone(), search.clone());
        Box::pin(async move {
            if let Some(total) = total {
                return Ok(total);
            }
            Ok(ctx
                .registry()
                .count::<E>(ctx.actor(), &filter, search.as_ref())
                .await?)
        })
    });
    Ok(connection(&page, mark, counter))
}

/// Answers a list of a record: its rows point to the record with one column. The answer is boxed,
/// because a record is asked for many fields at a time, each of which needs room for the largest.
pub(crate) fn children<'a, E, N>(
    ctx: &'a Context<'_>,
    (column, id): (E::Column, Uuid),
    args: PageArgs,
    rows: Rows<E>,
) -> BoxFuture<'a, Result<List<N>>>
where
    E: Record,
    N: From<Arc<E::Model>> + OutputType,
{
    let list = || child_list(ctx, column, args, rows);
    let list = ctx.lists().of(ctx.item.pos, list);
    Box::pin(async move {
        match list? {
            Some(list) => child_page(ctx, id, list).await,
            None => Ok(nothing()),
        }
    })
}

async fn child_page<E, N>(ctx: &Context<'_>, id: Uuid, list: Arc<ChildList<E>>) -> Result<List<N>>
where
    E: Record,
    N: From<Arc<E::Model>> + OutputType,
{
    let (mark, has_total) = (list.mark, list.counted && list.request.is_first());
    let key = Children::new(id, list);
    let page: Arc<Page<E::Model>> = match ctx.batches().load_one(key.clone()).await? {
        Some(page) => page,
        None => Arc::new(Page::empty()),
    };
    let total = page.total.or(has_total.then_some(0));
    let counter: Counter = Box::new(move |ctx| {
        let key = ChildCount(key.clone());
        Box::pin(async move {
            match total {
                Some(total) => Ok(total),
                None => Ok(ctx.batches().load_one(key).await?.unwrap_or(0)),
            }
        })
    });
    Ok(connection(&page, mark, counter))
}

/// What the list of one field is, whichever record it belongs to; none when nothing can match.
fn child_list<E: Record>(
    ctx: &Context<'_>,
    parent: E::Column,
    args: PageArgs,
    rows: Rows<E>,
) -> Result<Option<Arc<ChildList<E>>>> {
    let Some((request, mark)) = request(ctx, args, rows)? else {
        return Ok(None);
    };
    let fingerprint = u64::from_le_bytes(digest(&(parent, &request, mark)));
    Ok(Some(Arc::new(ChildList {
        parent,
        request,
        counted: ctx.look_ahead().field("totalCount").exists(),
        mark,
        fingerprint,
    })))
}

/// Cuts a page out of a list that is at hand, such as reference data.
pub(crate) fn slice<T, N>(
    ctx: &Context<'_>,
    args: &PageArgs,
    items: Vec<T>,
    key: impl Fn(&T) -> String,
) -> Result<List<N>>
where
    N: From<T> + OutputType,
{
    let (limit, backwards) = limit(ctx, args)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let total = i64::try_from(items.len()).unwrap_or(i64::MAX);
    let place = |cursor: &Option<String>| -> Result<Option<usize>> {
        let Some(cursor) = cursor else {
            return Ok(None);
        };
        let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| damaged())?;
        let text = String::from_utf8(bytes).map_err(|_| damaged())?;
        items
            .iter()
            .position(|item| key(item) == text)
            .map(Some)
            .ok_or_else(damaged)
    };
    let from = place(&args.after)?.map_or(0, |place| place.saturating_add(1));
    let to = place(&args.before)?.unwrap_or(items.len()).max(from);
    let (start, end) = if backwards {
        (to.saturating_sub(limit).max(from), to)
    } else {
        (from, from.saturating_add(limit).min(to))
    };
    let counter: Counter = Box::new(move |_| Box::pin(async move { Ok(total) }));
    let (has_previous, has_next) = (start > 0, end < items.len());
    let page = items
        .into_iter()
        .skip(start)
        .take(end.saturating_sub(start));
    let edges = page.map(|item| Edge {
        cursor: Cursor::Item(key(&item)),
        node: item.into(),
    });
    Ok(One(Connection {
        edges: edges.collect(),
        has_previous,
        has_next,
        counter,
    }))
}

fn nothing<N: OutputType>() -> List<N> {
    let counter: Counter = Box::new(|_| Box::pin(async { Ok(0) }));
    One(Connection {
        edges: Vec::new(),
        has_previous: false,
        has_next: false,
        counter,
    })
}

fn connection<M, N: From<Arc<M>> + OutputType>(
    page: &Page<M>,
    mark: [u8; 8],
    counter: Counter,
) -> List<N> {
    let edges = page.rows.iter().map(|(keys, row)| Edge {
        cursor: Cursor::Keys(mark, Arc::clone(keys)),
        node: Arc::clone(row).into(),
    });
    One(Connection {
        edges: edges.collect(),
        has_previous: page.has_previous,
        has_next: page.has_next,
        counter,
    })
}

/// The page to read, and the mark of the list that its cursors carry; none when the search has
/// words but none that could be found.
fn request<E: Record>(
    ctx: &Context<'_>,
    args: PageArgs,
    rows: Rows<E>,
) -> Result<Option<(PageRequest<E>, [u8; 8])>> {
    let (limit, backwards) = limit(ctx, &args)?;
    let limits = ctx.limits();
    let Rows {
        filter,
        search,
        order,
    } = rows;
    for (name, actual, max) in [
        ("filterDepth", filter.depth(), limits.filter_depth),
        (
            "filterPredicates",
            filter.predicates(),
            limits.filter_predicates,
        ),
        ("filterValues", filter.longest_list(), MAX_VALUES),
    ] {
        if actual > max {
            return Err(GraphqlError::too_complex(name, max, actual));
        }
    }
    let search = match search.filter(|search| !search.trim().is_empty()) {
        None => None,
        Some(text) => match Search::new(&text) {
            None => return Ok(None),
            Some(search) if search.words().count() > MAX_WORDS => {
                let words = search.words().count();
                return Err(GraphqlError::too_complex("searchWords", MAX_WORDS, words));
            }
            found => found,
        },
    };
    let mark = digest(&(E::TYPE, &filter, &search, &order));
    let (after, before) = (keys(mark, args.after)?, keys(mark, args.before)?);
    let slice = Slice {
        limit,
        backwards,
        after,
        before,
    };
    let request = PageRequest {
        filter,
        search,
        order,
        slice,
    };
    if !request.cursors_fit() {
        return Err(damaged());
    }
    Ok(Some((request, mark)))
}

/// How many records, and whether from the end.
pub(crate) fn limit(ctx: &Context<'_>, args: &PageArgs) -> Result<(u64, bool)> {
    let max = ctx.limits().page;
    let (name, wanted) = match (args.first, args.last) {
        (Some(_), Some(_)) => {
            let message = "`first` and `last` together ask for two pages: give one of them";
            return Err(GraphqlError::bad_request(message));
        }
        (None, None) => {
            let default = u64::try_from(ctx.limits().default_page).unwrap_or(u64::MAX);
            return Ok((default, false));
        }
        (Some(first), None) => ("first", first),
        (None, Some(last)) => ("last", last),
    };
    let Ok(limit) = u64::try_from(wanted) else {
        let message = format!("`{name}` is {wanted}: it must be 0 to {max}");
        return Err(GraphqlError::bad_request(message));
    };
    if usize::try_from(limit).is_ok_and(|limit| limit > max) {
        return Err(GraphqlError::page_size_too_large(wanted, max));
    }
    Ok((limit, name == "last"))
}

/// A short hash of what a value prints.
fn digest(value: &impl std::fmt::Debug) -> [u8; 8] {
    let hash = Sha256::digest(format!("{value:?}"));
    let mut mark = [0; 8];
    mark.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    mark
}

fn keys(mark: [u8; 8], cursor: Option<String>) -> Result<Option<Vec<Key>>> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).map_err(|_| damaged())?;
    let (actual, keys) = bytes.split_at_checked(8).ok_or_else(damaged)?;
    let keys: Vec<Key> = serde_json::from_slice(keys).map_err(|_| damaged())?;
    if actual != mark {
        return Err(GraphqlError::cursor_invalid(
            "the cursor belongs to a list with another filter, search or order: \
             repeat those with which you got it, or begin without a cursor",
        ));
    }
    Ok(Some(keys))
}

fn damaged() -> GraphqlError {
    GraphqlError::cursor_invalid(
        "the cursor is damaged: take `endCursor`, `startCursor` or an edge's `cursor` as they are",
    )
}

/// Whether every folded word begins a word of these texts.
pub(crate) fn holds(words: &str, texts: &[&str]) -> bool {
    let texts: Vec<String> = texts.iter().map(|text| fold(text)).collect();
    words.split(' ').all(|word| {
        texts
            .iter()
            .flat_map(|text| text.split(' '))
            .any(|part| part.starts_with(word))
    })
}
