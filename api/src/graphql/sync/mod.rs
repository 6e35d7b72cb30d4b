//! Sync: what clusters' own systems pull, and what they say of themselves.

mod change;
mod field;
pub(crate) mod history;
mod live;
mod query;
mod resolve;
mod source;

pub(crate) use change::{ChangeOp, ChangePage, RecordType};
pub(crate) use live::ChangeSubscription;
pub(crate) use query::ChangeQuery;
pub(crate) use resolve::ResolveQuery;
pub(crate) use source::{SourceMutation, StatusQuery};
