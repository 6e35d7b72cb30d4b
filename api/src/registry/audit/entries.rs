//! Reading the audit: all of it for the operator, its own entries for a cluster's administrator.

use entities::audit_entry;

use crate::auth::{Actor, Permission, Principal};
use crate::registry::access::permit;
use crate::registry::{Error, Filter, Page, Registry, Result, Slice, Test};
use crate::store;

impl Registry {
    /// One page of the audit, the newest entries first; none when a cursor is not one of this list.
    ///
    /// # Errors
    /// When the actor may see none of it, or the database fails.
    pub async fn audit_page(
        &self,
        actor: &Actor,
        filter: Filter,
        slice: &Slice,
    ) -> Result<Option<Page<audit_entry::Model>>> {
        let filter = visible(actor, filter)?;
        if !store::audit_cursors_fit(slice) {
            return Ok(None);
        }
        Ok(Some(
            store::audit_page(&self.db.read, &filter, slice).await?,
        ))
    }

    /// How many entries there are.
    ///
    /// # Errors
    /// As [`Registry::audit_page`].
    pub async fn audit_count(&self, actor: &Actor, filter: Filter) -> Result<i64> {
        let filter = visible(actor, filter)?;
        Ok(store::audit_count(&self.db.read, &filter).await?)
    }
}

/// What an actor may see of what it asks for.
fn visible(actor: &Actor, filter: Filter) -> Result<Filter> {
    permit(actor, Permission::Admin)?;
    match actor.principal() {
        Principal::Operator => Ok(filter),
        own @ Principal::Cluster(_) => {
            let own = Test::Eq(own.to_string().into());
            let own = Filter::column(audit_entry::Column::Principal, own);
            Ok(Filter::All(vec![own, filter]))
        }
        Principal::Agency(_) | Principal::Anonymous => Err(Error::Forbidden(
            "the audit is for the registry's operator, and for a cluster as far as it is its own"
                .to_owned(),
        )),
    }
}
