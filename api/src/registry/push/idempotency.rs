//! A push that is sent again is done once: its answer is kept with what it wrote, and given again.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Days, Utc};
use entities::idempotency_key;
use sea_orm::DatabaseTransaction;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{Push, PushReport};
use crate::auth::Actor;
use crate::registry::{Error, Result, error};
use crate::{feed, store};

/// Characters of a key.
const MAX_KEY: usize = 200;

/// For how many days an answer is kept.
const KEPT: Days = Days::new(7);

/// A push that may be repeated.
#[derive(Clone, Debug)]
pub(super) struct Request {
    principal: String,
    key: String,
    hash: String,
}

/// An answer as it is kept. The position is not known yet when it is: it is that of the last change.
#[derive(Serialize, Deserialize)]
struct Kept {
    report: PushReport,
    last: Option<(Uuid, i32)>,
}

impl Request {
    /// The request of a push that has a key.
    ///
    /// # Errors
    /// When the key cannot be one.
    pub(super) fn of(actor: &Actor, push: &Push) -> Result<Option<Self>> {
        let Some(key) = push.idempotency_key.clone() else {
            return Ok(None);
        };
        let length = key.chars().count();
        let is_plain = key.chars().all(|letter| !letter.is_control());
        if !(1..=MAX_KEY).contains(&length) || !is_plain {
            return Err(Error::Unfit(format!(
                "an idempotency key has 1 to {MAX_KEY} characters, none of them a control character"
            )));
        }
        let Push {
            source,
            mode,
            dry_run,
            snapshot,
            rows,
            ..
        } = push;
        let body = serde_json::to_vec(&(source, mode, dry_run, snapshot, rows)).unwrap_or_default();
        Ok(Some(Self {
            principal: actor.principal().to_string(),
            key,
            hash: URL_SAFE_NO_PAD.encode(Sha256::digest(body)),
        }))
    }
}

/// The keys of pushes that this process is working on.
#[derive(Clone, Debug, Default)]
pub(in crate::registry) struct Running(Arc<Mutex<HashSet<(String, String)>>>);

/// A push that is being worked on.
pub(super) struct Begun {
    running: Running,
    key: (String, String),
}

impl Running {
    /// Begins a push.
    ///
    /// # Errors
    /// When the same one is being worked on.
    pub(super) fn begin(&self, request: &Request) -> Result<Begun> {
        let key = (request.principal.clone(), request.key.clone());
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !running.insert(key.clone()) {
            return Err(Error::IdempotencyInProgress);
        }
        Ok(Begun {
            running: self.clone(),
            key,
        })
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        let mut running = self
            .running
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        running.remove(&self.key);
    }
}

/// The answer that was given before. Without one, the key is taken until the transaction ends.
///
/// # Errors
/// When the key is another request's, that request is still running in another process, or the
/// database fails.
pub(super) async fn repeated(
    tx: &DatabaseTransaction,
    request: &Request,
    now: DateTime<Utc>,
) -> Result<Option<PushReport>> {
    let taken = idempotency_key::Model {
        principal: request.principal.clone(),
        key: request.key.clone(),
        request_hash: request.hash.clone(),
        answer: serde_json::Value::Null,
        created_at: now,
    };
    let forgotten = now.checked_sub_days(KEPT).unwrap_or(now);
    store::forget_answers(tx, &request.principal, forgotten).await?;
    let before = match store::take_idempotency_key(tx, taken).await {
        // It waited for the other process as long as it may.
        Err(error) if error::waited_too_long(&error) => return Err(Error::IdempotencyInProgress),
        taken => taken?,
    };
    if before.answer.is_null() {
        return Ok(None);
    }
    if before.request_hash != request.hash {
        return Err(Error::IdempotencyKeyReused(request.key.clone()));
    }
    let kept = match before.answer {
        serde_json::Value::String(kept) => serde_json::from_str(&kept),
        kept => serde_json::from_value(kept),
    };
    let Ok(Kept { report, last }) = kept else {
        // An older version kept it, in other words.
        return Ok(None);
    };
    let position = match last {
        Some((record, version)) => feed::position_of(tx, record, version).await?,
        None => None,
    };
    Ok(Some(PushReport {
        position,
        replayed: true,
        ..report
    }))
}

/// Keeps the answer, in the transaction of what it tells.
///
/// # Errors
/// When the database does.
pub(super) async fn keep(
    tx: &DatabaseTransaction,
    request: &Request,
    report: &PushReport,
    last: Option<(Uuid, i32)>,
) -> Result<()> {
    let kept = Kept {
        report: report.clone(),
        last,
    };
    // As a text: what was refused is in it, and may hold U+0000, which `PostgreSQL` takes in no JSON.
    let answer = serde_json::to_string(&kept).unwrap_or_default().into();
    Ok(store::keep_answer(tx, &request.principal, &request.key, answer).await?)
}
