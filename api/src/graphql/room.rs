//! Room for requests that wait: each holds a place among what its client has open. Must not know who
//! counts them.

use std::any::Any;
use std::fmt;

use async_graphql::Context;

use super::context::RequestContext;
use super::error::{GraphqlError, Result};

/// A place that is held until this is dropped.
pub(crate) type Held = Box<dyn Any + Send>;

/// Where a request that waits finds a place, in the data of a request that holds none yet.
pub(crate) struct Room(Box<dyn Fn() -> Option<Held> + Send + Sync>);

impl Room {
    /// Places come from here; none where the client has as many as it may.
    pub(crate) fn new(enter: impl Fn() -> Option<Held> + Send + Sync + 'static) -> Self {
        Self(Box::new(enter))
    }

    /// Takes a place for a request that is about to wait.
    ///
    /// # Errors
    /// When the client has as much open as it may.
    pub(crate) fn enter(ctx: &Context<'_>) -> Result<Option<Held>> {
        let Some(room) = ctx.data_opt::<Self>() else {
            return Ok(None);
        };
        let max = ctx.limits().streams;
        let held = (room.0)().ok_or_else(|| GraphqlError::too_many_streams(max))?;
        Ok(Some(held))
    }
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Room(…)")
    }
}
