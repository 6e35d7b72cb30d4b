//! The feed: one order of all changes, on which every reader relies.

mod locks;
mod order;
mod parties;
mod statements;
mod terms;
mod told;
