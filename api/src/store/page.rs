//! Pages of a list: keyset cursors that know about nulls, in both directions.
//!
//! The order always ends in the id, so no two rows are equal and the union of all pages is exactly
//! the set, for every order, page size and direction.

use std::collections::HashMap;
use std::sync::Arc;

use entities::record::Record;
use sea_orm::sea_query::{
    Alias, Condition, DynIden, Expr, ExprTrait, IntoIden, NullOrdering, Order as Direction, Query,
    SelectStatement, WindowStatement,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, IdenStatic, Iterable,
    JoinType, ModelTrait, PrimaryKeyToColumn, QueryFilter, QueryResult, QuerySelect, QueryTrait,
    Select,
};
use uuid::Uuid;

use super::filter::Dialect;
use super::{Columns, Filter, Key, Search, one_of, scope};
use crate::auth::Scope;

/// One item of an order.
#[derive(Clone, Copy, Debug)]
pub struct Order<C> {
    /// What is compared.
    pub by: OrderKey<C>,
    /// From high to low.
    pub descending: bool,
    /// Rows without a value come first.
    pub nulls_first: bool,
}

/// What an order compares.
#[derive(Clone, Copy, Debug)]
pub enum OrderKey<C> {
    /// A column.
    Column(C),
    /// How well the row matches the search.
    Rank,
}

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

/// Reads one page; `counted`: with the number of all rows, where a search would else run twice.
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
    let backend = db.get_database_backend();
    let table = scope::table::<E>();
    let order = full_order(request);
    let sorting = sorting(request, &order, &table);
    let mut rows = matching(db, scope, request);
    if let Some(bounds) = bounds(request, &order, &table) {
        rows = rows.filter(bounds);
    }
    sort(QueryTrait::query(&mut rows), &sorting);
    let rows = rows.limit(request.slice.limit.saturating_add(1));
    if !(counted && request.search.is_some() && request.is_first()) {
        let rows = columns.only(rows, backend).all(db).await?;
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
    let mut rows = columns.only(scope::unscoped_find::<E>(), backend);
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
    let statement = backend.build(&rows.into_query());
    let rows = Counted::<E::Model>::find_by_statement(statement)
        .all(db)
        .await?;
    let total = rows.first().map_or(Some(0), |first| first.total);
    let rows = rows.into_iter().map(|counted| counted.row).collect();
    Ok(cut(request, &order, rows, total))
}

/// Adds an order to a statement.
fn sort(statement: &mut SelectStatement, sorting: &[(Expr, Direction, Option<NullOrdering>)]) {
    for (expression, direction, nulls) in sorting.iter().cloned() {
        match nulls {
            Some(nulls) => statement.order_by_expr_with_nulls(expression, direction, nulls),
            None => statement.order_by_expr(expression, direction),
        };
    }
}

/// A row, and how many there are: of its parent, or of the search.
struct Counted<M> {
    row: M,
    total: Option<i64>,
}

