//! Who may come in: the viewer, clients, agencies and their grants, clusters as tenants.

mod agency;
mod client;
mod cluster;
mod partnership;
mod viewer;

use super::change::UserError;
use super::error::Result;
use crate::registry;

pub(crate) use agency::{AgencyMutation, AgencyQuery};
pub(crate) use client::{ClientMutation, ClientQuery};
pub(crate) use cluster::TenantMutation;
pub(crate) use partnership::AcceptanceMutation;
pub(crate) use viewer::ViewerQuery;

/// What was done, or why the input was refused.
///
/// # Errors
/// When it failed for another reason.
pub(crate) fn answer<T>(done: registry::Result<T>) -> Result<(Option<T>, Vec<UserError>)> {
    match done {
        Ok(done) => Ok((Some(done), Vec::new())),
        Err(registry::Error::Refused(errors)) => {
            Ok((None, errors.into_iter().map(Into::into).collect()))
        }
        Err(error) => Err(error.into()),
    }
}

/// The scopes in a text with blanks between them.
fn scopes(text: &str) -> Vec<String> {
    text.split_ascii_whitespace().map(str::to_owned).collect()
}
