//! Secrets of clients, of which hashes alone are kept.

use sea_orm::entity::prelude::*;

use crate::id::{ClientId, ClientSecretId};

/// A secret of a client.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_secret")]
pub struct Model {
    /// The secret’s id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ClientSecretId,
    /// The client that it is of.
    pub client_id: ClientId,
    /// Its Argon2id hash, as a PHC string.
    pub hash: String,
    /// When it was made.
    pub created_at: DateTimeUtc,
    /// When it ceased to be good; none: it is.
    pub revoked_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
