//! Former ids: of records that have become part of others. They lead there for ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{Context, ID};
use entities::record::{Record, RecordRow, RecordType};
use uuid::Uuid;

use super::context::RequestContext;
use super::error::Result;
use super::id;
use super::loader::ById;

/// The row of a record with an id; the id of a record that has become part of another leads there.
pub(crate) async fn found<E: Record>(ctx: &Context<'_>, id: Uuid) -> Result<Option<Arc<E::Model>>> {
    let row = ctx.batches().load_one(ById::<E>::new(id)).await?;
    if let Some(row) = &row {
        ctx.followed().note(E::TYPE, id, row.envelope().id);
    }
    Ok(row)
}

/// The ids by which a request asked for records that are known by others now.
#[derive(Debug, Default)]
pub(crate) struct Followed(Mutex<HashMap<Uuid, ID>>);

impl Followed {
    fn note(&self, kind: RecordType, asked: Uuid, found: Uuid) {
        if asked != found {
            let mut followed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            followed.insert(found, id::encode(kind, asked));
        }
    }

    pub(super) fn from(&self, found: Uuid) -> Option<ID> {
        let followed = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        followed.get(&found).cloned()
    }
}
