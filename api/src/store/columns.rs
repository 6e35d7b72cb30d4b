//! Which columns a request reads. To read a column costs more than to tell it, and most requests ask
//! for few of a row's.

use std::collections::HashSet;
use std::marker::PhantomData;
use std::sync::Arc;

use entities::record::{Record, RecordRow};
use sea_orm::{
    ColumnTrait, ColumnType, ConnectionTrait, DbErr, IdenStatic, Iterable, QueryResult,
    QuerySelect, QueryTrait, Select,
};

/// What a field is told from beside the columns that begin with its name.
const ALSO: [(&str, &[&str]); 5] = [
    ("accepted_by", &["accepted_cluster_id"]),
    ("city", &["address"]),
    ("current", &["starts_on", "ends_on"]),
    ("ends_on", &["starts_on", "duration_months"]),
    ("programme_title", &["programme"]),
];

/// The fields that a request asks for, of whatever type. Without names all columns are read.
#[derive(Clone, Debug, Default)]
pub struct Columns(Option<Arc<HashSet<String>>>);

impl Columns {
    /// What fields with these names are told from: `region` from `region_code`, for example.
    pub fn of(names: impl IntoIterator<Item = String>) -> Self {
        let mut names: HashSet<String> = names.into_iter().collect();
        for (name, others) in ALSO {
            if names.contains(name) {
                names.extend(others.iter().map(|name| (*name).to_owned()));
            }
        }
        Self(Some(Arc::new(names)))
    }

    /// What is read of a type: what fields are told from, and the columns that the reader needs.
    pub(super) fn with<E: Record>(&self, needed: &[E::Column]) -> Selected<E> {
        let needed: Vec<_> = needed.iter().map(IdenStatic::as_str).collect();
        let has = E::Column::iter()
            .map(|column| needed.contains(&column.as_str()) || self.has(column))
            .collect();
        Selected {
            has,
            of: PhantomData,
        }
    }

    fn has(&self, column: impl ColumnTrait) -> bool {
        let Some(names) = &self.0 else { return true };
        let name = column.as_str();
        // Ids lead to other records, and a currency belongs to each amount.
        let is_always = name == "currency" || *column.def().get_column_type() == ColumnType::Uuid;
        let ends = name.match_indices('_').map(|(end, _)| end);
        is_always
            || ends
                .chain([name.len()])
                .any(|end| names.contains(&name[..end]))
    }
}

/// The columns of a type that are read.
pub(super) struct Selected<E> {
    has: Vec<bool>,
    of: PhantomData<fn() -> E>,
}

impl<E: Record> Selected<E> {
    /// Selects these columns and no others.
    pub(super) fn of(&self, rows: Select<E>) -> Select<E> {
        let columns = E::Column::iter().zip(&self.has);
        let columns = columns.filter(|(_, has)| **has);
        columns.fold(rows.select_only(), |rows, (column, _)| rows.column(column))
    }

    /// Reads a row that begins with these columns.
    pub(super) fn read(&self, row: &QueryResult) -> Result<E::Model, DbErr> {
        E::Model::read(row, &self.has)
    }

    /// Reads rows.
    pub(super) async fn all(
        &self,
        rows: Select<E>,
        db: &impl ConnectionTrait,
    ) -> Result<Vec<E::Model>, DbErr> {
        let rows = db.query_all(&self.of(rows).into_query()).await?;
        rows.iter().map(|row| self.read(row)).collect()
    }
}
