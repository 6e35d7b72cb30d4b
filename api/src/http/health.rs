//! Whether the process lives and whether it can work. Must not tell more than that.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::web::Data;
use tokio::time::timeout;

use super::{State, text};

/// 200 as long as the process answers at all.
pub(super) async fn live() -> HttpResponse {
    text(&mut HttpResponse::Ok(), "live\n")
}

/// How long the database may take to answer before it counts as silent.
const PATIENCE: Duration = Duration::from_secs(2);

/// 200 when the database answers, 503 when it does not.
pub(super) async fn ready(state: Data<State>) -> HttpResponse {
    if let Ok(true) = timeout(PATIENCE, (state.is_ready)()).await {
        text(&mut HttpResponse::Ok(), "ready\n")
    } else {
        text(
            &mut HttpResponse::ServiceUnavailable(),
            "The database does not answer.\n",
        )
    }
}
