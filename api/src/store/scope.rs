//! What a viewer may see, in SQL. Every read of records starts here.

use entities::record::{Record, Visibility};
use sea_orm::sea_query::{Alias, Condition, DynIden, Expr, ExprTrait, IntoIden};
use sea_orm::{ActiveEnum, EntityTrait, IdenStatic, QueryFilter, Select};
use uuid::Uuid;

use crate::auth::Scope;

/// The records of a type that a viewer may see.
#[must_use]
pub fn visible_to<E: Record>(scope: &Scope) -> Select<E> {
    E::find().filter(condition(scope, &table::<E>()))
}

/// The same for a table under another name, in a subquery.
pub(crate) fn condition(scope: &Scope, table: &DynIden) -> Condition {
    let column = |name: &'static str| Expr::col((table.clone(), Alias::new(name)));
    let live = Condition::all().add(column("archived_at").is_null());
    let public = || column("visibility").eq(Visibility::Public.to_value());
    match scope {
        Scope::All => live,
        Scope::Public | Scope::Agency(_) => live.add(public()),
        Scope::Cluster(cluster) => {
            let own = column("steward_id").eq(Uuid::from(*cluster));
            live.add(Condition::any().add(public()).add(own))
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
