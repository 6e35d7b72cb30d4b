//! The partner registry: clusters, their members, partnerships, projects and co-investments, shared
//! between regions behind a GraphQL API.
//!
//! From outside to inside: `http` → `graphql` → `registry` → `feed` → `store` → the database.
//! `registry` has the rules, `feed` the order of all changes, `store` the SQL; `delivery` brings
//! data in and takes it out through them. A folder names those to its right and no others;
//! `tests/it/architecture.rs` holds the code to it, and `docs/architecture.md` says why.

pub mod auth;
pub mod cli;
pub mod clock;
pub mod config;
pub mod delivery;
pub mod feed;
pub mod graphql;
pub mod http;
pub mod reference;
pub mod registry;
pub mod store;
