//! Ids: a newtype each, so that a project's id cannot be passed for an organisation's.

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Declares an id: a UUIDv7 in 16 bytes in the database, `TypeID` text only at the API.
macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord,
            DeriveValueType, Serialize, Deserialize,
        )]
        pub struct $name(pub Uuid);

        impl TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, DbErr> {
                Err(DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

id! {
    /// Identifies an organisation.
    OrganisationId;
    /// Identifies a cluster, the profile of an organisation.
    ClusterId;
    /// Identifies a membership of an organisation in a cluster.
    MembershipId;
    /// Identifies a partnership.
    PartnershipId;
    /// Identifies an organisation's place in a partnership.
    PartnershipMemberId;
    /// Identifies a project.
    ProjectId;
    /// Identifies a participation of an organisation in a project.
    ParticipationId;
    /// Identifies a source: a public data set, a cluster's CRM, or people at the registry.
    SourceId;
    /// Identifies an agency, the access of an organisation that oversees funds.
    AgencyId;
    /// Identifies a grant of a region or a programme to an agency.
    AgencyGrantId;
    /// Identifies a client: a program that signs in.
    ClientId;
    /// Identifies a secret of a client.
    ClientSecretId;
}
