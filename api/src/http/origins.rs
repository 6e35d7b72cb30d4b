//! Which pages of other sites may read answers (CORS). There are no cookies and no other credentials
//! that a browser would add by itself, so a page can send no more than what its user gave it: any page
//! may read, unless the operator names those that may.

use actix_cors::Cors;
use actix_web::http::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, RETRY_AFTER,
    WWW_AUTHENTICATE,
};

/// How long a browser remembers what it was told, in seconds.
const MAX_AGE: usize = 3_600;

/// What pages of these origins may do; of all, when none is named.
pub(super) fn cors(origins: &[String]) -> Cors {
    let cors = if origins.is_empty() {
        Cors::default().allow_any_origin().send_wildcard()
    } else {
        let named = |cors: Cors, origin: &String| cors.allowed_origin(origin);
        origins.iter().fold(Cors::default(), named)
    };
    cors.allowed_methods(["GET", "POST"])
        .allowed_headers([ACCEPT, AUTHORIZATION, CONTENT_TYPE, IF_NONE_MATCH])
        .expose_headers([
            ETAG,
            RETRY_AFTER,
            WWW_AUTHENTICATE,
            HeaderName::from_static("x-request-id"),
        ])
        .block_on_origin_mismatch(false)
        .max_age(MAX_AGE)
}
