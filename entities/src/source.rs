//! Sources: public data sets, clusters’ CRMs.

use sea_orm::entity::prelude::*;

use crate::id::{ClusterId, SourceId};
use crate::record::Visibility;

/// A source.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "source")]
pub struct Model {
    /// The source’s id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SourceId,
    /// Its name, unique among those of its owner.
    pub name: String,
    /// The cluster that it belongs to; none: it is public.
    pub cluster_id: Option<ClusterId>,
    /// Who may see what comes from it, where nothing else is said.
    pub default_visibility: Visibility,
    /// The licence of its data.
    pub licence: Option<String>,
    /// Its home page.
    pub url: Option<String>,
    /// When it was registered.
    pub created_at: DateTimeUtc,
    /// When its owner last pushed from it.
    pub last_push_at: Option<DateTimeUtc>,
}

/// Joins are written in `store`.
#[derive(Clone, Copy, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
