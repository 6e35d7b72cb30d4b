//! `/schema.graphql`: the contract, for code generators. Must serve what the running schema says.

use actix_web::http::header::{CACHE_CONTROL, ETag, EntityTag, Header, IfNoneMatch};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::State;

/// The SDL and its hash.
#[derive(Debug)]
pub(super) struct Sdl {
    text: Bytes,
    tag: EntityTag,
}

impl Sdl {
    pub(super) fn new(text: &str) -> Self {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(text.as_bytes()));
        Self {
            text: Bytes::copy_from_slice(text.as_bytes()),
            tag: EntityTag::new_strong(hash),
        }
    }
}

/// The SDL; 304 when the client has it. Never compressed: a strong tag stands for these very bytes.
pub(super) async fn sdl(request: HttpRequest, state: Data<State>) -> HttpResponse {
    let Sdl { text, tag } = &state.sdl;
    let is_known = match IfNoneMatch::parse(&request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(known)) => known.iter().any(|known| known.weak_eq(tag)),
        Err(_) => false,
    };
    let mut response = if is_known {
        HttpResponse::NotModified()
    } else {
        HttpResponse::Ok()
    };
    response
        .insert_header(ETag(tag.clone()))
        .insert_header((CACHE_CONTROL, "no-cache"));
    if is_known {
        return response.finish();
    }
    response
        .content_type("text/plain; charset=utf-8")
        .body(text.clone())
}
