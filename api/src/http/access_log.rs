//! Each request's id and its line in the log. Must never write what was asked: neither query
//! strings nor documents nor variables.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;

use crate::graphql::request_id::RequestId;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request, answers it under that name and logs one line about it.
pub(super) async fn access_log<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, Error> {
    let (id, start) = (RequestId::new(), Instant::now());
    let (method, path) = (request.method().clone(), request.path().to_owned());
    let mut response = id.scope(next.call(request)).await?;
    if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
        response.headers_mut().insert(X_REQUEST_ID, value);
    }
    tracing::info!(
        request.id = %id,
        http.method = %method,
        http.path = path,
        http.status = response.status().as_u16(),
        duration_ms = start.elapsed().as_secs_f64() * 1000.0,
        "request"
    );
    Ok(response)
}
