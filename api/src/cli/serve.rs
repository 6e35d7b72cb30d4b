//! `serve`: the registry behind its HTTP server, until it is told to stop.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::future::BoxFuture;

use super::{authority, demo, open};
use crate::auth::AuthorizationServer;
use crate::config::ServeSettings;
use crate::registry::Registry;
use crate::{graphql, http};

/// How often the server looks for changes of other processes, whatever it hears of them.
const LOOK_EVERY: Duration = Duration::from_secs(2);

pub(super) async fn serve(settings: ServeSettings) -> anyhow::Result<()> {
    let ServeSettings {
        database,
        demo: with_demo,
        place,
        web,
        tokens,
        limits,
    } = settings;
    let listen = place.listen;
    let listener =
        TcpListener::bind(listen).with_context(|| format!("cannot listen at {listen}"))?;
    let registry = open(&database).await?;
    let address = listener.local_addr()?;
    let issuer = place.issuer(address)?;
    let is_secure = issuer.starts_with("https://");
    if with_demo {
        demo::load(&registry, &issuer).await?;
    }
    let authority = authority(&registry, issuer, &tokens).await?;
    let (authority, limits) = (Arc::new(authority), limits.into());
    let web = http::Web {
        origins: web.cors_origins,
        trusted_proxies: web.trusted_proxies,
        is_secure,
    };
    let shared = registry.clone();
    let state = move || {
        let (registry, authority) = (shared.clone(), Arc::clone(&authority));
        async move { state(&registry.for_thread().await?, authority, limits) }
    };
    tracing::info!("the registry is at http://{address}/graphql");
    tokio::select! {
        served = http::serve(listener, state, web, stop_signal()) => served?,
        () = registry.keep_awake(LOOK_EVERY) => {}
    }
    registry.close().await?;
    tracing::info!("stopped");
    Ok(())
}

/// What the server needs: the schema over a registry, and who says who asks.
///
/// # Errors
/// When the schema cannot be read back, which is a mistake in the schema.
pub fn state(
    registry: &Registry,
    authority: Arc<dyn AuthorizationServer>,
    limits: graphql::Limits,
) -> anyhow::Result<http::State> {
    let (attached, asked) = (registry.clone(), registry.clone());
    let attach = move |request, actor, columns| {
        let registry = attached.clone().reading(columns);
        graphql::request_data(request, registry, actor, limits)
    };
    let is_ready = move || -> BoxFuture<'static, bool> {
        let registry = asked.clone();
        Box::pin(async move { registry.is_ready().await })
    };
    let (schema, sdl) = (graphql::schema(), graphql::sdl());
    Ok(http::State::new(
        schema,
        sdl,
        limits,
        Arc::new(attach),
        Arc::new(is_ready),
        authority,
    )?)
}

/// Comes when the process is asked to stop: SIGTERM or Ctrl-C.
async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let terminate = async {
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        () = terminate => {}
        _ = tokio::signal::ctrl_c() => {}
    }
    tracing::info!("stopping: what runs is finished first");
}
