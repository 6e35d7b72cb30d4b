//! Sync: a reader's copy, kept by `changes` alone, equals what the reader may see.

mod copy;
mod history;
mod property;
mod restore;
mod snapshot;
mod waiting;
mod world;
