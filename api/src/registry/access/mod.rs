//! Who may come in: clients with their secrets, agencies with their grants, the keys that sign
//! tokens, and the authorization server that puts them together.
//!
//! None of these is a shared record: nobody follows their changes, so they are in no feed.

mod agency;
mod authority;
mod client;
mod cluster;
mod granting;
mod hashing;
mod known;
mod own;
mod person;
mod signing_key;

use entities::record::RecordType;

use super::{Error, Result};
use crate::auth::{Actor, Permission, Principal};

pub use agency::Granted;
pub use authority::{Authority, AuthoritySettings};
pub(in crate::registry) use client::checked_name;
pub use client::{Issued, NewClient};
pub(in crate::registry) use hashing::Hashing;
pub(in crate::registry) use known::Revoked;
pub use own::principal_of;

/// Lets an actor pass who has a permission.
///
/// # Errors
/// When it has not.
pub(super) fn permit(actor: &Actor, permission: Permission) -> Result<()> {
    if actor.may(permission) {
        Ok(())
    } else if actor.principal() == Principal::Anonymous {
        Err(Error::Unauthenticated(permission))
    } else {
        Err(Error::Forbidden(format!(
            "this needs the scope `{permission}`, which your token does not have"
        )))
    }
}

/// What it needs to write records of a type.
pub(super) fn needed_to_write(kind: RecordType) -> Permission {
    match kind {
        RecordType::Organisation
        | RecordType::Cluster
        | RecordType::Membership
        | RecordType::Partnership
        | RecordType::PartnershipMember => Permission::MembersWrite,
        RecordType::Project | RecordType::Participation => Permission::ProjectsWrite,
    }
}

/// Lets the operator pass, with the scope `admin`.
///
/// # Errors
/// When it is someone else.
pub(super) fn operator_only(actor: &Actor) -> Result<()> {
    permit(actor, Permission::Admin)?;
    match actor.principal() {
        Principal::Operator => Ok(()),
        _ => Err(Error::Forbidden(
            "only the registry's operator may do this".to_owned(),
        )),
    }
}
