//! The keys of an outside issuer, by their ids: kept, and asked for anew when one is unknown.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::BoxFuture;
use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::issuer::KeySource;

/// How often a provider is asked at most, however many unknown keys come.
const PAUSE: TimeDelta = TimeDelta::minutes(1);
/// After which time keys are asked for anew though none is unknown: a provider may withdraw one.
const STALE: TimeDelta = TimeDelta::minutes(15);
/// How long a provider may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of a key set.
const MAX_BYTES: usize = 1024 * 1024;

/// Gets what is at a URL.
pub trait Fetch: Send + Sync + fmt::Debug {
    /// Gets it, or says why not.
    fn fetch<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>>;
}

/// Gets it over HTTPS, or over HTTP from this machine.
#[derive(Clone, Debug)]
pub struct Client(reqwest::Client);

impl Client {
    /// A client that asks once, follows no redirects and does not wait for ever.
    ///
    /// # Errors
    /// When the system has no certificates.
    pub fn new() -> Result<Self, reqwest::Error> {
        // An error says that there is a provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .build();
        Ok(Self(client?))
    }
}

impl Fetch for Client {
    fn fetch<'a>(&'a self, url: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
        Box::pin(async move {
            let said = |error: reqwest::Error| error.without_url().to_string();
            let response = self.0.get(url).send().await.map_err(said)?;
            let mut response = response.error_for_status().map_err(said)?;
            let mut body = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(said)? {
                body.extend_from_slice(&chunk);
                if body.len() > MAX_BYTES {
                    return Err("its keys are too many".to_owned());
                }
            }
            Ok(body)
        })
    }
}

type Keys = Arc<HashMap<String, DecodingKey>>;

/// The keys of one issuer.
#[derive(Debug)]
pub struct Jwks {
    source: KeySource,
    fetch: Arc<dyn Fetch>,
    keys: RwLock<(Keys, Option<DateTime<Utc>>)>,
    /// When the provider was asked last; held while it is.
    asked: Mutex<Option<DateTime<Utc>>>,
}

impl Jwks {
    /// Knows no key yet.
    #[must_use]
    pub fn new(source: KeySource, fetch: Arc<dyn Fetch>) -> Self {
        Self {
            source,
            fetch,
            keys: RwLock::default(),
            asked: Mutex::default(),
        }
    }

    /// The key with this id. An unknown one is asked for, at most once a minute; while the provider
    /// is down, the keys that it had last are good.
    pub async fn key(&self, kid: &str, now: DateTime<Utc>) -> Option<DecodingKey> {
        let (known, is_stale) = self.look(kid, now);
        if known.is_some() && !is_stale {
            return known;
        }
        let mut asked = match known {
            None => self.asked.lock().await,
            // While one asks for them anew, the keys that are known serve the others.
            Some(key) => match self.asked.try_lock() {
                Ok(asked) => asked,
                Err(_) => return Some(key),
            },
        };
        let may_ask = asked.is_none_or(|asked| now - asked >= PAUSE);
        if may_ask {
            *asked = Some(now);
            match self.read().await {
                Ok(keys) => {
                    let mut kept = self.keys.write().unwrap_or_else(PoisonError::into_inner);
                    *kept = (Arc::new(keys), Some(now));
                }
                Err(error) => tracing::warn!(error, "an issuer's keys cannot be read"),
            }
        }
        self.look(kid, now).0
    }

    /// A key that is known, and whether it is long ago that the keys were read.
    fn look(&self, kid: &str, now: DateTime<Utc>) -> (Option<DecodingKey>, bool) {
        let kept = self.keys.read().unwrap_or_else(PoisonError::into_inner);
        let (keys, read_at) = &*kept;
        let is_stale = read_at.is_none_or(|read_at| now - read_at >= STALE);
        (keys.get(kid).cloned(), is_stale)
    }

    async fn read(&self) -> Result<HashMap<String, DecodingKey>, String> {
        let bytes = match &self.source {
            KeySource::Url(url) => self.fetch.fetch(url).await?,
            KeySource::File(file) => {
                let file = file.clone();
                let read = tokio::task::spawn_blocking(move || std::fs::read(file)).await;
                let read = read.map_err(|error| error.to_string())?;
                read.map_err(|error| error.to_string())?
            }
        };
        let set: KeySet = serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
        Ok(set.keys.into_iter().filter_map(usable).collect())
    }
}

/// What a provider publishes. Each key is read by itself, so that one of a kind that we do not know
/// does not hide the others.
#[derive(Deserialize)]
struct KeySet {
    keys: Vec<serde_json::Value>,
}

