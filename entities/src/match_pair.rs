//! Pairs of records that may be the same: what someone must look at, and what was decided.

use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{ClusterId, SourceId};
use crate::value::text_enum;

text_enum! {
    /// Why two records may be the same, or may not.
    MatchReason {
        /// They hold the same identifier.
        Identifier,
        /// They have the same name, but for their legal form.
        Name,
        /// Their names are alike.
        SimilarName,
        /// They are in the same city.
        City,
        /// They have the same postal code.
        PostalCode,
        /// Their home pages are at the same place.
        WebDomain,
        /// They hold different identifiers of a kind of which an organisation has one.
        OtherIdentifier,
        /// Their names differ.
        OtherName,
    }
}

/// Why two records may be the same, or may not.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct MatchReasons(pub Vec<MatchReason>);

/// Two records that may be the same.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "match_pair")]
pub struct Model {
    /// The record that goes, should the two be one: that of the cluster that decides.
    #[sea_orm(primary_key, auto_increment = false)]
    pub own_id: Uuid,
    /// The record that remains then.
    #[sea_orm(primary_key, auto_increment = false)]
    pub other_id: Uuid,
    /// The cluster that answers for the first one; none: the registry itself.
    pub cluster_id: Option<ClusterId>,
    /// That cluster's source that brought it; none: people wrote it, or another one did.
    pub source_id: Option<SourceId>,
    /// How much they are alike, 0 to 100.
    pub score: i32,
    /// In what.
    #[sea_orm(column_type = "JsonBinary")]
    pub reasons: MatchReasons,
    /// Whether no cluster answers for one and sees the other: then the pair is the operator's.
    pub hidden: bool,
    /// When it was found.
    pub created_at: DateTimeUtc,
    /// When someone decided; none: it is open.
    pub settled_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
