//! The partner registry.
pub mod auth;
pub mod clock;
pub mod feed;
pub mod graphql;
pub mod registry;
pub mod reference;
pub mod store;
