//! Organisations by what identifies them.

use std::sync::Arc;

use async_graphql::{Context, SimpleObject};
use entities::organisation as row;

use super::Organisation;
use crate::graphql::context::RequestContext;
use crate::graphql::error::{GraphqlError, Result};
use crate::graphql::value::IdentifierKey;

/// Who holds an identifier.
#[derive(SimpleObject)]
pub(crate) struct OrganisationsByIdentifier {
    /// The identifier as it was asked for.
    key: IdentifierKey,
    /// The organisations that hold it, of those that you may see.
    organisations: Vec<Organisation>,
}

/// One answer for each key, in the order asked, from one statement.
pub(super) async fn by_identifier(
    ctx: &Context<'_>,
    keys: Vec<IdentifierKey>,
) -> Result<Vec<OrganisationsByIdentifier>> {
    let max = ctx.limits().page;
    if keys.len() > max {
        return Err(GraphqlError::page_size_too_large(keys.len(), max));
    }
    let pairs: Vec<_> = keys
        .iter()
        .map(|key| (key.scheme.into(), key.value.clone()))
        .collect();
    let held = ctx
        .registry()
        .by_identifiers::<row::Entity>(ctx.actor(), &pairs)
        .await?;
    let answers = keys.into_iter().zip(held).map(|(key, rows)| {
        let organisations = rows
            .into_iter()
            .map(|row| Organisation(Arc::new(row)))
            .collect();
        OrganisationsByIdentifier { key, organisations }
    });
    Ok(answers.collect())
}
