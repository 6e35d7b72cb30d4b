//! Writing organisations.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};
use entities::organisation as row;

use super::{LegalStatus, Organisation, OrganisationKind, SizeStatement};
use crate::graphql::change::{self, Answer, ArchiveInput, UserError};
use crate::graphql::error::Result;
use crate::graphql::record::Visibility;
use crate::graphql::value::{
    Address, ClassificationInput, IdentifierInput, Link, Name, patch, patch_each,
};
use crate::registry::OrganisationPatch;

/// What to write of an organisation: an absent field stays as it is, null empties it.
#[derive(Clone, InputObject)]
pub(crate) struct OrganisationData {
    /// The name to show.
    name: MaybeUndefined<String>,
    /// All its names.
    names: MaybeUndefined<Vec<Name>>,
    /// What it mainly is.
    kind: MaybeUndefined<OrganisationKind>,
    /// What else it is.
    other_kinds: MaybeUndefined<Vec<OrganisationKind>>,
    /// Whether it exists.
    legal_status: MaybeUndefined<LegalStatus>,
    /// The kind of legal body, in words or as an ELF code.
    legal_form: MaybeUndefined<String>,
    /// Whether it is a small or medium-sized enterprise, as it says itself, from today.
    is_sme: MaybeUndefined<bool>,
    /// What was said of its size, and for when; replaces the whole list.
    sizes: MaybeUndefined<Vec<SizeStatement>>,
    /// ISO 3166-1 alpha-2; `EL` and `UK` are read as `GR` and `GB`.
    country: MaybeUndefined<String>,
    /// A NUTS code of any version, or a region’s name.
    region: MaybeUndefined<String>,
    /// Postal address.
    address: MaybeUndefined<Address>,
    /// Latitude and longitude, WGS 84.
    location: MaybeUndefined<String>,
    /// Home page.
    website: MaybeUndefined<String>,
    /// Other pages; replaces the whole list.
    links: MaybeUndefined<Vec<Link>>,
    /// Its identifiers; replaces the whole list.
    identifiers: MaybeUndefined<Vec<IdentifierInput>>,
    /// Terms it is filed under; replaces the whole list.
    classifications: MaybeUndefined<Vec<ClassificationInput>>,
    /// What it does, in words.
    description: MaybeUndefined<String>,
}

impl From<OrganisationData> for OrganisationPatch {
    fn from(data: OrganisationData) -> Self {
        let OrganisationData {
            name,
            names,
            kind,
            other_kinds,
            legal_status,
            legal_form,
            is_sme,
            sizes,
            country,
            region,
            address,
            location,
            website,
            links,
            identifiers,
            classifications,
            description,
        } = data;
        Self {
            name: patch(name),
            names: patch_each(names),
            kind: patch(kind).map(Into::into),
            other_kinds: patch_each(other_kinds),
            legal_status: patch(legal_status).map(Into::into),
            legal_form: patch(legal_form),
            is_sme: patch(is_sme),
            sizes: patch_each(sizes),
            country: patch(country),
            region: patch(region),
            address: patch(address).map(Into::into),
            location: patch(location),
            website: patch(website),
            links: patch_each(links),
            identifiers: patch_each(identifiers),
            classifications: patch_each(classifications),
            description: patch(description),
        }
    }
}

/// A new organisation.
#[derive(Clone, InputObject)]
pub(crate) struct CreateOrganisationInput {
    /// What is known of it.
    data: OrganisationData,
    /// Who may see it; partners when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place;
    /// all of the steward's when nothing is said.
    partnerships: Option<Vec<ID>>,
}

/// A change of an organisation.
#[derive(Clone, InputObject)]
pub(crate) struct UpdateOrganisationInput {
    /// The organisation.
    id: ID,
    /// The version that you saw: refused as `VERSION_MISMATCH` when it has another.
    if_version: Option<i32>,
    /// What changes.
    data: OrganisationData,
    /// Who may see it; as it is when nothing is said.
    visibility: Option<Visibility>,
    /// The partnerships through which partners see it, in which its steward has accepted a place: as
    /// they are when nothing is said, all of the steward's for an empty list.
    partnerships: Option<Vec<ID>>,
}

/// What became of it.
#[derive(SimpleObject)]
pub(crate) struct OrganisationPayload {
    /// The organisation as it is now; null when the input was refused.
    organisation: Option<Organisation>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

impl From<Answer<row::Model>> for OrganisationPayload {
    fn from((record, user_errors): Answer<row::Model>) -> Self {
        Self {
            organisation: record.map(Organisation),
            user_errors,
        }
    }
}

/// Mutations of organisations.
#[derive(Default)]
pub(crate) struct OrganisationMutation;

#[Object]
impl OrganisationMutation {
    /// Makes an organisation.
    ///
    /// Needs the scope `members:write`.
    async fn create_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: CreateOrganisationInput,
    ) -> Result<OrganisationPayload> {
        let CreateOrganisationInput {
            data,
            visibility,
            partnerships,
        } = input;
        Ok(
            change::create::<row::Entity>(ctx, data.into(), (visibility, partnerships))
                .await?
                .into(),
        )
    }

    /// Changes an organisation.
    ///
    /// Needs the scope `members:write`.
    async fn update_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: UpdateOrganisationInput,
    ) -> Result<OrganisationPayload> {
        let UpdateOrganisationInput {
            id,
            if_version,
            data,
            visibility,
            partnerships,
        } = input;
        let answer = change::update::<row::Entity>(
            ctx,
            &id,
            if_version,
            data.into(),
            (visibility, partnerships),
        )
        .await?;
        Ok(answer.into())
    }

    /// Takes an organisation out of every list, look-up and count; `restore` brings it back.
    ///
    /// Needs the scope `members:write`.
    async fn archive_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<OrganisationPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, true)
            .await?
            .into())
    }

    /// Brings an organisation back that was archived, under the same id.
    ///
    /// Needs the scope `members:write`.
    async fn restore_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to write.")] input: ArchiveInput,
    ) -> Result<OrganisationPayload> {
        Ok(change::archive::<row::Entity>(ctx, input, false)
            .await?
            .into())
    }
}
