//! Every setting, its default and its name in the environment; the only reader of the environment.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use ipnet::IpNet;

use crate::auth::key::{KeyError, MasterKey};
use crate::graphql::Limits;

/// Where the database is.
#[derive(Clone, Debug, Args)]
pub struct DatabaseSettings {
    /// The database: `sqlite:FILE`, made if it is missing, or `postgres://USER:PASSWORD@HOST/NAME`.
    #[arg(
        long,
        value_name = "URL",
        env = "REGISTRY_DATABASE_URL",
        default_value = "sqlite:registry.db",
        hide_env_values = true
    )]
    pub database_url: String,
}

/// How the server works.
#[derive(Clone, Debug, Args)]
pub struct ServeSettings {
    /// Where the database is.
    #[command(flatten)]
    pub database: DatabaseSettings,
    /// Fill an empty database with data to look at; another one stays as it is.
    #[arg(long, env = "REGISTRY_DEMO")]
    pub demo: bool,
    /// Where it is reached.
    #[command(flatten)]
    pub place: PlaceSettings,
    /// How it stands in the web.
    #[command(flatten)]
    pub web: WebSettings,
    /// How tokens are made and read.
    #[command(flatten)]
    pub tokens: TokenSettings,
    /// What a request may ask for.
    #[command(flatten)]
    pub limits: LimitSettings,
}

/// Where the server is reached.
#[derive(Clone, Debug, Args)]
pub struct PlaceSettings {
    /// The address to listen at: this machine alone unless said otherwise. Beyond it, put a proxy that
    /// does TLS before the registry.
    #[arg(
        long,
        value_name = "ADDR",
        env = "REGISTRY_LISTEN",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: SocketAddr,
    /// The URL under which others reach the registry, and the issuer of its tokens; when nothing is
    /// said, the address that it listens at.
    #[arg(long, value_name = "URL", env = "REGISTRY_PUBLIC_URL")]
    pub public_url: Option<String>,
}

/// How the server stands in the web.
#[derive(Clone, Debug, Args)]
pub struct WebSettings {
    /// The origins whose pages may read answers, such as `https://dashboard.example`; all, when
    /// nothing is said. No cookies are used, so a page can ask no more than its user could.
    #[arg(
        long,
        value_name = "ORIGIN",
        env = "REGISTRY_CORS_ORIGINS",
        value_delimiter = ','
    )]
    pub cors_origins: Vec<String>,
    /// The reverse proxies before the registry, as addresses with their prefixes, such as
    /// `127.0.0.1/32`: what they write into `X-Forwarded-For` counts.
    #[arg(
        long,
        value_name = "NET",
        env = "REGISTRY_TRUSTED_PROXIES",
        value_delimiter = ','
    )]
    pub trusted_proxies: Vec<IpNet>,
}

impl PlaceSettings {
    /// The issuer of the registry's tokens: its public URL, without a slash at the end.
    ///
    /// # Errors
    /// When that is no URL of a server.
    pub fn issuer(&self, listens_at: SocketAddr) -> anyhow::Result<String> {
        let Some(text) = &self.public_url else {
            return Ok(format!("http://{listens_at}"));
        };
        let url = url::Url::parse(text).with_context(|| format!("`{text}` is no URL"))?;
        let is_plain = url.query().is_none() && url.fragment().is_none() && url.has_host();
        anyhow::ensure!(
            is_plain && ["http", "https"].contains(&url.scheme()) && url.username().is_empty(),
            "`{text}` is no public URL: it has the form https://registry.example"
        );
        Ok(url.as_str().trim_end_matches('/').to_owned())
    }
}

/// How tokens are made and read.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Access")]
pub struct TokenSettings {
    /// Seconds that an access token lives.
    #[arg(
        long,
        value_name = "SECONDS",
        env = "REGISTRY_TOKEN_LIFETIME",
        default_value_t = 900,
        value_parser = clap::value_parser!(i64).range(60..=3600)
    )]
    pub token_lifetime: i64,
    /// A JSON file that names outside issuers whose tokens count: see docs/access.md.
    #[arg(long, value_name = "FILE", env = "REGISTRY_ISSUERS")]
    pub issuers: Option<PathBuf>,
}

/// The key that wraps the signing keys: `REGISTRY_MASTER_KEY`. It is no argument, because those of
/// a process can be seen by others.
///
/// # Errors
/// When it is set and is no key.
pub fn master_key() -> Result<Option<MasterKey>, KeyError> {
    #[expect(clippy::disallowed_methods, reason = "this is the place that may")]
    let text = std::env::var("REGISTRY_MASTER_KEY").unwrap_or_default();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some)
}

