//! The explorer, the page that a browser gets from `/graphql`: files that `build.rs` bundled from `web/`.
//! Serves embedded bytes and says what the page may load; knows nothing of GraphQL.

use std::collections::HashMap;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use static_files::Resource;

/// By their names in the bundle: `index.html` and `assets/…`.
#[expect(clippy::unreadable_literal, reason = "generated: times of files")]
static FILES: LazyLock<HashMap<&'static str, Resource>> =
    LazyLock::new(|| include!(concat!(env!("OUT_DIR"), "/explorer.rs")));

/// The page may load from this server and from nowhere else. The editor writes style elements and
/// has small images and fonts inside its style sheet; it needs nothing more.
const POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Names of assets carry a hash of their content, except for one.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// The asset whose name stays when its content changes.
const LICENCES: &str = "licences.txt";

/// A new build shows at the next visit.
const ASK_AGAIN: &str = "no-cache";

/// What gzip starts with: the bundle holds its assets compressed, and every browser takes gzip.
const GZIP: [u8; 2] = [0x1f, 0x8b];

/// `GET /graphql` from a browser: the page itself, also in a build that lacks the explorer, where
/// it says what is missing.
pub(super) fn page() -> HttpResponse {
    let mut response = file("index.html", ASK_AGAIN);
    let headers = response.headers_mut();
    headers.insert(header::VARY, header::HeaderValue::from_static("accept"));
    response
}

/// `GET /graphql/assets/{file}`: scripts, styles, fonts and workers of the page, and the licences
/// of what is bundled, which ask to be passed on. Not found: a file that is not in the bundle.
pub(super) async fn asset(name: web::Path<String>) -> HttpResponse {
    let caching = if *name == LICENCES {
        ASK_AGAIN
    } else {
        FOR_EVER
    };
    file(&format!("assets/{name}"), caching)
}

fn file(name: &str, caching: &'static str) -> HttpResponse {
    let Some(file) = FILES.get(name) else {
        return HttpResponse::NotFound().finish();
    };
    let is_text = file.mime_type.starts_with("text/");
    let charset = if is_text { "; charset=utf-8" } else { "" };
    let mut response = HttpResponse::Ok();
    response
        .content_type(format!("{}{charset}", file.mime_type))
        .insert_header((header::CACHE_CONTROL, caching))
        // A worker is held to the policy of its own script.
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY));
    if file.data.starts_with(&GZIP) {
        response.insert_header(header::ContentEncoding::Gzip);
    }
    response.body(file.data)
}

#[cfg(test)]
mod tests {
    use actix_web::body::MessageBody;
    use actix_web::http::StatusCode;

    use super::*;

    fn text(response: HttpResponse) -> String {
        let body = response.into_body().try_into_bytes().unwrap_or_default();
        String::from_utf8_lossy(&body).into_owned()
    }

    fn header_of(response: &HttpResponse, name: header::HeaderName) -> &str {
        response
            .headers()
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    #[test]
    fn the_page_is_html_that_may_load_from_this_server_alone() {
        let response = page();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(
            header_of(&response, header::CONTENT_TYPE),
            "text/html; charset=utf-8"
        );
        assert_eq!(header_of(&response, header::CACHE_CONTROL), "no-cache");
        let policy = header_of(&response, header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'self';"), "{policy}");
        assert!(
            !policy.contains("http") && !policy.contains('*'),
            "{policy}"
        );
        assert!(text(response).contains("<title>Partner Registry</title>"));
    }

    #[actix_web::test]
    async fn every_asset_that_the_page_names_is_served_for_ever() {
        for named in text(page()).split("\"/graphql/assets/").skip(1) {
            let name = named.split('"').next().unwrap_or_default();
            let response = asset(web::Path::from(name.to_owned())).await;
            assert_eq!(response.status(), StatusCode::OK, "{name}");
            assert_eq!(
                header_of(&response, header::CACHE_CONTROL),
                FOR_EVER,
                "{name}"
            );
            assert_eq!(
                header_of(&response, header::CONTENT_ENCODING),
                "gzip",
                "{name}"
            );
        }
    }

    #[actix_web::test]
    async fn what_is_not_an_asset_is_not_found() {
        for name in ["", "unknown.js", "../index.html", "../../Cargo.toml"] {
            let response = asset(web::Path::from(name.to_owned())).await;
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{name:?}");
        }
    }
}
