//! The rows of the registry: tables, ids and enums.
//!
//! This crate says what is stored and what each column means; it is the data dictionary. It has
//! no rules, no HTTP and no GraphQL: `registry` decides what may be written, `graphql` what is
//! shown. Lists that belong to one record (names, identifiers, links …) are JSON columns, because
//! writing one of them is one new version of its record; what must be found by them has an index
//! table beside it ([`record_identifier`], [`record_classification`], [`record_partnership`],
//! [`search_document`]).

pub use sea_orm::{IdenStatic, Value};

pub mod agency;
pub mod agency_grant;
pub mod audit_clock;
pub mod audit_entry;
pub mod audit_event;
pub mod audit_seal;
pub mod change_head;
pub mod change_log;
pub mod client;
pub mod client_secret;
pub mod cluster;
pub mod feed_clock;
pub mod feed_secret;
pub mod feed_term;
pub mod fellow;
pub mod id;
pub mod idempotency_key;
pub mod lock_key;
pub mod match_pair;
pub mod membership;
pub mod organisation;
pub mod participation;
pub mod partnership;
pub mod partnership_member;
pub mod past_sight;
pub mod project;
pub mod push_snapshot;
pub mod push_snapshot_row;
pub mod record;
pub mod record_classification;
pub mod record_identifier;
pub mod record_partnership;
pub mod record_party;
pub mod record_sign;
pub mod search_document;
pub mod signing_key;
pub mod source;
pub mod source_record;
pub mod value;
