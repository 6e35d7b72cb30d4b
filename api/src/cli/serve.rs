//! `serve`: the registry behind its HTTP server, until it is told to stop.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use super::{authority, demo, open};
use crate::auth::{Actor, AuthorizationServer};
use crate::config::ServeSettings;
use crate::graphql::{Schema, Schemas};
use crate::registry::Registry;
use crate::{graphql, http};

/// How often the server looks for changes of other processes, whatever it hears of them.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// How long an entry has no seal, while nothing else is in the way.
const SEALED_WITHIN: Duration = Duration::from_secs(1);

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
    if place.public_url.is_none() && listen.ip().is_unspecified() {
        tracing::warn!(
            issuer,
            "the registry listens at every address and nobody can reach that URL, which its tokens name: say \
             under which one others reach it, with --public-url or REGISTRY_PUBLIC_URL"
        );
    }
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
    let (schemas, shared) = (graphql::schemas()?, registry.clone());
    let state = move || {
        let (schemas, registry) = (schemas.clone(), shared.clone());
        let authority = Arc::clone(&authority);
        async move {
            let registry = registry.for_thread().await?;
            Ok(state(schemas, &registry, authority, limits))
        }
    };
    tracing::info!("the registry is at http://{address}/graphql");
    let (end, ended) = oneshot::channel();
    let audit = tokio::spawn(keep_audit(registry.clone(), ended));
    let served = tokio::select! {
        served = http::serve(listener, state, web, stop_signal()) => served,
        () = registry.keep_awake(LOOK_EVERY) => Ok(()),
    };
    // What the last requests told of is written before the end.
    let _ = end.send(());
    audit.await?;
    served?;
    registry.close().await?;
    tracing::info!("stopped");
    Ok(())
}

/// Keeps the audit as long as the server runs: sign-ins as they come, seals now and then.
async fn keep_audit(registry: Registry, mut ended: oneshot::Receiver<()>) {
    let (operator, mut failed, mut is_over) = (Actor::operator(), false, false);
    while !is_over {
        is_over = tokio::select! {
            _ = &mut ended => true,
            // After a failure not at once.
            () = registry.sign_in_waits(), if !failed => false,
            () = tokio::time::sleep(SEALED_WITHIN) => false,
        };
        let kept = registry.keep_audit(&operator).await;
        failed = kept.is_err();
        if let Err(error) = kept {
            tracing::warn!(%error, "the audit cannot be kept now; what is to be written waits");
        }
    }
}

/// What the server needs: the schema over a registry, and who says who asks.
pub fn state(
    schemas: Schemas<Schema>,
    registry: &Registry,
    authority: Arc<dyn AuthorizationServer>,
    limits: graphql::Limits,
) -> http::State {
    let (attached, heard, asked) = (registry.clone(), registry.clone(), registry.clone());
    let attach = move |request, actor, columns| {
        let registry = attached.clone().reading(columns);
        graphql::request_data(request, registry, actor, limits)
    };
    let is_ready = move || -> BoxFuture<'static, bool> {
        let registry = asked.clone();
        Box::pin(async move { registry.is_ready().await })
    };
    http::State::new(
        schemas,
        limits,
        Arc::new(attach),
        Arc::new(move || heard.listen()),
        Arc::new(is_ready),
        authority,
    )
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