/// A key that signs, with its id. Others are left out: a provider has keys of many kinds.
fn usable(key: serde_json::Value) -> Option<(String, DecodingKey)> {
    let jwk: Jwk = serde_json::from_value(key).ok()?;
    let signs = jwk.common.public_key_use.as_ref();
    if signs.is_some_and(|usage| *usage != PublicKeyUse::Signature) {
        return None;
    }
    let kid = jwk.common.key_id.clone()?;
    Some((kid, DecodingKey::from_jwk(&jwk).ok()?))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use super::super::key::{SigningKey, jwk};
    use super::*;

    /// A provider that has a key, unless it is down, and counts who asks.
    #[derive(Debug, Default)]
    struct Provider {
        asked: AtomicUsize,
        /// Whether it takes for ever to answer.
        hangs: AtomicBool,
        keys: RwLock<Option<Vec<SigningKey>>>,
    }

    impl Fetch for Provider {
        fn fetch<'a>(&'a self, _url: &'a str) -> BoxFuture<'a, Result<Vec<u8>, String>> {
            Box::pin(async {
                self.asked.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                if self.hangs.load(Ordering::Relaxed) {
                    std::future::pending::<()>().await;
                }
                let keys = self.keys.read().unwrap_or_else(PoisonError::into_inner);
                let keys = keys.as_ref().ok_or("it is down")?;
                let keys: Vec<_> = keys
                    .iter()
                    .map(|key| jwk(key.kid(), &key.public()))
                    .collect();
                Ok(serde_json::json!({ "keys": keys }).to_string().into_bytes())
            })
        }
    }

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).unwrap_or_default()
    }

    #[tokio::test]
    async fn a_storm_of_unknown_keys_asks_once_a_minute_and_stale_keys_serve() {
        let provider = Arc::new(Provider::default());
        let has = |keys: Option<Vec<SigningKey>>| {
            *provider
                .keys
                .write()
                .unwrap_or_else(PoisonError::into_inner) = keys;
        };
        let (first, second) = (SigningKey::of([1; 32]), SigningKey::of([2; 32]));
        has(Some(vec![first.clone()]));
        let source = KeySource::Url("https://id.example/keys".to_owned());
        let jwks = Jwks::new(source, Arc::<Provider>::clone(&provider));
        let storm = (0..100).map(|n| {
            let jwks = &jwks;
            async move {
                jwks.key(&format!("unknown {n}"), at(n % 60))
                    .await
                    .is_none()
            }
        });
        assert!(
            futures_util::future::join_all(storm)
                .await
                .iter()
                .all(|none| *none)
        );
        assert_eq!(provider.asked.load(Ordering::Relaxed), 1);
        for (now, keys, kid, found, asked) in [
            (30, Some(vec![first.clone()]), first.kid(), true, 1),
            (59, Some(vec![second.clone()]), second.kid(), false, 1),
            (60, Some(vec![second.clone()]), second.kid(), true, 2),
            (61, Some(vec![second.clone()]), first.kid(), false, 2),
            (5_000, None, second.kid(), true, 3),
            (5_001, None, second.kid(), true, 3),
            (5_060, Some(vec![first.clone()]), second.kid(), false, 4),
        ] {
            has(keys);
            assert_eq!(jwks.key(kid, at(now)).await.is_some(), found, "{now}");
            assert_eq!(provider.asked.load(Ordering::Relaxed), asked, "{now}");
        }
    }

    #[tokio::test]
    async fn who_brings_a_known_key_does_not_wait_for_a_provider_that_hangs() {
        let provider = Arc::new(Provider::default());
        let key = SigningKey::of([1; 32]);
        *provider
            .keys
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Some(vec![key.clone()]);
        let source = KeySource::Url("https://id.example/keys".to_owned());
        let jwks = Jwks::new(source, Arc::<Provider>::clone(&provider));
        assert!(jwks.key(key.kid(), at(0)).await.is_some());
        provider.hangs.store(true, Ordering::Relaxed);
        let later = at(STALE.num_seconds());
        let asks = jwks.key(key.kid(), later);
        tokio::pin!(asks);
        let polled = futures_util::poll!(&mut asks);
        let polled = polled.is_pending() && futures_util::poll!(&mut asks).is_pending();
        assert!(polled, "one asks, and waits");
        assert!(jwks.key(key.kid(), later).await.is_some(), "others do not");
        assert_eq!(provider.asked.load(Ordering::Relaxed), 2);
    }
}
