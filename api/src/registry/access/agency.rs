//! Agencies: organisations that oversee funds, and the regions and programmes they were granted.

use entities::audit_event::AuditKind;
use entities::id::{AgencyGrantId, AgencyId};
use entities::record::RecordType;
use entities::{agency, agency_grant, project};
use sea_orm::SqlErr;
use serde_json::{Value, json};

use super::operator_only;
use crate::auth::{Actor, Permission, Principal, type_id};
use crate::reference::region;
use crate::registry::InputErrorCode::{Duplicate, NotFound, Required, TooLong, UnknownCode};
use crate::registry::field::MAX_NAME;
use crate::registry::{Error, Filter, Reference, Registry, Result, Test};
use crate::store;

/// What is granted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Granted {
    /// A region, by its NUTS code.
    Region(String),
    /// A programme, by its code.
    Programme(String),
}

impl Registry {
    /// Makes an organisation an agency; one that is an agency stays the same agency.
    ///
    /// # Errors
    /// When the actor is not the operator, there is no such organisation, or the database fails.
    pub async fn register_agency(
        &self,
        actor: &Actor,
        organisation: Reference,
    ) -> Result<agency::Model> {
        operator_only(actor)?;
        let organisation_id = self
            .referenced(
                &actor.with_all_permissions(),
                "organisation",
                RecordType::Organisation,
                organisation,
            )
            .await?
            .into();
        let new = agency::Model {
            id: self.clock.new_id().into(),
            organisation_id,
            created_at: self.clock.now(),
            created_by: actor.name().to_owned(),
        };
        let tx = self.begin_write().await?;
        match store::insert_agency(&tx, new.clone()).await {
            Ok(()) => {
                let details =
                    json!({ "organisation": type_id::write("organisation", organisation_id) });
                let told = (type_id::write(type_id::AGENCY, new.id), details);
                self.commit_event(tx, actor, AuditKind::AgencyRegistered, told)
                    .await?;
                Ok(new)
            }
            Err(error) if is_duplicate(&error) => {
                tx.rollback().await?;
                let there = store::agency_of(&self.db.read, organisation_id).await?;
                there.ok_or_else(|| error.into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Grants an agency a region or a programme.
    ///
    /// # Errors
    /// When the actor is not the operator, the input is refused, or the database fails.
    pub async fn grant_agency(
        &self,
        actor: &Actor,
        agency: AgencyId,
        granted: Granted,
    ) -> Result<agency_grant::Model> {
        operator_only(actor)?;
        let (region_code, programme) = checked(granted)?;
        if store::agency(&self.db.read, agency).await?.is_none() {
            let message = "there is no agency with that id";
            return Err(Error::refused(NotFound, "agency", message));
        }
        let new = agency_grant::Model {
            id: self.clock.new_id().into(),
            agency_id: agency,
            region_code,
            programme,
            granted_at: self.clock.now(),
            granted_by: actor.name().to_owned(),
            revoked_at: None,
        };
        let tx = self.begin_write().await?;
        store::insert_grant(&tx, new.clone())
            .await
            .map_err(|error| {
                if is_duplicate(&error) {
                    Error::refused(Duplicate, "", "the agency has that grant already")
                } else {
                    error.into()
                }
            })?;
        self.commit_event(tx, actor, AuditKind::GrantMade, told(&new))
            .await?;
        Ok(new)
    }

    /// How many projects that the actor sees have a programme's code, as it is written.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn projects_of(&self, actor: &Actor, programme: &str) -> Result<i64> {
        let column = sea_orm::IdenStatic::as_str(&project::Column::Programme);
        let filter = Filter::Column(column, Test::Eq(programme.into()));
        self.count::<project::Entity>(actor, &filter, None).await
    }

    /// Takes a grant back.
    ///
    /// # Errors
    /// When the actor is not the operator, there is no such grant, or the database fails.
    pub async fn revoke_grant(
        &self,
        actor: &Actor,
        id: AgencyGrantId,
    ) -> Result<agency_grant::Model> {
        operator_only(actor)?;
        let tx = self.begin_write().await?;
        let grant = store::lock_grant(&tx, id).await?;
        let message = "there is no grant with that id";
        let mut grant = grant.ok_or_else(|| Error::refused(NotFound, "id", message))?;
        if grant.revoked_at.is_none() {
            let now = self.clock.now();
            store::revoke_grant(&tx, id, now).await?;
            grant.revoked_at = Some(now);
            self.commit_event(tx, actor, AuditKind::GrantRevoked, told(&grant))
                .await?;
        } else {
            tx.rollback().await?;
        }
        Ok(grant)
    }

    /// The grants that the actor may know of, those taken back too, the oldest first: all for the
    /// operator, an agency's own for it.
    ///
    /// # Errors
    /// When it may know of none, or the database fails.
    pub async fn grants(&self, actor: &Actor) -> Result<Vec<agency_grant::Model>> {
        let of = if let Principal::Agency(id) = actor.principal() {
            super::permit(actor, Permission::RegistryRead)?;
            Some(id)
        } else {
            operator_only(actor)?;
            None
        };
        Ok(store::grants(&self.db.read, of).await?)
    }

    /// An agency, for its client.
    ///
    /// # Errors
    /// When the actor is neither the operator nor the agency itself, or the database fails.
    pub async fn agency(&self, actor: &Actor, id: AgencyId) -> Result<Option<agency::Model>> {
        if actor.principal() != Principal::Agency(id) {
            operator_only(actor)?;
        }
        Ok(store::agency(&self.db.read, id).await?)
    }
}

/// What the audit says of a grant.
fn told(grant: &agency_grant::Model) -> (String, Value) {
    let agency = type_id::write(type_id::AGENCY, grant.agency_id);
    let details = match (&grant.region_code, &grant.programme) {
        (Some(region), _) => json!({ "agency": agency, "region": region }),
        (None, programme) => json!({ "agency": agency, "programme": programme }),
    };
    (type_id::write(type_id::AGENCY_GRANT, grant.id), details)
}

/// The columns of what is granted: a region of any version of NUTS, or a programme.
fn checked(granted: Granted) -> Result<(Option<String>, Option<String>)> {
    match granted {
        Granted::Region(code) => match region::find(code.trim(), None) {
            Some(region) => Ok((Some(region.code.to_owned()), None)),
            None => Err(Error::refused(
                UnknownCode,
                "region",
                format!("`{code}` is no region: give a NUTS code, for example `ITI1`"),
            )),
        },
        Granted::Programme(code) => {
            let code = code.trim();
            if code.is_empty() {
                return Err(Error::refused(Required, "programme", "name the programme"));
            }
            if code.chars().count() > MAX_NAME {
                return Err(Error::refused(TooLong, "programme", "the code is too long"));
            }
            Ok((None, Some(code.to_owned())))
        }
    }
}

fn is_duplicate(error: &sea_orm::DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
