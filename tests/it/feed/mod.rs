//! The feed: one order of all changes, on which every reader relies.

pub(crate) mod locks;
mod order;
mod parties;
mod statements;
mod terms;
mod told;
