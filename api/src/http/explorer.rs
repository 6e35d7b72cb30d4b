//! stub
use actix_web::HttpResponse;
pub(super) fn page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body("<h1>explorer</h1>")
}
pub(super) async fn asset(file: actix_web::web::Path<String>) -> HttpResponse {
    HttpResponse::Ok().body(file.into_inner())
}
