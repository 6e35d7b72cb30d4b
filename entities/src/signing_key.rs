//! Keys that sign access tokens, shared by all processes of a registry.

use sea_orm::entity::prelude::*;

/// A key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_key")]
pub struct Model {
    /// Its id: the thumbprint of its public half.
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    /// Its public half, Ed25519, base64url.
    pub public_key: String,
    /// Its private half, plain or wrapped with the master key; none once it is retired.
    pub private_key: Option<String>,
    /// When it was made.
    pub made_at: DateTimeUtc,
    /// When it signed for the last time; it verifies until its tokens are gone. None: it signs.
    pub retired_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
