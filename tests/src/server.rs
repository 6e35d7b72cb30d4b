//! A registry behind its real HTTP server, and those who ask it, who hide nothing.

use std::io::Read;
use std::net::{SocketAddr, TcpListener};
use std::ops::Deref;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::thread::JoinHandle;

use chrono::TimeDelta;
use partner_registry::auth::issuer::Issuers;
use partner_registry::auth::jwks::Client;
use partner_registry::auth::token::Grant;
use partner_registry::auth::{Permissions, Principal};
use partner_registry::cli;
use partner_registry::graphql::{self, Limits, Schema, Schemas};
use partner_registry::http::{self, Web};
use partner_registry::registry::access::{Authority, AuthoritySettings};
use serde_json::{Value, json};
use tokio::sync::oneshot;
use ureq::http::{HeaderMap, Method, Request};
use ureq::{Agent, SendBody};

use crate::{Subject, TestApp, TestDatabase};

/// The media type whose status says what happened.
const GRAPHQL_RESPONSE: &str = "application/graphql-response+json";

/// One schema for all servers: it holds nothing of any.
#[expect(clippy::expect_used, reason = "a test without a schema has failed")]
static SCHEMAS: LazyLock<Schemas<Schema>> = LazyLock::new(|| graphql::schemas().expect("a schema"));

/// An app that is served on a port of its own; what an app can do, it can do. It asks as the
/// operator.
#[derive(Debug)]
pub struct TestServer {
    operator: Caller,
    stop: Mutex<Option<oneshot::Sender<()>>>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

/// Someone who asks a server, with a token or without.
#[derive(Clone, Debug)]
pub struct Caller {
    app: TestApp,
    authority: Arc<Authority>,
    address: SocketAddr,
    client: Agent,
    token: Option<String>,
}

/// What a server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body; not a text: empty.
    pub text: String,
    headers: HeaderMap,
}

impl Answer {
    /// A header's value; empty where it is missing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The body as JSON; null where it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl Deref for TestServer {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.operator
    }
}

impl Deref for Caller {
    type Target = TestApp;

    fn deref(&self) -> &TestApp {
        &self.app
    }
}

impl Subject for TestServer {
    async fn over(database: TestDatabase) -> Self {
        let app = TestApp::over(database).await;
        Self::serve(app, Issuers::default(), Web::default()).await
    }
}

impl TestServer {
    /// Tells the server to stop, as its operator would.
    pub fn stop(&self) {
        let mut stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = stop.take().map(|stop| stop.send(()));
    }

    /// Serves an app within these limits.
    ///
    /// # Panics
    /// When it cannot be served.
    pub async fn within(app: TestApp, limits: Limits) -> Self {
        Self::begin(app, Issuers::default(), Web::default(), limits).await
    }
}

#[expect(clippy::expect_used, reason = "a test without its server has failed")]
impl TestServer {
    /// Serves an app, which trusts these issuers beside itself and stands in the web like this.
    ///
    /// # Panics
    /// When it cannot be served.
    pub async fn serve(app: TestApp, outside: Issuers, web: Web) -> Self {
        Self::begin(app, outside, web, Limits::default()).await
    }

    async fn begin(app: TestApp, outside: Issuers, web: Web, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let settings = AuthoritySettings {
            issuer: format!("http://{address}"),
            lifetime: TimeDelta::minutes(15),
            master: None,
            outside,
            fetch: Arc::new(Client::new().expect("a client")),
        };
        let authority = Authority::open(app.registry.clone(), settings).await;
        let authority = Arc::new(authority.expect("a signing key"));
        let guard = Arc::<Authority>::clone(&authority);
        // All threads share the app's connections, whose statements tests count.
        let registry = app.registry.clone();
        let state = move || {
            let guard = Arc::<Authority>::clone(&guard);
            let state = cli::state(SCHEMAS.clone(), &registry, guard, limits);
            std::future::ready(Ok(state))
        };
        let (stop, stopped) = oneshot::channel();
        let shutdown = async {
            let _ = stopped.await;
        };
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(http::serve(listener, state, web, shutdown))
        });
        // No connection outlives its answer: an idle one would hold up the end of the server.
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_idle_connections(0)
            .timeout_global(Some(std::time::Duration::from_mins(1)));
        let client = config.build().new_agent();
        let nobody = Caller {
            app,
            authority,
            address,
            client,
            token: None,
        };
        Self {
            operator: nobody.acting_for(Principal::Operator, Permissions::all()),
            stop: Mutex::new(Some(stop)),
            thread: Some(thread),
        }
    }
}

