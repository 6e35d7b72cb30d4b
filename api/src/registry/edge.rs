//! Records that belong to an organisation: how they point to it, and what there may be once only.

use entities::{cluster, membership, participation, partnership_member};
use uuid::Uuid;

use super::Shared;

/// A record that belongs to an organisation.
pub(super) trait Edge: Shared {
    /// The organisation.
    fn organisation(row: &Self::Model) -> Uuid;
    /// Points to another.
    fn point(row: &mut Self::Model, organisation: Uuid);
    /// What there may be once only for an organisation, as the unique index of the table has it.
    fn place(row: &Self::Model) -> String;
    /// Whether a cluster sees through it: then it cannot go.
    fn is_accepted(_row: &Self::Model) -> bool {
        false
    }
}

/// Declares an edge whose column is `organisation_id`.
macro_rules! edge {
    ($module:ident, |$row:ident| $place:expr $(, $accepted:item)?) => {
        impl Edge for $module::Entity {
            fn organisation(row: &$module::Model) -> Uuid {
                row.organisation_id.into()
            }

            fn point(row: &mut $module::Model, organisation: Uuid) {
                row.organisation_id = organisation.into();
            }

            fn place($row: &$module::Model) -> String {
                $place
            }

            $($accepted)?
        }
    };
}

edge!(cluster, |_row| String::new());
edge!(membership, |row| format!(
    "{:?} {:?}",
    row.cluster_id, row.starts_on
));
edge!(
    partnership_member,
    |row| format!("{:?} {:?}", row.partnership_id, row.starts_on),
    fn is_accepted(row: &partnership_member::Model) -> bool {
        row.accepted_cluster_id.is_some()
    }
);
edge!(participation, |row| {
    let order = row.order.unwrap_or(0);
    format!("{:?} {:?} {order}", row.project_id, row.role)
});
