//! What every resolver finds in its request: the registry, who asks, the loaders, the limits.

use std::sync::Arc;

use async_graphql::Context;

use super::batch::Batched;
use super::former::Followed;
use super::limits::Limits;
use super::loader::{Batches, Lists};
use super::patience::Patience;
use super::place::Place;
use crate::auth::Actor;
use crate::registry::Registry;

/// Short names for what every request has.
pub(crate) trait RequestContext {
    /// The registry.
    fn registry(&self) -> &Registry;
    /// Who asks.
    fn actor(&self) -> &Actor;
    /// The loaders of this request.
    fn batches(&self) -> &Batched<Batches>;
    /// What the lists of this request's fields are.
    fn lists(&self) -> &Lists;
    /// What a request may ask for.
    fn limits(&self) -> &Limits;
    /// How long this request waits on purpose.
    fn patience(&self) -> &Patience;
    /// Where the reader of this subscription stands.
    fn place(&self) -> &Place;
    /// The former ids by which this request asks for records.
    fn followed(&self) -> &Followed;
}

#[expect(
    clippy::expect_used,
    reason = "`request_data` and the endpoint put these into every request, and a place into each page of a subscription; one without them is a bug"
)]
impl RequestContext for Context<'_> {
    fn registry(&self) -> &Registry {
        self.data_opt().expect("a request has a registry")
    }

    fn actor(&self) -> &Actor {
        self.data_opt().expect("a request has an actor")
    }

    fn batches(&self) -> &Batched<Batches> {
        self.data_opt().expect("a request has loaders")
    }

    fn lists(&self) -> &Lists {
        self.data_opt().expect("a request has room for its lists")
    }

    fn limits(&self) -> &Limits {
        self.data_opt().expect("a request has limits")
    }

    fn patience(&self) -> &Patience {
        let patience: Option<&Arc<Patience>> = self.data_opt();
        patience.expect("a request has patience")
    }

    fn place(&self) -> &Place {
        let place: Option<&Arc<Place>> = self.data_opt();
        place.expect("a page of a subscription has a place")
    }

    fn followed(&self) -> &Followed {
        self.data_opt().expect("a request has room for former ids")
    }
}