#[expect(clippy::expect_used, reason = "a test without an answer has failed")]
#[expect(
    clippy::needless_pass_by_value,
    reason = "variables are written where they are sent"
)]
impl Caller {
    /// The same server, asked by someone without a token.
    #[must_use]
    pub fn as_anonymous(&self) -> Self {
        Self {
            token: None,
            ..self.clone()
        }
    }

    /// The same server, asked with this token.
    #[must_use]
    pub fn with_token(&self, token: impl Into<String>) -> Self {
        Self {
            token: Some(token.into()),
            ..self.clone()
        }
    }

    /// The same server, asked with a token for this principal.
    ///
    /// # Panics
    /// When there is no token.
    #[must_use]
    pub fn acting_for(&self, principal: Principal, permissions: Permissions) -> Self {
        let grant = Grant {
            principal,
            permissions,
            client: None,
        };
        let issued = self.authority.issue(grant).expect("a token");
        self.with_token(issued.token)
    }

    /// The token that it asks with; empty where it has none.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Who issues the tokens of this server.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.url("")
    }

    /// The address of a path of the server.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Asks for what must have an answer, and returns the `data`.
    ///
    /// # Panics
    /// When the status is not 200, or there are errors.
    #[expect(
        clippy::must_use_candidate,
        reason = "some ask only to see that it answers"
    )]
    pub fn query(&self, document: &str, variables: Value) -> Value {
        data(&self.ask(document, variables))
    }

    /// The same of one operation of a document with several.
    ///
    /// # Panics
    /// When the status is not 200, or there are errors.
    #[must_use]
    pub fn operation(&self, document: &str, name: &str, variables: Value) -> Value {
        let request = json!({ "query": document, "operationName": name, "variables": variables });
        data(&self.send(&request))
    }

    /// Asks, and returns the status with the whole answer.
    #[must_use]
    pub fn ask(&self, document: &str, variables: Value) -> (u16, Value) {
        self.send(&json!({ "query": document, "variables": variables }))
    }

    fn send(&self, request: &Value) -> (u16, Value) {
        let headers = [
            ("content-type", "application/json"),
            ("accept", GRAPHQL_RESPONSE),
        ];
        let answer = self.post_raw(request.to_string().as_bytes(), &headers);
        (answer.status, answer.json())
    }

    /// Reads a path.
    #[must_use]
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.request(Method::GET, path, headers, SendBody::none())
    }

    /// Sends bytes to the API, as they are.
    #[must_use]
    pub fn post_raw(&self, mut body: &[u8], headers: &[(&str, &str)]) -> Answer {
        let length = body.len().to_string();
        let headers = [&[("content-length", length.as_str())], headers].concat();
        self.request(
            Method::POST,
            "/graphql",
            &headers,
            SendBody::from_reader(&mut body),
        )
    }

    /// Sends bytes to the API and reads the answer as it comes: its status, its media type, its body.
    ///
    /// # Panics
    /// When there is no answer.
    #[must_use]
    pub fn stream(&self, body: &[u8], headers: &[(&str, &str)]) -> (u16, String, Box<dyn Read>) {
        let request = Request::post(self.url("/graphql"));
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        let request = match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        let request = request.body(body).expect("a request");
        let response = self.client.run(request).expect("an answer");
        let media = response.headers().get("content-type");
        let media = media.and_then(|media| media.to_str().ok());
        let (status, media) = (
            response.status().as_u16(),
            media.unwrap_or_default().to_owned(),
        );
        (status, media, Box::new(response.into_body().into_reader()))
    }

    /// Sends any request.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn request(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: SendBody<'_>,
    ) -> Answer {
        let request = Request::builder().method(method).uri(self.url(path));
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, *value)
        });
        // A request that says itself who asks is left as it is.
        let says_who = headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
        let token = self.token.as_ref().filter(|_| !says_who);
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        let request = request.body(body).expect("a request");
        let config = self
            .client
            .configure_request(request)
            .allow_non_standard_methods(true);
        let mut response = self.client.run(config.build()).expect("an answer");
        let text = response.body_mut().read_to_string().unwrap_or_default();
        let headers = response.headers().clone();
        Answer {
            status: response.status().as_u16(),
            text,
            headers,
        }
    }
}

impl Drop for TestServer {
    /// Waits for the end of the server, unless the test has failed already.
    fn drop(&mut self) {
        self.stop();
        if let Some(thread) = self.thread.take().filter(|_| !std::thread::panicking()) {
            let served = thread.join().map_err(|_| "the server panicked");
            assert!(
                matches!(served, Ok(Ok(()))),
                "the server ends well: {served:?}"
            );
        }
    }
}

fn data((status, answer): &(u16, Value)) -> Value {
    assert_eq!((*status, answer.get("errors")), (200, None), "{answer:#}");
    answer["data"].clone()
}
