//! Every setting, its default and its name in the environment; the only reader of the environment.

use std::net::SocketAddr;
use std::time::Duration;

use clap::{Args, ValueEnum};

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
    /// The address to listen at. Until sign-in exists it must be a loopback address.
    #[arg(
        long,
        value_name = "ADDR",
        env = "REGISTRY_LISTEN",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: SocketAddr,
    /// Fill an empty database with data to look at; another one stays as it is.
    #[arg(long, env = "REGISTRY_DEMO")]
    pub demo: bool,
    /// What a request may ask for.
    #[command(flatten)]
    pub limits: LimitSettings,
}

/// What a request may ask for.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits of a request")]
pub struct LimitSettings {
    /// Bytes of a request's body.
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
        default_value = "info,sea_orm_migration=warn,sqlx=warn",
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
