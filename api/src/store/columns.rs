//! Which columns a request reads. Lists and long texts take most of a row's room and time, and most
//! requests ask for few of them.

use std::collections::HashSet;
use std::sync::Arc;

use entities::record::Record;
use sea_orm::sea_query::{Expr, Value};
use sea_orm::{
    ColumnTrait, ColumnType, DbBackend, IdenStatic, Iterable, ModelTrait, QuerySelect, Select,
};

/// Texts that may be long.
const LONG_TEXTS: [&str; 2] = ["description", "summary"];

/// Which of the large columns are read; the others come as those of an empty row. Without names all
/// are.
#[derive(Clone, Debug, Default)]
pub struct Columns(Option<Arc<HashSet<String>>>);

impl Columns {
    /// The columns with these names, as far as a type has them.
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        Self(Some(Arc::new(names.into_iter().collect())))
    }

    /// Reads no more than these columns.
    pub(super) fn only<E: Record>(&self, rows: Select<E>, backend: DbBackend) -> Select<E> {
        let Some(names) = &self.0 else { return rows };
        let empty = E::Model::default();
        let mut rows = rows.select_only();
        for column in E::Column::iter() {
            let name = column.as_str();
            rows = if !is_large(column) || names.contains(name) {
                rows.column(column)
            } else {
                rows.expr_as(nothing(empty.get(column), backend), name)
            };
        }
        rows
    }
}

fn is_large(column: impl ColumnTrait) -> bool {
    matches!(
        column.def().get_column_type(),
        ColumnType::Json | ColumnType::JsonBinary
    ) || LONG_TEXTS.contains(&column.as_str())
}

/// What stands in the column of an empty row.
fn nothing(value: Value, backend: DbBackend) -> Expr {
    match (value, backend) {
        (Value::Json(Some(json)), DbBackend::Postgres) => Expr::cust(format!("'{json}'::jsonb")),
        (Value::Json(Some(json)), _) => Expr::cust(format!("'{json}'")),
        (_, DbBackend::Postgres) => Expr::cust("NULL::text"),
        _ => Expr::cust("NULL"),
    }
}
