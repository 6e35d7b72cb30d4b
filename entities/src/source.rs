//! Sources: public data sets, clusters’ CRMs.

use sea_orm::entity::prelude::*;

use crate::id::SourceId;

/// A source.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source")]
pub struct Model {
    /// The source’s id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SourceId,
    /// Its name, unique.
    pub name: String,
    /// The licence of its data.
    pub licence: Option<String>,
    /// Its home page.
    pub url: Option<String>,
    /// When it was registered.
    pub created_at: DateTimeUtc,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
