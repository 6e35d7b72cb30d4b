//! HTTP: routes, and what holds for each of them. Must not know a record type, a rule or SQL: it
//! turns requests into calls of `graphql` and answers into bytes.

mod access_log;
mod address;
mod bearer;
mod explorer;
mod graphql;
mod health;
mod live;
mod negotiate;
mod oauth;
mod origins;
mod schema;
mod sse;
mod streams;
mod websocket;

use std::fmt;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread::available_parallelism;

use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use actix_web::middleware::{Compress, DefaultHeaders, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpResponse, HttpResponseBuilder, HttpServer, Resource};
use futures_util::future::BoxFuture;
use ipnet::IpNet;
use tokio::sync::watch;

use self::streams::Streams;
use crate::auth::AuthorizationServer;
use crate::graphql::endpoint::{Attach, Endpoint, Listen};
use crate::graphql::limits::Limits;
use crate::graphql::{Schema, Schemas};

/// Says whether the database answers.
pub type IsReady = Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>;

/// How many threads serve, at most; each has its connections to the database.
const MAX_THREADS: usize = 8;

/// How long running requests may take to finish after the server was told to stop.
const SHUTDOWN_SECONDS: u64 = 30;

/// How the server stands in the web.
#[derive(Clone, Debug, Default)]
pub struct Web {
    /// The origins whose pages may read answers; all, when none is named.
    pub origins: Vec<String>,
    /// The proxies whose word counts on where a request comes from.
    pub trusted_proxies: Vec<IpNet>,
    /// Whether it is reached by https, so that browsers are told never to use anything else.
    pub is_secure: bool,
}

impl Web {
    /// What every answer says; an answer that says otherwise is not overruled.
    fn headers(&self) -> DefaultHeaders {
        let headers = DefaultHeaders::new()
            .add((X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .add((REFERRER_POLICY, "no-referrer"))
            .add((X_FRAME_OPTIONS, "DENY"))
            .add((
                CONTENT_SECURITY_POLICY,
                "default-src 'none'; frame-ancestors 'none'",
            ));
        if self.is_secure {
            headers.add((STRICT_TRANSPORT_SECURITY, "max-age=31536000"))
        } else {
            headers
        }
    }
}

/// What the routes need.
pub struct State {
    endpoint: Endpoint<Schema>,
    sdl: schema::Sdl,
    listen: Listen,
    is_ready: IsReady,
    authority: Arc<dyn AuthorizationServer>,
}

impl State {
    /// Serves a schema within `limits`; `attach` gives each request what its resolvers need, `listen`
    /// wakes subscriptions, and `authority` says who asks.
    #[must_use]
    pub fn new(
        schemas: Schemas<Schema>,
        limits: Limits,
        attach: Attach,
        listen: Listen,
        is_ready: IsReady,
        authority: Arc<dyn AuthorizationServer>,
    ) -> Self {
        let sdl = schema::Sdl::new(&schemas.sdl);
        Self {
            endpoint: Endpoint::new(schemas, limits, attach),
            sdl,
            listen,
            is_ready,
            authority,
        }
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// Serves until `shutdown` comes, then takes no more connections and lets running requests finish.
/// Each thread has a state of its own, made in it, so that a request never waits for another thread.
///
/// # Errors
///
/// When the listener fails.
pub async fn serve<S>(
    listener: TcpListener,
    state: impl Fn() -> S + Clone + Send + 'static,
    web: Web,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()>
where
    S: Future<Output = anyhow::Result<State>> + 'static,
{
    let (stop, stopping) = watch::channel(false);
    let streams = Streams::new(stopping);
    let shutdown = async move {
        shutdown.await;
        // What would never end by itself ends now.
        let _ = stop.send(true);
    };
    let app = move || {
        App::new()
            .data_factory(state.clone())
            .app_data(Data::new(web.clone()))
            .app_data(Data::new(streams.clone()))
            .configure(routes)
            .wrap(origins::cors(&web.origins))
            .wrap(web.headers())
            .wrap(from_fn(access_log::access_log))
    };
    let threads = available_parallelism().map_or(1, usize::from);
    HttpServer::new(app)
        .workers(threads.min(MAX_THREADS))
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .shutdown_signal(shutdown)
        .listen(listener)?
        .run()
        .await
}

fn routes(config: &mut ServiceConfig) {
    let graphql = web::resource("/graphql")
        .get(graphql::get)
        .post(graphql::post)
        .default_service(web::to(graphql::other_method));
    let assets = page("/graphql/assets/{file}")
        .get(explorer::asset)
        .head(explorer::asset);
    let token = web::resource(oauth::TOKEN_PATH)
        .post(oauth::token)
        .default_service(web::to(oauth::other_method));
    let keys = page(oauth::JWKS_PATH).get(oauth::jwks).head(oauth::jwks);
    let metadata = page(oauth::METADATA_PATH)
        .get(oauth::metadata)
        .head(oauth::metadata);
    config
        .service(token)
        .service(keys)
        .service(metadata)
        .service(graphql.wrap(Compress::default()))
        .service(assets.wrap(Compress::default()))
        .service(page("/schema.graphql").get(schema::sdl).head(schema::sdl))
        .service(page("/health/live").get(health::live).head(health::live))
        .service(page("/health/ready").get(health::ready).head(health::ready))
        .default_service(web::to(nothing_here));
}

/// A path that is only read.
fn page(path: &str) -> Resource {
    let only_read = || async {
        let mut response = HttpResponse::MethodNotAllowed();
        text(
            response.insert_header(("Allow", "GET, HEAD")),
            "This path is only read, with GET.\n",
        )
    };
    web::resource(path).default_service(web::to(only_read))
}

async fn nothing_here() -> HttpResponse {
    let words = "Nothing is here. The API is at /graphql, its schema at /schema.graphql.\n";
    text(&mut HttpResponse::NotFound(), words)
}

fn text(response: &mut HttpResponseBuilder, words: &'static str) -> HttpResponse {
    response
        .content_type("text/plain; charset=utf-8")
        .body(words)
}
