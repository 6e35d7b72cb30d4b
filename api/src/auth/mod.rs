//! Who is asking, and what that one may see and do.
//!
//! It reads and writes tokens, secrets and keys. It keeps nothing in the database: `registry` does
//! that, and tells here what it found. Must not know HTTP, GraphQL or SQL.

mod actor;
mod permission;
mod principal;
pub mod type_id;

pub use actor::{Actor, Scope};
pub use permission::{Permission, Permissions, UnknownPermission};
pub use principal::{Principal, UnknownPrincipal};
