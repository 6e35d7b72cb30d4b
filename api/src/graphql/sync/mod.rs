//! Sync: what clusters' own systems pull, and what they say of themselves.

mod change;
mod field;
mod query;

pub(crate) use change::{ChangePage, RecordType};
pub(crate) use query::ChangeQuery;