impl<M: FromQueryResult> FromQueryResult for Counted<M> {
    fn from_query_result(row: &QueryResult, prefix: &str) -> Result<Self, DbErr> {
        Ok(Self {
            row: M::from_query_result(row, prefix)?,
            total: row.try_get(prefix, TOTAL).ok(),
        })
    }
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
    let mut rows = columns.only(rows, db.get_database_backend());
    let bounds = bounds(request, &order, &table);
    let partition = || WindowStatement::partition_by((table.clone(), scope::column_name(parent)));
    if counted && bounds.is_none() {
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
    let rows = Counted::<E::Model>::find_by_statement(db.get_database_backend().build(&statement))
        .all(db)
        .await?;
    let mut by_parent: HashMap<Uuid, (Vec<E::Model>, Option<i64>)> = HashMap::new();
    for Counted { row, total } in rows {
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

/// The order asked for; without one the rank of a search and the name; the id at the end.
fn full_order<E: EntityTrait>(request: &PageRequest<E>) -> Vec<Order<E::Column>> {
    let ascending = |by| Order {
        by,
        descending: false,
        nulls_first: false,
    };
    let mut order = request.order.clone();
    if order.is_empty() && request.search.is_some() {
        order.push(ascending(OrderKey::Rank));
        order.extend(name_key::<E>().map(|name| ascending(OrderKey::Column(name))));
    }
    if let Some(id) = E::PrimaryKey::iter().next() {
        order.push(ascending(OrderKey::Column(id.into_column())));
    }
    order
}

fn name_key<E: EntityTrait>() -> Option<E::Column> {
    E::Column::iter().find(|column| column.as_str() == "name_key")
}

impl<C: ColumnTrait> Order<C> {
    fn expression(&self, table: &DynIden, search: Option<&Search>) -> Expr {
        match (self.by, search) {
            (OrderKey::Column(column), _) => Expr::col((table.clone(), scope::column_name(column))),
            (OrderKey::Rank, Some(search)) => search.rank(table),
            (OrderKey::Rank, None) => Expr::value(0),
        }
    }

    fn nullable(&self) -> bool {
        matches!(self.by, OrderKey::Column(column) if column.def().is_null())
    }

    /// Whether a key of a cursor can belong to this item.
    fn takes(&self, key: &Key) -> bool {
        match self.by {
            OrderKey::Column(column) => key.fits(column),
            OrderKey::Rank => matches!(key, Key::Int(_)),
        }
    }
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

/// What the rows are sorted by, turned round for a page from the end.
fn sorting<E: EntityTrait>(
    request: &PageRequest<E>,
    order: &[Order<E::Column>],
    table: &DynIden,
) -> Vec<(Expr, Direction, Option<NullOrdering>)> {
    let turned = request.slice.backwards;
    order
        .iter()
        .map(|item| {
            let direction = if item.descending == turned {
                Direction::Asc
            } else {
                Direction::Desc
            };
            let nulls = item.nullable().then_some(if item.nulls_first == turned {
                NullOrdering::Last
            } else {
                NullOrdering::First
            });
            (
                item.expression(table, request.search.as_ref()),
                direction,
                nulls,
            )
        })
        .collect()
}

/// The rows between the two cursors.
fn bounds<E: EntityTrait>(
    request: &PageRequest<E>,
    order: &[Order<E::Column>],
    table: &DynIden,
) -> Option<Condition> {
    let Slice { after, before, .. } = &request.slice;
    let sides = [(after, false), (before, true)];
    let mut all = Condition::all();
    for (keys, turned) in sides
        .into_iter()
        .filter_map(|(keys, turned)| Some((keys.as_ref()?, turned)))
    {
        all = all.add(beyond(request, order, table, keys, turned));
    }
    (!all.is_empty()).then_some(all)
}

/// The rows that come after the keys; `turned`: before them.
fn beyond<E: EntityTrait>(
    request: &PageRequest<E>,
    order: &[Order<E::Column>],
    table: &DynIden,
    keys: &[Key],
    turned: bool,
) -> Condition {
    let expression = |item: &Order<E::Column>| item.expression(table, request.search.as_ref());
    let mut any = Condition::any();
    let mut equal = Condition::all();
    for (item, key) in order.iter().zip(keys) {
        let upwards = item.descending == turned;
        let nulls_beyond = item.nullable() && item.nulls_first == turned;
        let further = match key.value() {
            // Beyond a null lie the values, when nulls come first.
            None => (!nulls_beyond).then(|| Condition::all().add(expression(item).is_not_null())),
            Some(value) => {
                let further = if upwards {
                    expression(item).gt(value)
                } else {
                    expression(item).lt(value)
                };
                let mut further = Condition::any().add(further);
                if nulls_beyond {
                    further = further.add(expression(item).is_null());
                }
                Some(further)
            }
        };
        if let Some(further) = further {
            any = any.add(Condition::all().add(equal.clone()).add(further));
        }
        equal = equal.add(match key.value() {
            None => expression(item).is_null(),
            Some(value) => expression(item).eq(value),
        });
    }
    // The first item bounds all of them, and a bound is what an index can use.
    match (order.first(), keys.first().and_then(Key::value)) {
        (Some(first), Some(value)) if !first.nullable() => {
            let bound = if first.descending == turned {
                expression(first).gte(value)
            } else {
                expression(first).lte(value)
            };
            Condition::all().add(bound).add(any)
        }
        _ => any,
    }
}

/// Cuts off the row that was read to see whether there are more.
fn cut<E: EntityTrait>(
    request: &PageRequest<E>,
    order: &[Order<E::Column>],
    mut rows: Vec<E::Model>,
    total: Option<i64>,
) -> Page<E::Model> {
    let Slice {
        limit,
        backwards,
        after,
        before,
    } = &request.slice;
    let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
    let more = rows.len() > limit;
    rows.truncate(limit);
    if *backwards {
        rows.reverse();
    }
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
    Page {
        rows: rows
            .into_iter()
            .map(|row| (keys(&row), Arc::new(row)))
            .collect(),
        total,
        has_next: if *backwards { before.is_some() } else { more },
        has_previous: if *backwards { more } else { after.is_some() },
    }
}
