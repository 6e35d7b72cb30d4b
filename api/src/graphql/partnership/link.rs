//! What a partnership is linked with.

use async_graphql::{Context, InputObject, Object};
use entities::partnership as row;
use entities::record::RecordType;

use super::PartnershipLinkKind;
use crate::graphql::change::RecordRef;
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::loader::ById;
use crate::graphql::organisation::Organisation;
use crate::graphql::written::One;
use crate::registry::NewPartnershipLink;

/// Something that a partnership is linked with.
pub(crate) struct PartnershipLink(row::PartnershipLink);

/// Something that a partnership is linked with.
#[Object]
impl PartnershipLink {
    /// How it is linked.
    async fn kind(&self) -> PartnershipLinkKind {
        self.0.kind.into()
    }

    /// Its name as the source has it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The organisation, where it is known.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<One<Organisation>>> {
        let Some(id) = self.0.organisation_id else {
            return Ok(None);
        };
        let id = ById::<entities::organisation::Entity>::new(id);
        Ok(ctx.batches().load_one(id).await?.map(One::of))
    }
}

impl From<row::PartnershipLink> for PartnershipLink {
    fn from(link: row::PartnershipLink) -> Self {
        Self(link)
    }
}

/// Something that a partnership is linked with.
#[derive(Clone, InputObject)]
pub(crate) struct PartnershipLinkInput {
    /// How it is linked.
    kind: PartnershipLinkKind,
    /// Its name as the source has it.
    name: String,
    /// The organisation, where it is known.
    organisation: Option<RecordRef>,
}

impl From<PartnershipLinkInput> for NewPartnershipLink {
    fn from(link: PartnershipLinkInput) -> Self {
        let PartnershipLinkInput {
            kind,
            name,
            organisation,
        } = link;
        let organisation = organisation.map(|to| to.to(RecordType::Organisation));
        Self {
            kind: kind.into(),
            name,
            organisation,
        }
    }
}