/// What a request may ask for.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits of a request")]
pub struct LimitSettings {
    /// Bytes of a request's body, or of a socket's message.
    #[arg(long, value_name = "BYTES", env = "REGISTRY_LIMIT_BODY", default_value_t = Limits::default().body_bytes)]
    pub limit_body: usize,
    /// Bytes of a document.
    #[arg(long, value_name = "BYTES", env = "REGISTRY_LIMIT_DOCUMENT", default_value_t = Limits::default().document_bytes)]
    pub limit_document: usize,
    /// Words and signs of a document.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_TOKENS", default_value_t = Limits::default().tokens)]
    pub limit_tokens: usize,
    /// Fields of a document, fragments expanded.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_SELECTIONS", default_value_t = Limits::default().selections)]
    pub limit_selections: usize,
    /// Fields within fields.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_DEPTH", default_value_t = Limits::default().depth)]
    pub limit_depth: usize,
    /// Aliases of a document, fragments expanded.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_ALIASES", default_value_t = Limits::default().aliases)]
    pub limit_aliases: usize,
    /// Fields of the query or mutation itself.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_ROOT_FIELDS", default_value_t = Limits::default().root_fields)]
    pub limit_root_fields: usize,
    /// Directives of a document, fragments expanded.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_DIRECTIVES", default_value_t = Limits::default().directives)]
    pub limit_directives: usize,
    /// Filters within filters.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_FILTER_DEPTH", default_value_t = Limits::default().filter_depth)]
    pub limit_filter_depth: usize,
    /// Comparisons of one filter.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_FILTER_PREDICATES", default_value_t = Limits::default().filter_predicates)]
    pub limit_filter_predicates: usize,
    /// Cost points of a document.
    #[arg(long, value_name = "POINTS", env = "REGISTRY_LIMIT_COST", default_value_t = Limits::default().cost)]
    pub limit_cost: usize,
    /// Records of a page when nothing is said.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_DEFAULT_PAGE", default_value_t = Limits::default().default_page)]
    pub limit_default_page: usize,
    /// Records of a page.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_PAGE", default_value_t = Limits::default().page)]
    pub limit_page: usize,
    /// Seconds that a request may take.
    #[arg(long, value_name = "SECONDS", env = "REGISTRY_LIMIT_TIMEOUT", default_value_t = Limits::default().timeout.as_secs())]
    pub limit_timeout: u64,
    /// Operations that run on one socket at a time.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_SOCKET_OPERATIONS", default_value_t = Limits::default().socket_operations)]
    pub limit_socket_operations: usize,
    /// Sockets, event streams and requests that wait which one client holds open at a time.
    #[arg(long, value_name = "N", env = "REGISTRY_LIMIT_STREAMS", default_value_t = Limits::default().streams)]
    pub limit_streams: usize,
    /// Seconds in which a new socket must say who it is.
    #[arg(long, value_name = "SECONDS", env = "REGISTRY_LIMIT_SOCKET_INIT", default_value_t = Limits::default().socket_init.as_secs())]
    pub limit_socket_init: u64,
    /// Seconds after which a subscription sends an empty page when nothing has changed.
    #[arg(long, value_name = "SECONDS", env = "REGISTRY_HEARTBEAT", default_value_t = Limits::default().heartbeat.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..))]
    pub heartbeat: u64,
    /// Seconds after which a silent socket or event stream is asked whether it is alive.
    #[arg(long, value_name = "SECONDS", env = "REGISTRY_KEEP_ALIVE", default_value_t = Limits::default().keep_alive.as_secs(),
        value_parser = clap::value_parser!(u64).range(1..))]
    pub keep_alive: u64,
}

impl From<LimitSettings> for Limits {
    fn from(settings: LimitSettings) -> Self {
        let LimitSettings {
            limit_body,
            limit_document,
            limit_tokens,
            limit_selections,
            limit_depth,
            limit_aliases,
            limit_root_fields,
            limit_directives,
            limit_filter_depth,
            limit_filter_predicates,
            limit_cost,
            limit_default_page,
            limit_page,
            limit_timeout,
            limit_socket_operations,
            limit_streams,
            limit_socket_init,
            heartbeat,
            keep_alive,
        } = settings;
        Self {
            body_bytes: limit_body,
            document_bytes: limit_document,
            tokens: limit_tokens,
            selections: limit_selections,
            depth: limit_depth,
            aliases: limit_aliases,
            root_fields: limit_root_fields,
            directives: limit_directives,
            filter_depth: limit_filter_depth,
            filter_predicates: limit_filter_predicates,
            cost: limit_cost,
            default_page: limit_default_page.min(limit_page),
            page: limit_page,
            timeout: Duration::from_secs(limit_timeout),
            socket_operations: limit_socket_operations,
            streams: limit_streams,
            socket_init: Duration::from_secs(limit_socket_init),
            heartbeat: Duration::from_secs(heartbeat),
            keep_alive: Duration::from_secs(keep_alive),
            ..Self::default()
        }
    }
}

/// How the log is written, to standard error.
#[derive(Clone, Debug, Args)]
pub struct LogSettings {
    /// What is logged: a level, or levels by module, such as `info,partner_registry=debug`.
    #[arg(
        long,
        value_name = "FILTER",
        env = "REGISTRY_LOG",
        default_value = "info,actix_server=warn,sea_orm_migration=warn,sqlx=warn",
        global = true
    )]
    pub log: String,
    /// How a line of the log looks.
    #[arg(
        long,
        env = "REGISTRY_LOG_FORMAT",
        value_enum,
        default_value_t,
        global = true
    )]
    pub log_format: LogFormat,
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: a JSON object a line.
    Json,
}
