//! The floor: what the same database can give at best. An actix handler runs one statement, written
//! by hand for the one question, whose only cell is the answer. No GraphQL, no limits, no log, and of
//! the request only the variables are read.

use std::net::{SocketAddr, TcpListener};
use std::thread;

use actix_web::error::{ErrorBadRequest, ErrorInternalServerError};
use actix_web::rt::System;
use actix_web::web::{Data, Json, post};
use actix_web::{App, HttpResponse, HttpServer};
use anyhow::{Context as _, Result};
use partner_registry::reference::{fold, region};
use partner_registry::store::Database;
use sea_orm::sqlx::{self, query_scalar};
use sea_orm::{DatabaseConnection, DbBackend};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// A running floor; it ends with this value.
pub(crate) struct Floor {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    _running: oneshot::Sender<()>,
}

impl Floor {
    /// Serves a database over connections like those with which the registry reads: as many of them,
    /// with the same settings, and statements prepared once.
    pub(crate) fn start(url: String) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").context("no free port for the floor")?;
        let address = listener.local_addr()?;
        let (running, stopped) = oneshot::channel();
        thread::spawn(move || {
            if let Err(error) = System::new().block_on(serve(&url, listener, stopped)) {
                eprintln!("the floor ended: {error:#}");
            }
        });
        Ok(Self {
            address,
            _running: running,
        })
    }
}

async fn serve(url: &str, listener: TcpListener, stopped: oneshot::Receiver<()>) -> Result<()> {
    let rows = Data::new(
        Database::open(url)
            .await
            .context("the database does not open")?
            .read,
    );
    let app = move || {
        App::new()
            .app_data(Data::clone(&rows))
            .route("/Members", post().to(members))
            .route("/Projects", post().to(projects))
            .route("/ByIdentifiers", post().to(by_identifiers))
    };
    let stopped = async move {
        // An error says that the other end is gone, which is the sign.
        let _ = stopped.await;
    };
    Ok(HttpServer::new(app)
        .shutdown_signal(stopped)
        .listen(listener)?
        .run()
        .await?)
}

type Rows = Data<DatabaseConnection>;
type Answer = actix_web::Result<HttpResponse>;

/// A request of GraphQL, as far as the floor reads it.
#[derive(Deserialize)]
struct Asked<V> {
    variables: V,
}

#[derive(Deserialize)]
struct Members {
    region: String,
    first: i64,
}

async fn members(rows: Rows, asked: Json<Asked<Members>>) -> Answer {
    let Members { region, first } = asked.into_inner().variables;
    let (from, to) =
        region::place_range(&region).ok_or_else(|| ErrorBadRequest("no such region"))?;
    finished(if is_postgres(&rows) {
        query_scalar(include_str!("sql/members.postgres.sql"))
            .bind(from)
            .bind(to)
            .bind(first)
            .fetch_one(rows.get_postgres_connection_pool())
            .await
    } else {
        query_scalar(include_str!("sql/members.sqlite.sql"))
            .bind(from)
            .bind(to)
            .bind(first)
            .fetch_one(rows.get_sqlite_connection_pool())
            .await
    })
}

#[derive(Deserialize)]
struct Projects {
    search: String,
    first: i64,
}

async fn projects(rows: Rows, asked: Json<Asked<Projects>>) -> Answer {
    let Projects { search, first } = asked.into_inner().variables;
    let words = fold(&search);
    let each = |word: fn(&str) -> String| words.split(' ').map(word).collect::<Vec<_>>();
    finished(if is_postgres(&rows) {
        query_scalar(include_str!("sql/projects.postgres.sql"))
            .bind(each(|word| format!("'{word}':*")).join(" & "))
            .bind(first)
            .fetch_one(rows.get_postgres_connection_pool())
            .await
    } else {
        query_scalar(include_str!("sql/projects.sqlite.sql"))
            .bind(each(|word| format!("\"{word}\"*")).join(" "))
            .bind(first)
            .fetch_one(rows.get_sqlite_connection_pool())
            .await
    })
}

#[derive(Deserialize)]
struct ByIdentifiers {
    keys: Vec<Key>,
}

#[derive(Deserialize, Serialize)]
struct Key {
    scheme: String,
    value: String,
}

async fn by_identifiers(rows: Rows, asked: Json<Asked<ByIdentifiers>>) -> Answer {
    let ByIdentifiers { keys } = asked.into_inner().variables;
    finished(if is_postgres(&rows) {
        let (schemes, values): (Vec<_>, Vec<_>) =
            keys.into_iter().map(|key| (key.scheme, key.value)).unzip();
        query_scalar(include_str!("sql/by_identifiers.postgres.sql"))
            .bind(schemes)
            .bind(values)
            .fetch_one(rows.get_postgres_connection_pool())
            .await
    } else {
        query_scalar(include_str!("sql/by_identifiers.sqlite.sql"))
            .bind(serde_json::to_string(&keys)?)
            .fetch_one(rows.get_sqlite_connection_pool())
            .await
    })
}

fn is_postgres(rows: &Rows) -> bool {
    rows.get_database_backend() == DbBackend::Postgres
}

fn finished(answer: sqlx::Result<String>) -> Answer {
    let text = answer.map_err(ErrorInternalServerError)?;
    Ok(HttpResponse::Ok()
        .content_type("application/json; charset=utf-8")
        .body(text))
}
