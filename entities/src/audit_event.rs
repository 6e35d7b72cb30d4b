//! The log of what is no change of a record: who signed in, who could not, and who let whom in.

use sea_orm::entity::prelude::*;

use crate::value::text_enum;

text_enum! {
    /// What an entry of the audit says.
    AuditKind {
        /// A record was created, changed or restored.
        RecordChanged,
        /// A record was archived.
        RecordArchived,
        /// A record was merged into another.
        RecordMerged,
        /// A client got a token, or a person came with one.
        SignedIn,
        /// Someone did not get a token.
        SignInFailed,
        /// A client was made.
        ClientCreated,
        /// A client got a new secret.
        ClientSecretRotated,
        /// A client was ended.
        ClientRevoked,
        /// An organisation became an agency.
        AgencyRegistered,
        /// An agency was granted a region or a programme.
        GrantMade,
        /// A grant was taken back.
        GrantRevoked,
        /// A new key signs tokens.
        SigningKeyReplaced,
    }
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_event")]
pub struct Model {
    /// The position in this log.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// What happened.
    pub kind: AuditKind,
    /// Who did it.
    pub actor: String,
    /// The network it came from; none: the registry’s own machine.
    pub network: Option<String>,
    /// What it was done to: the id of a client, an agency or a grant, or of a key.
    pub subject: Option<String>,
    /// What more there is to say; never a secret.
    pub details: Json,
    /// When.
    pub at: DateTimeUtc,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
