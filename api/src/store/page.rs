//! Pages of a list, in both directions. The union of all pages is exactly the set, for every order,
//! page size and direction.

use std::collections::HashMap;
use std::sync::Arc;

use entities::record::Record;
use sea_orm::sea_query::{
    Alias, Expr, ExprTrait, IntoIden, Order as Direction, Query, WindowStatement,
};
use sea_orm::{
    ConnectionTrait, DbErr, EntityTrait, JoinType, ModelTrait, QueryFilter, QuerySelect,
    QueryTrait, Select,
};
use uuid::Uuid;

use super::filter::Dialect;
use super::order::{Order, OrderKey, bounds, full_order, name_key, sort, sorting};
use super::{Columns, Filter, Key, Search, one_of, scope};
use crate::auth::Scope;

/// Which part of a list.
#[derive(Clone, Debug, Default)]
pub struct Slice {
    /// How many rows at most.
    pub limit: u64,
    /// From the end.
    pub backwards: bool,
    /// Only rows after this one.
    pub after: Option<Vec<Key>>,
    /// Only rows before this one.
    pub before: Option<Vec<Key>>,
}

/// Which rows of a type, in which order, and which part of them.
#[derive(Clone, Debug)]
pub struct PageRequest<E: EntityTrait> {
    /// Which rows.
    pub filter: Filter,
    /// And which words they hold.
    pub search: Option<Search>,
    /// In which order; the id is added as the last item.
    pub order: Vec<Order<E::Column>>,
    /// Which part.
    pub slice: Slice,
}

/// A part of a list.
#[derive(Clone, Debug)]
pub struct Page<M> {
    /// The rows, each with the keys of its cursor.
    pub rows: Vec<(Arc<[Key]>, Arc<M>)>,
    /// Whether rows come after it.
    pub has_next: bool,
    /// Whether rows come before it.
    pub has_previous: bool,
    /// How many rows the whole list has, where that was counted on the way.
    pub total: Option<i64>,
}

/// Reads one page; `counted`: with the number of all rows, where the search or the filter would else
/// run twice.
///
/// # Errors
/// When the database does.
pub async fn page<E: Record>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    request: &PageRequest<E>,
    columns: &Columns,
    counted: bool,
) -> Result<Page<E::Model>, DbErr> {
    let table = scope::table::<E>();
    let order = full_order(request);
    let selected = columns.with::<E>(&compared(request, &order));
    let sorting = sorting(request, &order, &table);
    let mut rows = matching(db, scope, request);
    if let Some(bounds) = bounds(request, &order, &table) {
        rows = rows.filter(bounds);
    }
    sort(QueryTrait::query(&mut rows), &sorting);
    let rows = rows.limit(request.slice.limit.saturating_add(1));
    let is_narrowed = request.search.is_some() || request.filter.predicates() > 0;
    if !(counted && is_narrowed && request.is_first()) {
        let rows = selected.all(rows, db).await?;
        return Ok(cut(request, &order, rows, None));
    }
    // What is sorted and counted is narrow; the rows of the page are read in full afterwards.
    let found = Alias::new("found").into_iden();
    let mut ids = rows
        .select_only()
        .expr_as(scope::id_column::<E>(), "found_id");
    let all = WindowStatement::new();
    QueryTrait::query(&mut ids).expr_window_as(Expr::cust("count(*)"), all, Alias::new(TOTAL));
    // The viewer may see them: they were found among what is visible.
    let mut rows = selected.of(scope::unscoped_find::<E>());
    let statement = QueryTrait::query(&mut rows);
    statement
        .expr(Expr::col((found.clone(), Alias::new(TOTAL))))
        .join_subquery(
            JoinType::InnerJoin,
            ids.into_query(),
            found.clone(),
            scope::id_column::<E>().eq(Expr::col((found, Alias::new("found_id")))),
        );
    sort(statement, &sorting);
    let rows = db.query_all(&rows.into_query()).await?;
    let total = rows.first().map_or(Ok(0), |row| row.try_get("", TOTAL))?;
    let rows = rows.iter().map(|row| selected.read(row));
    let rows = rows.collect::<Result<_, _>>()?;
    Ok(cut(request, &order, rows, Some(total)))
}

/// The name of the column with that number.
const TOTAL: &str = "total_count";

