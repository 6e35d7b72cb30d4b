//! What a viewer may see, in SQL. Every read of records starts here.

use entities::record::Record;
use sea_orm::sea_query::{Alias, Condition, DynIden, Expr, ExprTrait, IntoIden};
use sea_orm::{EntityTrait, IdenStatic, QueryFilter, Select};

use crate::auth::Scope;

/// The records of a type that a viewer may see.
#[must_use]
pub fn visible_to<E: Record>(scope: &Scope) -> Select<E> {
    E::find().filter(condition(scope, &table::<E>()))
}

/// The same for a table under another name, in a subquery.
pub(crate) fn condition(scope: &Scope, table: &DynIden) -> Condition {
    match scope {
        Scope::All => {
            Condition::all().add(Expr::col((table.clone(), Alias::new("archived_at"))).is_null())
        }
    }
}

/// All records of a type, archived ones too: for writers, who must not make a thing twice.
#[must_use]
pub fn unscoped_find<E: Record>() -> Select<E> {
    E::find()
}

/// The column of a record's id, under the name of its table.
pub(crate) fn id_column<E: EntityTrait>() -> Expr {
    Expr::col((E::default(), Alias::new("id")))
}

/// The name of a column.
pub(crate) fn column_name(column: impl IdenStatic) -> DynIden {
    Alias::new(column.as_str()).into_iden()
}

/// The name of a table.
pub(crate) fn table<E: EntityTrait>() -> DynIden {
    Alias::new(E::default().table_name()).into_iden()
}
