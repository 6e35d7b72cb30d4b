//! Who sees which record: the whole rule. `store::scope` is the same in SQL.
//!
//! | the record is | who sees it |
//! |---|---|
//! | `PUBLIC` | everyone |
//! | `PARTNERS` | its steward, and each cluster that shares a partnership with the steward |
//! | `OWNER` | its steward |
//! | any of these, and a cluster's own source speaks of it | that cluster, too, until the source withdraws |
//! | archived | nobody |
//!
//! Who has such a live claim sees the record also after it has left the partnership through which it came to
//! know it.
//!
//! The operator sees every record that is not archived. A record whose steward is the registry
//! itself has no partners: unless it is `PUBLIC`, the operator alone sees it. An agency sees what is
//! `PUBLIC`.
//!
//! Two clusters *share* a partnership when each has accepted a place in it (`acceptPartnership`) and
//! has not left it since (`leavePartnership`), and the operator has not dissolved it
//! (`dissolvePartnership`). Both sides want it: a cluster accepts a place that the registry, the partnership's
//! steward or a cluster with an accepted place there wrote down (`registry::invitation`). Nothing else counts: no
//! place that is only written down, no date, no status. Where a `PARTNERS` record names partnerships, those alone count.
//!
//! What one does not see is not there: not in a list, a count, a filter, an order, a search or an
//! error. Who sees a record and is not its steward does not change it; that is
//! `registry::steward`.

use entities::id::{AgencyId, ClusterId};

use super::{Permission, Permissions, Principal};

/// What an actor may see; `store` turns it into SQL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Every record that is not archived.
    All,
    /// What everyone may see.
    Public,
    /// What a cluster may see.
    Cluster(ClusterId),
    /// What an agency may see.
    Agency(AgencyId),
}

impl Scope {
    /// What a principal sees. Who may not read sees what everyone sees.
    #[must_use]
    pub fn of(principal: Principal, permissions: Permissions) -> Self {
        match principal {
            _ if !permissions.contains(Permission::RegistryRead) => Self::Public,
            Principal::Anonymous => Self::Public,
            Principal::Operator => Self::All,
            Principal::Cluster(id) => Self::Cluster(id),
            Principal::Agency(id) => Self::Agency(id),
        }
    }
}