/// Reads one page for each parent, in one statement; `counted`: with the number of all its rows, if
/// the page is the list's first.
///
/// # Errors
/// When the database does.
pub async fn pages_by_parent<E: Record>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    parent: E::Column,
    parents: Vec<Uuid>,
    request: &PageRequest<E>,
    columns: &Columns,
    counted: bool,
) -> Result<HashMap<Uuid, Page<E::Model>>, DbErr> {
    let table = scope::table::<E>();
    let order = full_order(request);
    let parent_of = || Expr::col((table.clone(), scope::column_name(parent)));
    let rows = matching(db, scope, request).filter(one_of(parent_of(), parents));
    let mut needed = compared(request, &order);
    needed.push(parent);
    let selected = columns.with::<E>(&needed);
    let mut rows = selected.of(rows);
    let bounds = bounds(request, &order, &table);
    let counted = counted && bounds.is_none();
    let partition = || WindowStatement::partition_by((table.clone(), scope::column_name(parent)));
    if counted {
        let count = Expr::cust("count(*)");
        QueryTrait::query(&mut rows).expr_window_as(count, partition(), Alias::new(TOTAL));
    }
    if let Some(bounds) = bounds {
        rows = rows.filter(bounds);
    }
    let mut window = partition();
    for (expression, direction, nulls) in sorting(request, &order, &table) {
        match nulls {
            Some(nulls) => window.order_by_expr_with_nulls(expression, direction, nulls),
            None => window.order_by_expr(expression, direction),
        };
    }
    let number = Alias::new("number_in_parent");
    QueryTrait::query(&mut rows).expr_window_as(Expr::cust("row_number()"), window, number.clone());
    let statement = Query::select()
        .column(sea_orm::sea_query::Asterisk)
        .from_subquery(rows.into_query(), Alias::new("numbered"))
        .and_where(Expr::col(number.clone()).lte(request.slice.limit.saturating_add(1)))
        .order_by(number, Direction::Asc)
        .to_owned();
    let mut by_parent: HashMap<Uuid, (Vec<E::Model>, Option<i64>)> = HashMap::new();
    for row in &db.query_all(&statement).await? {
        let (total, row) = (
            counted.then(|| row.try_get("", TOTAL)).transpose()?,
            selected.read(row)?,
        );
        if let Key::Id(id) = Key::of(row.get(parent)) {
            let (rows, of_parent) = by_parent.entry(id).or_default();
            rows.push(row);
            *of_parent = total;
        }
    }
    Ok(by_parent
        .into_iter()
        .map(|(id, (rows, total))| (id, cut(request, &order, rows, total)))
        .collect())
}

/// Counts the rows of the whole list.
///
/// # Errors
/// When the database does.
pub async fn count<E: Record>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    filter: &Filter,
    search: Option<&Search>,
) -> Result<i64, DbErr> {
    let request: PageRequest<E> = PageRequest {
        filter: filter.clone(),
        search: search.cloned(),
        order: Vec::new(),
        slice: Slice::default(),
    };
    let count: Option<i64> = matching(db, scope, &request)
        .select_only()
        .column_as(scope::id_column::<E>().count(), "count")
        .into_tuple()
        .one(db)
        .await?;
    Ok(count.unwrap_or(0))
}

/// The rows that the viewer may see, that the filter lets through and that hold the words.
pub(super) fn matching<E: Record>(
    db: &impl ConnectionTrait,
    scope: &Scope,
    request: &PageRequest<E>,
) -> Select<E> {
    let backend = db.get_database_backend();
    let dialect = Dialect { backend, scope };
    let mut rows = scope::visible_to::<E>(scope).filter(request.filter.condition(
        &dialect,
        &scope::table::<E>(),
        0,
    ));
    if let Some(search) = &request.search {
        rows = rows.filter(scope::id_column::<E>().in_subquery(search.matches(backend, E::TYPE)));
    }
    rows
}

impl<M> Page<M> {
    /// A page of a list without rows.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            rows: Vec::new(),
            has_next: false,
            has_previous: false,
            total: None,
        }
    }
}

impl<E: EntityTrait> PageRequest<E> {
    /// Whether no cursor bounds it.
    #[must_use]
    pub fn is_first(&self) -> bool {
        self.slice.after.is_none() && self.slice.before.is_none()
    }

    /// Whether the cursors have the shape that this order gives them.
    #[must_use]
    pub fn cursors_fit(&self) -> bool {
        let order = full_order(self);
        [&self.slice.after, &self.slice.before]
            .into_iter()
            .flatten()
            .all(|keys| {
                keys.len() == order.len()
                    && order.iter().zip(keys).all(|(item, key)| item.takes(key))
            })
    }
}

/// The columns that the keys of cursors are made of.
fn compared<E: EntityTrait>(
    request: &PageRequest<E>,
    order: &[Order<E::Column>],
) -> Vec<E::Column> {
    let of_order = order.iter().filter_map(|item| match item.by {
        OrderKey::Column(column) => Some(column),
        OrderKey::Rank => None,
    });
    let of_rank = request.search.as_ref().and_then(|_| name_key::<E>());
    of_order.chain(of_rank).collect()
}

/// Cuts off the row that was read to see whether there are more.
fn cut<E: EntityTrait>(
    request: &PageRequest<E>,
    order: &[Order<E::Column>],
    rows: Vec<E::Model>,
    total: Option<i64>,
) -> Page<E::Model> {
    let keys = |row: &E::Model| {
        order
            .iter()
            .map(|item| match (item.by, &request.search) {
                (OrderKey::Column(column), _) => Key::of(row.get(column)),
                (OrderKey::Rank, Some(search)) => {
                    let name = name_key::<E>().map(|name| Key::of(row.get(name)));
                    Key::Int(match name {
                        Some(Key::Text(name)) => search.rank_of(&name),
                        _ => 3,
                    })
                }
                (OrderKey::Rank, None) => Key::Int(0),
            })
            .collect()
    };
    let page = request.slice.cut(rows, keys);
    Page { total, ..page }
}

impl Slice {
    /// Makes a page of rows as they were read, with one more where there are more.
    pub(super) fn cut<M>(&self, mut rows: Vec<M>, keys: impl Fn(&M) -> Arc<[Key]>) -> Page<M> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        if self.backwards {
            rows.reverse();
        }
        let (has_next, has_previous) = if self.backwards {
            (self.before.is_some(), more)
        } else {
            (more, self.after.is_some())
        };
        Page {
            rows: rows
                .into_iter()
                .map(|row| (keys(&row), Arc::new(row)))
                .collect(),
            has_next,
            has_previous,
            total: None,
        }
    }
}
