//! Sync: what clusters' own systems pull, and what they say of themselves.

mod change;
mod field;
pub(crate) mod history;
mod query;
mod resolve;
mod source;

pub(crate) use change::{ChangePage, RecordType};
pub(crate) use query::ChangeQuery;
pub(crate) use resolve::ResolveQuery;
pub(crate) use source::{SourceMutation, StatusQuery};
