//! Sync: what clusters' own systems pull, and what they say of themselves.

mod change;
mod field;
mod live;
mod query;

pub(crate) use change::{ChangePage, RecordType};
pub(crate) use live::ChangeSubscription;
pub(crate) use query::ChangeQuery;
