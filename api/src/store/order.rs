//! The order of a list, and which rows lie between two cursors, with nulls. It always ends in the id,
//! so that no two rows are equal.

use sea_orm::sea_query::{
    Condition, DynIden, Expr, ExprTrait, NullOrdering, Order as Direction, SelectStatement,
};
use sea_orm::{ColumnTrait, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn};

use super::page::{PageRequest, Slice};
use super::{Key, Search, scope};

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

/// The order asked for; without one the rank of a search and the name; the id at the end.
pub(super) fn full_order<E: EntityTrait>(request: &PageRequest<E>) -> Vec<Order<E::Column>> {
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

pub(super) fn name_key<E: EntityTrait>() -> Option<E::Column> {
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
    pub(super) fn takes(&self, key: &Key) -> bool {
        match self.by {
            OrderKey::Column(column) => key.fits(column),
            OrderKey::Rank => matches!(key, Key::Int(_)),
        }
    }
}

/// Adds an order to a statement.
pub(super) fn sort(
    statement: &mut SelectStatement,
    sorting: &[(Expr, Direction, Option<NullOrdering>)],
) {
    for (expression, direction, nulls) in sorting.iter().cloned() {
        match nulls {
            Some(nulls) => statement.order_by_expr_with_nulls(expression, direction, nulls),
            None => statement.order_by_expr(expression, direction),
        };
    }
}

/// What the rows are sorted by, turned round for a page from the end.
pub(super) fn sorting<E: EntityTrait>(
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
pub(super) fn bounds<E: EntityTrait>(
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
