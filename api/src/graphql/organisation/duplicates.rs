//! Identifiers that two organisations hold.

use async_graphql::Context;
use entities::organisation as row;
use entities::record::{self as rows, FindingCode};
use entities::value::IdentifierStatus;

use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::loader::HoldersOf;
use crate::graphql::record::{self, Finding};
use crate::registry::identifier;

/// What looks wrong in an organisation, shared identifiers among it. Whether others hold one depends
/// on what the viewer may see, so it is read and never stored.
pub(super) async fn findings(ctx: &Context<'_>, row: &row::Model) -> Result<Vec<Finding>> {
    let mut findings = record::findings(row);
    let strong = row.identifiers.0.iter().enumerate();
    let strong: Vec<_> = strong
        .filter(|(_, one)| identifier::is_strong(one.scheme))
        .filter(|(_, one)| one.status != IdentifierStatus::FormatInvalid)
        .collect();
    let keys = strong
        .iter()
        .map(|(_, one)| HoldersOf((one.scheme, one.value.clone())));
    let keys: Vec<_> = keys.collect();
    let holders = ctx.batches().load_many(&keys).await?;
    for (n, one) in strong {
        let key = HoldersOf((one.scheme, one.value.clone()));
        let held = holders.get(&key).map_or(&[][..], Vec::as_slice);
        let others = held.iter().filter(|id| **id != row.id.0).count();
        if others > 0 {
            findings.push(Finding::from(rows::Finding {
                code: FindingCode::DuplicateIdentifier,
                message: format!("{others} other organisations hold `{}` too", one.value),
                path: format!("identifiers.{n}.value"),
            }));
        }
    }
    Ok(findings)
}
