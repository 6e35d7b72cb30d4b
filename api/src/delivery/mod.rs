//! What comes into the registry in bulk and what leaves it that way: readers of the feed, writers through `registry`.
//! It decides nothing about records: the rules are in `registry`, for every way in alike.

pub mod demo;
pub mod import;
