//! Records that belong to an organisation: how they point to it.

use entities::{cluster, membership, participation, partnership_member};
use uuid::Uuid;

use super::Shared;

/// A record that belongs to an organisation.
pub(super) trait Edge: Shared {
    /// The organisation.
    fn organisation(row: &Self::Model) -> Uuid;
    /// Points to another.
    fn point(row: &mut Self::Model, organisation: Uuid);
    /// Whether a cluster sees through it: then it cannot go.
    fn is_accepted(_row: &Self::Model) -> bool {
        false
    }
}

/// Declares an edge whose column is `organisation_id`.
macro_rules! edge {
    ($module:ident $(, $accepted:item)?) => {
        impl Edge for $module::Entity {
            fn organisation(row: &$module::Model) -> Uuid {
                row.organisation_id.into()
            }

            fn point(row: &mut $module::Model, organisation: Uuid) {
                row.organisation_id = organisation.into();
            }

            $($accepted)?
        }
    };
}

edge!(cluster);
edge!(membership);
edge!(
    partnership_member,
    fn is_accepted(row: &partnership_member::Model) -> bool {
        row.accepted_cluster_id.is_some()
    }
);
edge!(participation);
