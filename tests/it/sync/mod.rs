//! Sync: a reader's copy, kept by `changes` alone, equals what the reader may see.

mod copy;
mod property;
mod restore;
mod world;
