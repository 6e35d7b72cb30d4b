//! What a viewer may see, in SQL: the rule of `auth::policy`. Every read of records starts here.

use entities::id::ClusterId;
use entities::record::{Record, Visibility};
use entities::record_party::{self, PartyRole};
use entities::{partnership, partnership_member, record_partnership};
use sea_orm::sea_query::{
    Alias, Condition, DynIden, Expr, ExprTrait, IntoIden, Query, SelectStatement,
};
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
        Scope::Cluster(me) => {
            let own = column("steward_id").eq(Uuid::from(*me));
            let partner = Condition::all()
                .add(column("visibility").eq(Visibility::Partners.to_value()))
                .add(shared_with(*me, table));
            let any = Condition::any().add(public()).add(own).add(partner);
            live.add(any.add(claimed_by(*me, table)))
        }
    }
}

/// Whether the viewer has a live claim on a record.
fn claimed_by(me: ClusterId, table: &DynIden) -> Expr {
    use record_party::Column::{ClusterId, RecordId, Role, Until};
    let claimed = Query::select()
        .column((record_party::Entity, RecordId))
        .from(record_party::Entity)
        .and_where(Expr::col((record_party::Entity, ClusterId)).eq(Uuid::from(me)))
        .and_where(Expr::col((record_party::Entity, Role)).eq(PartyRole::Claimant.to_value()))
        .and_where(Expr::col((record_party::Entity, Until)).is_null())
        .to_owned();
    Expr::col((table.clone(), Alias::new("id"))).in_subquery(claimed)
}

/// Whether the viewer shares a partnership with the steward of a record, and one that the record
/// names where it names any.
fn shared_with(me: ClusterId, table: &DynIden) -> Condition {
    let column = |name: &'static str| Expr::col((table.clone(), Alias::new(name)));
    let names_none = || column("partnership_ids").eq(Expr::cust("'[]'"));
    let fellows = fellows_of(me)
        .column((Alias::new("theirs"), Alias::new("accepted_cluster_id")))
        .to_owned();
    // Looked for by the record's id, for the few that name partnerships.
    let named = (Alias::new("named"), Alias::new("partnership_id"));
    let in_named = fellows_of(me)
        .expr(Expr::value(1))
        .from_as(record_partnership::Entity, Alias::new("named"))
        .and_where(Expr::col((Alias::new("named"), Alias::new("record_id"))).eq(column("id")))
        .and_where(Expr::col(named).equals((Alias::new("theirs"), Alias::new("partnership_id"))))
        .and_where(
            Expr::col((Alias::new("theirs"), Alias::new("accepted_cluster_id")))
                .eq(column("steward_id")),
        )
        .to_owned();
    let anywhere = Condition::all()
        .add(names_none())
        .add(column("steward_id").in_subquery(fellows));
    let there = Condition::all()
        .add(names_none().not())
        .add(Expr::exists(in_named));
    Condition::any().add(anywhere).add(there)
}

/// The accepted places in the partnerships in which a cluster has one, its own among them. It names
/// no record, so that the database looks once for all of them.
fn fellows_of(me: ClusterId) -> SelectStatement {
    use partnership_member::Column::{AcceptedClusterId, PartnershipId};
    let (mine, theirs, shared) = (
        || Alias::new("mine"),
        || Alias::new("theirs"),
        || Alias::new("shared"),
    );
    Query::select()
        .from_as(partnership_member::Entity, mine())
        .from_as(partnership_member::Entity, theirs())
        .from_as(partnership::Entity, shared())
        .and_where(Expr::col((mine(), AcceptedClusterId)).eq(Uuid::from(me)))
        .and_where(Expr::col((theirs(), PartnershipId)).equals((mine(), PartnershipId)))
        .and_where(Expr::col((theirs(), AcceptedClusterId)).is_not_null())
        .and_where(Expr::col((shared(), partnership::Column::Id)).equals((mine(), PartnershipId)))
        .and_where(Expr::col((shared(), partnership::Column::DissolvedAt)).is_null())
        .to_owned()
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
