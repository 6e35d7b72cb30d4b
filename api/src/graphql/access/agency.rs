//! Agencies and what they were granted.

use async_graphql::{Context, ID, InputObject, Object, OneofObject, SimpleObject};
use chrono::{DateTime, Utc};
use entities::agency as row;
use entities::agency_grant as grant_row;
use entities::record::RecordType;

use super::answer;
use crate::auth::type_id;
use crate::graphql::change::{RecordRef, UserError};
use crate::graphql::connection::{self, List, PageArgs};
use crate::graphql::context::RequestContext;
use crate::graphql::error::Result;
use crate::graphql::loader::ById;
use crate::graphql::organisation::Organisation;
use crate::graphql::plain::Plain;
use crate::graphql::region::Region;
use crate::reference::region;
use crate::registry::access::Granted;

/// An agency: an organisation that oversees funds, and sees what it was granted.
pub(crate) struct Agency(row::Model);

/// An agency: an organisation that oversees funds, and sees what it was granted.
#[Object]
impl Agency {
    /// Identifies it.
    async fn id(&self) -> ID {
        ID(type_id::write(type_id::AGENCY, self.0.id))
    }

    /// The organisation that it is; null when it is hidden.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Option<Organisation>> {
        let key = ById::<entities::organisation::Entity>::new(self.0.organisation_id);
        Ok(ctx.batches().load_one(key).await?.map(Organisation))
    }

    /// When it was registered.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }
}

/// What an agency was granted: a region or a programme.
pub(crate) struct AgencyGrant(grant_row::Model);

impl Plain for AgencyGrant {}

impl From<grant_row::Model> for AgencyGrant {
    fn from(row: grant_row::Model) -> Self {
        Self(row)
    }
}

/// What an agency was granted: a region or a programme.
#[Object]
impl AgencyGrant {
    /// Identifies it.
    async fn id(&self) -> ID {
        ID(type_id::write(type_id::AGENCY_GRANT, self.0.id))
    }

    /// The agency that has it.
    async fn agency(&self, ctx: &Context<'_>) -> Result<Option<Agency>> {
        let agency = ctx.registry().agency(ctx.actor(), self.0.agency_id).await?;
        Ok(agency.map(Agency))
    }

    /// The region; null when it is of a programme.
    async fn region(&self) -> Option<Region> {
        let code = self.0.region_code.as_deref()?;
        region::find(code, None).map(Region)
    }

    /// The programme's code; null when it is of a region.
    async fn programme(&self) -> Option<&str> {
        self.0.programme.as_deref()
    }

    /// When it was granted.
    async fn granted_at(&self) -> DateTime<Utc> {
        self.0.granted_at
    }

    /// When it was taken back; null: it holds.
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }
}

/// Queries for grants.
#[derive(Default)]
pub(crate) struct AgencyQuery;

#[Object]
impl AgencyQuery {
    /// Grants, those taken back too, the oldest first: all for the operator with the scope `admin`,
    /// its own for an agency.
    async fn grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many from the beginning, 200 at most.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 200 at most.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
    ) -> Result<List<AgencyGrant>> {
        let grants = ctx.registry().grants(ctx.actor()).await?;
        let args = PageArgs {
            first,
            after,
            last,
            before,
        };
        connection::slice(ctx, &args, grants, |grant| {
            type_id::write(type_id::AGENCY_GRANT, grant.id)
        })
    }
}

/// An organisation that is to be an agency.
#[derive(Clone, InputObject)]
pub(crate) struct RegisterAgencyInput {
    /// The organisation: by its id, or by an identifier such as PIC or VAT number.
    organisation: RecordRef,
}

/// What to grant.
#[derive(Clone, OneofObject)]
pub(crate) enum GrantedInput {
    /// A region, by its NUTS code.
    Region(String),
    /// A programme, by its code. There is no list of all programmes: the code is kept, and compared with those of
    /// records, as it is written, in its case and without what stands below it. `projects` in the answer says how
    /// many projects have it today.
    Programme(String),
}

/// A grant that is to be made.
#[derive(Clone, InputObject)]
pub(crate) struct GrantAgencyInput {
    /// The agency.
    agency: ID,
    /// What it gets.
    granted: GrantedInput,
}

/// A grant that is to be taken back.
#[derive(Clone, InputObject)]
pub(crate) struct RevokeGrantInput {
    /// The grant.
    id: ID,
}

/// What became of an agency.
#[derive(SimpleObject)]
pub(crate) struct AgencyPayload {
    /// The agency; null when the input was refused.
    agency: Option<Agency>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// What became of a grant.
#[derive(SimpleObject)]
pub(crate) struct AgencyGrantPayload {
    /// The grant as it is now; null when the input was refused.
    grant: Option<AgencyGrant>,
    /// How many projects that you see have the programme's code today: 0 may be a slip of the pen. Null when it is of
    /// a region.
    projects: Option<i32>,
    /// Why the input was refused; empty when it was not.
    user_errors: Vec<UserError>,
}

/// Mutations of agencies.
#[derive(Default)]
pub(crate) struct AgencyMutation;

#[Object]
impl AgencyMutation {
    /// Makes an organisation an agency. Done twice, it is the same agency. For the operator.
    ///
    /// Needs the scope `admin`.
    async fn register_agency(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which organisation.")] input: RegisterAgencyInput,
    ) -> Result<AgencyPayload> {
        let organisation = input.organisation.to(RecordType::Organisation);
        let registered = ctx.registry().register_agency(ctx.actor(), organisation);
        let (agency, user_errors) = answer(registered.await)?;
        Ok(AgencyPayload {
            agency: agency.map(Agency),
            user_errors,
        })
    }

    /// Grants an agency a region or a programme: it sees the co-investments there. For the operator.
    ///
    /// Needs the scope `admin`.
    async fn grant_agency(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to whom.")] input: GrantAgencyInput,
    ) -> Result<AgencyGrantPayload> {
        let GrantAgencyInput { agency, granted } = input;
        let agency = type_id::read(type_id::AGENCY, &agency).unwrap_or_default();
        let granted = match granted {
            GrantedInput::Region(code) => Granted::Region(code),
            GrantedInput::Programme(code) => Granted::Programme(code),
        };
        let made = ctx.registry().grant_agency(ctx.actor(), agency, granted);
        AgencyGrantPayload::of(ctx, answer(made.await)?).await
    }

    /// Takes a grant back. For the operator.
    ///
    /// Needs the scope `admin`.
    async fn revoke_grant(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which grant.")] input: RevokeGrantInput,
    ) -> Result<AgencyGrantPayload> {
        let id = type_id::read(type_id::AGENCY_GRANT, &input.id).unwrap_or_default();
        let revoked = ctx.registry().revoke_grant(ctx.actor(), id);
        AgencyGrantPayload::of(ctx, answer(revoked.await)?).await
    }
}

impl AgencyGrantPayload {
    async fn of(
        ctx: &Context<'_>,
        (grant, user_errors): (Option<grant_row::Model>, Vec<UserError>),
    ) -> Result<Self> {
        let programme = grant.as_ref().and_then(|grant| grant.programme.as_deref());
        let projects = match programme {
            Some(code) => Some(ctx.registry().projects_of(ctx.actor(), code).await?),
            None => None,
        };
        Ok(Self {
            grant: grant.map(AgencyGrant),
            projects: projects.map(|count| i32::try_from(count).unwrap_or(i32::MAX)),
            user_errors,
        })
    }
}
