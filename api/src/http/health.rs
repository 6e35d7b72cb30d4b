//! Whether the process lives and whether it can work. Must not tell more than that.

use actix_web::HttpResponse;
use actix_web::web::Data;

use super::{State, text};

/// 200 as long as the process answers at all.
pub(super) async fn live() -> HttpResponse {
    text(&mut HttpResponse::Ok(), "live\n")
}

/// 200 when the database answers, 503 when it does not.
pub(super) async fn ready(state: Data<State>) -> HttpResponse {
    if (state.is_ready)().await {
        text(&mut HttpResponse::Ok(), "ready\n")
    } else {
        text(
            &mut HttpResponse::ServiceUnavailable(),
            "The database does not answer.\n",
        )
    }
}
