//! A subscription, page by page. Each page is a request of its own: for who asks at that moment, with
//! loaders of its own, in the time that any request has. All that is kept between two pages is where the
//! reader stands, so nothing is ever sent from memory. Must not know what carries the pages.

use std::sync::Arc;
use std::time::Duration;

use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Executor, Request, Value, Variables};
use futures_util::StreamExt;
use tokio::time::Instant;

use super::{Answer, Asked, Checked, Endpoint, Ready};
use crate::auth::Actor;
use crate::graphql::error::{GraphqlError, Result};
use crate::graphql::place::Place;
use crate::registry::{Columns, Listener};

/// Begins to listen for changes.
pub type Listen = Arc<dyn Fn() -> Listener + Send + Sync>;

/// A subscription that is being followed.
#[derive(Debug)]
pub struct Following {
    document: ExecutableDocument,
    variables: Variables,
    asked: Arc<Asked>,
    columns: Columns,
    /// Whether the engine has to check the document against the schema; after the first page it has.
    checked: Option<Checked>,
    operation_name: Option<String>,
    listener: Listener,
    place: Arc<Place>,
    heartbeat: Duration,
    /// When a page goes out although nothing has changed.
    silent_until: Instant,
}

impl Following {
    /// Waits until there may be something to tell: a page is left to read, something was committed,
    /// or nothing was told for long.
    pub async fn due(&mut self) {
        if self.place.is_behind() {
            return;
        }
        tokio::select! {
            () = self.listener.woken() => {}
            () = tokio::time::sleep_until(self.silent_until) => self.place.show_life(),
        }
    }

    /// The request for the next page.
    fn request(&self) -> Request {
        let mut request = Request::new(String::new()).variables(self.variables.clone());
        request.operation_name.clone_from(&self.operation_name);
        request.set_parsed_query(self.document.clone());
        request.data(Arc::clone(&self.place))
    }
}

impl<S: Executor> Endpoint<S> {
    /// Begins to follow a subscription. The listener has begun before anything is read, so that what
    /// is committed in between is told.
    ///
    /// # Errors
    /// When there is no document in what is ready, which is a mistake of ours.
    pub fn follow(&self, ready: Ready, listener: Listener) -> Result<Following> {
        let Ready {
            mut request,
            asked,
            columns,
            checked,
            ..
        } = ready;
        let document = request.parsed_query();
        let document = document.map_err(|error| GraphqlError::internal_because(&error.message))?;
        Ok(Following {
            document: document.clone(),
            variables: request.variables,
            asked,
            columns,
            checked: Some(checked).filter(|checked| !checked.is_valid()),
            operation_name: request.operation_name,
            listener,
            place: Arc::default(),
            heartbeat: self.limits().heartbeat,
            silent_until: Instant::now(),
        })
    }

    /// Reads a page for who asks now; nothing when nothing is to be told. An answer without data is the
    /// last one.
    pub async fn page(&self, following: &mut Following, actor: Actor) -> Option<Answer> {
        let asked = Arc::clone(&following.asked);
        let columns = following.columns.clone();
        let (request, patience) = self.attached(following.request(), &asked, actor, columns);
        let schema = match following.checked {
            Some(_) => &self.schemas.checking,
            None => &self.schemas.trusting,
        };
        let mut pages = schema.execute_stream(request, None);
        let answer = match self.in_time(&patience, pages.next()).await {
            Ok(response) => Answer::of(response?, asked).or_its_errors(),
            Err(error) => error.into(),
        };
        if answer.refused.is_none()
            && let Some(checked) = following.checked.take()
        {
            checked.remember();
        }
        following.silent_until = Instant::now() + following.heartbeat;
        Some(answer)
    }
}

impl Answer {
    /// The answer; of one whose data an error took with it, its errors alone.
    fn or_its_errors(self) -> Self {
        let data = self.data.filter(|(value, _)| *value != Value::Null);
        Self { data, ..self }
    }
}
