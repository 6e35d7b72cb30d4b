//! Filters as data, and how they become SQL.
//!
//! The tree is built by `graphql` from an input and printed into the cursor's hash, so it holds
//! values and names only. Related rows that the viewer may not see do not count.

use sea_orm::sea_query::{
    Alias, Condition, DynIden, Expr, ExprTrait, Func, IntoIden, Query, SelectStatement,
};
use sea_orm::{DbBackend, IdenStatic, Value};

use super::{one_of, scope};
use crate::auth::Scope;

/// A condition on a record.
#[derive(Clone, Debug)]
pub enum Filter {
    /// All of them hold; none: always true.
    All(Vec<Filter>),
    /// One of them holds; none: never true.
    Any(Vec<Filter>),
    /// It does not hold.
    Not(Box<Filter>),
    /// A column passes a test.
    Column(&'static str, Test),
    /// Something holds for rows of another table.
    Related(Related, Quantifier, Box<Filter>),
}

/// A test of a column.
#[derive(Clone, Debug)]
pub enum Test {
    /// Equal.
    Eq(Value),
    /// Not equal; true for null.
    Ne(Value),
    /// One of these.
    In(Vec<Value>),
    /// None of these; true for null.
    NotIn(Vec<Value>),
    /// Greater.
    Gt(Value),
    /// Greater or equal.
    Gte(Value),
    /// Less.
    Lt(Value),
    /// Less or equal.
    Lte(Value),
    /// Holds the text.
    Contains(String),
    /// Starts with the text.
    StartsWith(String),
    /// Is null, or is not.
    IsNull(bool),
}

/// Another table, and the columns that join it.
#[derive(Clone, Copy, Debug)]
pub struct Related {
    /// The other table.
    pub table: &'static str,
    /// The column of the record.
    pub from: &'static str,
    /// The column of the other table.
    pub to: &'static str,
    /// Whether the other table holds records, which a viewer may or may not see.
    pub records: bool,
}

/// For how many related rows something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// For one at least.
    Some,
    /// For each.
    Every,
    /// For none.
    None,
}

impl Filter {
    /// A test of a column.
    pub fn column(column: impl IdenStatic, test: Test) -> Self {
        Self::Column(column.as_str(), test)
    }

    /// How many filters lie within each other: each object of an input is one [`Filter::All`].
    #[must_use]
    pub fn depth(&self) -> usize {
        match self {
            Self::All(inner) => inner
                .iter()
                .map(Self::depth)
                .max()
                .unwrap_or(0)
                .saturating_add(1),
            Self::Any(inner) => inner.iter().map(Self::depth).max().unwrap_or(0),
            Self::Not(inner) | Self::Related(_, _, inner) => inner.depth(),
            Self::Column(..) => 0,
        }
    }

    /// How many tests it holds.
    #[must_use]
    pub fn predicates(&self) -> usize {
        match self {
            Self::All(inner) | Self::Any(inner) => inner.iter().map(Self::predicates).sum(),
            Self::Not(inner) => inner.predicates(),
            Self::Related(_, _, inner) => inner.predicates().saturating_add(1),
            Self::Column(..) => 1,
        }
    }

    /// How many values the longest list of a test holds.
    #[must_use]
    pub fn longest_list(&self) -> usize {
        match self {
            Self::All(inner) | Self::Any(inner) => {
                inner.iter().map(Self::longest_list).max().unwrap_or(0)
            }
            Self::Not(inner) | Self::Related(_, _, inner) => inner.longest_list(),
            Self::Column(_, Test::In(values) | Test::NotIn(values)) => values.len(),
            Self::Column(..) => 0,
        }
    }

    /// The condition for a table, `level` subqueries deep.
    pub(crate) fn condition(&self, to: &Dialect<'_>, table: &DynIden, level: usize) -> Condition {
        match self {
            Self::All(inner) => inner.iter().fold(Condition::all(), |all, one| {
                all.add(one.condition(to, table, level))
            }),
            Self::Any(inner) if inner.is_empty() => Condition::all().add(Expr::value(false)),
            Self::Any(inner) => inner.iter().fold(Condition::any(), |any, one| {
                any.add(one.condition(to, table, level))
            }),
            Self::Not(inner) => {
                // A comparison with null is neither true nor false; `not` means "is not true".
                let inner: Expr = inner.condition(to, table, level).into();
                let known = Func::coalesce([inner, Expr::value(false)]);
                Condition::all().add(Expr::from(known).not())
            }
            Self::Column(column, test) => Condition::all().add(test.expression(to, table, column)),
            Self::Related(related, Quantifier::Some, inner) => {
                Condition::all().add(Expr::exists(related.rows(to, table, level, inner)))
            }
            Self::Related(related, Quantifier::None, inner) => {
                Condition::all().add(Expr::exists(related.rows(to, table, level, inner)).not())
            }
            Self::Related(related, Quantifier::Every, inner) => {
                let other = Self::Not(inner.clone());
                Condition::all().add(Expr::exists(related.rows(to, table, level, &other)).not())
            }
        }
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

/// What a filter must know to become SQL.
pub(crate) struct Dialect<'a> {
    /// The dialect.
    pub(crate) backend: DbBackend,
    /// What the viewer may see.
    pub(crate) scope: &'a Scope,
}

impl Related {
    /// The related rows for which `inner` holds.
    fn rows(
        self,
        to: &Dialect<'_>,
        table: &DynIden,
        level: usize,
        inner: &Filter,
    ) -> SelectStatement {
        let alias = Alias::new(format!("related_{level}")).into_iden();
        let mut rows = Query::select();
        rows.expr(Expr::value(1))
            .from_as(Alias::new(self.table), alias.clone())
            .and_where(
                Expr::col((alias.clone(), Alias::new(self.to)))
                    .equals((table.clone(), Alias::new(self.from))),
            )
            .cond_where(inner.condition(to, &alias, level.saturating_add(1)));
        if self.records {
            rows.cond_where(scope::condition(to.scope, &alias));
        }
        rows
    }
}

impl Test {
    fn expression(&self, to: &Dialect<'_>, table: &DynIden, column: &'static str) -> Expr {
        let column = || Expr::col((table.clone(), Alias::new(column)));
        let position = |text: &str| {
            let find = match to.backend {
                DbBackend::Postgres => "strpos",
                _ => "instr",
            };
            Expr::from(
                Func::cust(Alias::new(find)).args([column(), Expr::value(storable(&text.into()))]),
            )
        };
        match self {
            Self::Eq(value) => column().eq(storable(value)),
            Self::Ne(value) => column().ne(storable(value)).or(column().is_null()),
            Self::In(values) => one_of(column(), values.iter().map(storable).collect()),
            Self::NotIn(values) => one_of(column(), values.iter().map(storable).collect())
                .not()
                .or(column().is_null()),
            Self::Gt(value) => column().gt(storable(value)),
            Self::Gte(value) => column().gte(storable(value)),
            Self::Lt(value) => column().lt(storable(value)),
            Self::Lte(value) => column().lte(storable(value)),
            Self::Contains(text) => position(text).gt(0),
            Self::StartsWith(text) => position(text).eq(1),
            Self::IsNull(true) => column().is_null(),
            Self::IsNull(false) => column().is_not_null(),
        }
    }
}

/// No text of a record holds the character U+0000, and `PostgreSQL` takes none that does: what cannot
/// be found is asked for in a form that can be sent.
pub(super) fn storable(value: &Value) -> Value {
    match value {
        Value::String(Some(text)) if text.contains('\0') => text.replace('\0', "\u{fffd}").into(),
        plain => plain.clone(),
    }
}
