//! The audit: changes of records and other events in one shape. It is no table, but what is read of
//! `change_log` and `audit_event`.

use sea_orm::entity::prelude::*;

use crate::audit_event::AuditKind;
use crate::record::RecordType;
use crate::value::text_enum;

text_enum! {
    /// The logs that the audit is read from. Their names sort as entries of one moment do.
    AuditLog {
        /// Changes of records.
        Change,
        /// All else.
        Event,
    }
}

/// An entry of the audit.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entry")]
pub struct Model {
    /// The log that it is from.
    #[sea_orm(primary_key, auto_increment = false)]
    pub log: AuditLog,
    /// Its position there.
    #[sea_orm(primary_key, auto_increment = false)]
    pub seq: i64,
    /// What happened.
    pub kind: AuditKind,
    /// When.
    pub at: DateTimeUtc,
    /// Who did it: the principal, and the client or the person that spoke for it.
    pub actor: String,
    /// The principal alone.
    pub principal: String,
    /// The network it came from; none: the registry’s own machine.
    pub network: Option<String>,
    /// How a change came in.
    pub origin: Option<String>,
    /// The type of the record that was changed.
    pub record_type: Option<RecordType>,
    /// The record that was changed.
    pub record_id: Option<Uuid>,
    /// What else it was done to.
    pub subject: Option<String>,
    /// Of a change: the columns that changed; else what more there is to say.
    pub details: Json,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
