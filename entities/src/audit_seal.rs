//! Seals: a chain of hashes over both logs, so that who changes one entry must change all that follow.

use sea_orm::entity::prelude::*;

use crate::audit_entry::AuditLog;

/// The seal of an entry.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_seal")]
pub struct Model {
    /// Its place in the chain, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i64,
    /// The log that the entry is from.
    pub log: AuditLog,
    /// The entry’s position there.
    pub seq: i64,
    /// SHA-256 of the seal before it and of the entry, in base64url.
    pub hash: String,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
