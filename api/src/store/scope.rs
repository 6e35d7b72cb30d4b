//! What a viewer may see, in SQL: the rule of `auth::policy`. Every read of records starts here.

use entities::id::ClusterId;
use entities::record::{Record, Visibility};
use entities::record_party::{self, PartyRole};
use entities::{fellow, record_partnership};
use sea_orm::sea_query::{
    Alias, CaseStatement, Condition, DynIden, Expr, ExprTrait, IntoIden, Query,
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
    let archived = Expr::col((table.clone(), Alias::new("archived_at")));
    Condition::all()
        .add(archived.is_null())
        .add(shown_to(scope, &Shown::of_record(table)))
}

/// The columns in which a row says whom a record is shown to.
pub(crate) struct Shown {
    audience: Expr,
    steward: Expr,
    names: Names,
    /// Its id, where those who speak of it now see it, too.
    record: Option<Expr>,
}

/// The partnerships that a row names.
enum Names {
    /// The row has their list; by the record's id they are in the index.
    Listed { list: Expr, record: Expr },
    /// The row has one of them, or null for none.
    One(Expr),
}

impl Shown {
    /// Those of a record's own row.
    pub(crate) fn of_record(table: &DynIden) -> Self {
        Self::listed(table, "visibility", "id")
    }

    /// Those of a record's head in the feed.
    pub(crate) fn of_head(table: &DynIden) -> Self {
        Self::listed(table, "audience", "record_id")
    }

    /// Those of a sight of a record that has ended.
    pub(crate) fn of_past_sight(table: &DynIden) -> Self {
        let column = |name: &'static str| Expr::col((table.clone(), Alias::new(name)));
        Self {
            audience: column("audience"),
            steward: column("steward_id"),
            names: Names::One(column("partnership_id")),
            record: None,
        }
    }

    /// The same but for those who see the record only because they speak of it.
    pub(crate) fn but_for_claims(self) -> Self {
        Self {
            record: None,
            ..self
        }
    }

    fn listed(table: &DynIden, audience: &'static str, record: &'static str) -> Self {
        let column = |name: &'static str| Expr::col((table.clone(), Alias::new(name)));
        Self {
            audience: column(audience),
            steward: column("steward_id"),
            names: Names::Listed {
                list: column("partnership_ids"),
                record: column(record),
            },
            record: Some(column(record)),
        }
    }
}

/// Whether a viewer is among those to whom a row says that a record is shown.
pub(crate) fn shown_to(scope: &Scope, shown: &Shown) -> Condition {
    let audience = |audience: Visibility| shown.audience.clone().eq(audience.to_value());
    match scope {
        Scope::All => Condition::all(),
        Scope::Public | Scope::Agency(_) => Condition::all().add(audience(Visibility::Public)),
        Scope::Cluster(me) => {
            let partner = Condition::all()
                .add(audience(Visibility::Partners))
                .add(shared_with(*me, shown));
            Condition::any()
                .add(audience(Visibility::Public))
                .add(shown.steward.clone().eq(Uuid::from(*me)))
                .add(partner)
                .add_option(shown.record.clone().map(|record| claimed_by(*me, record)))
        }
    }
}

/// Whether a condition does not hold. Of one that compares what is not there, `NOT` would say neither.
pub(crate) fn is_not(condition: Condition) -> Expr {
    let holds = CaseStatement::new().case(condition, Expr::value(false));
    holds.finally(Expr::value(true)).into()
}

/// Whether the viewer has a live claim on a record.
fn claimed_by(me: ClusterId, record: Expr) -> Expr {
    use record_party::Column::{ClusterId, RecordId, Role, Until};
    let claimed = Query::select()
        .column((record_party::Entity, RecordId))
        .from(record_party::Entity)
        .and_where(Expr::col((record_party::Entity, ClusterId)).eq(Uuid::from(me)))
        .and_where(Expr::col((record_party::Entity, Role)).eq(PartyRole::Claimant.to_value()))
        .and_where(Expr::col((record_party::Entity, Until)).is_null())
        .to_owned();
    record.in_subquery(claimed)
}

/// Whether the viewer shares a partnership with the steward of a record, and one that the record
/// names where it names any.
fn shared_with(me: ClusterId, shown: &Shown) -> Condition {
    use fellow::Column::{ClusterId, FellowId, PartnershipId};
    let column = |column| Expr::col((fellow::Entity, column));
    let fellows = |what: Expr| {
        Query::select()
            .expr(what)
            .from(fellow::Entity)
            .and_where(column(ClusterId).eq(Uuid::from(me)))
            .to_owned()
    };
    // This names no record, so that the database looks once for all of them.
    let anywhere = shown.steward.clone().in_subquery(fellows(column(FellowId)));
    let mut there = fellows(Expr::value(1));
    there.and_where(column(FellowId).eq(shown.steward.clone()));
    let names_none = match &shown.names {
        // Looked for by the record's id, for the few that name partnerships.
        Names::Listed { list, record } => {
            use record_partnership::Column::{PartnershipId as Named, RecordId};
            let named = |column| Expr::col((record_partnership::Entity, column));
            there
                .from(record_partnership::Entity)
                .and_where(named(RecordId).eq(record.clone()))
                .and_where(named(Named).eq(column(PartnershipId)));
            list.clone().eq(Expr::cust("'[]'"))
        }
        Names::One(partnership) => {
            there.and_where(column(PartnershipId).eq(partnership.clone()));
            partnership.clone().is_null()
        }
    };
    Condition::any()
        .add(names_none.clone().and(anywhere))
        .add(names_none.not().and(Expr::exists(there)))
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
