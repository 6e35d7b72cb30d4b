//! Whose name the request came under. As long as anyone who reaches the server may do anything, it
//! answers under a loopback name only: a page that rebinds its own name to 127.0.0.1 gets nothing.
//! Must not trust a forwarding header.

use std::net::{IpAddr, SocketAddr};

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HOST;
use actix_web::http::uri::Authority;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse};

/// Whether a listener at this address can be reached from this machine alone.
#[must_use]
pub fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}

/// Refuses with 421 every request whose host is no loopback name or address.
pub(super) async fn loopback_only(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let authority = request.uri().authority().map(Authority::as_str);
    let mut named = request
        .headers()
        .get_all(HOST)
        .map(|host| host.to_str().ok())
        .peekable();
    let is_named = authority.is_some() || named.peek().is_some();
    if is_named
        && authority.is_none_or(names_loopback)
        && named.all(|host| host.is_some_and(names_loopback))
    {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let refusal = HttpResponse::MisdirectedRequest()
        .content_type("text/plain; charset=utf-8")
        .body("This server answers on this machine only, as localhost, 127.0.0.1 or [::1].\n");
    Ok(request.into_response(refusal))
}

/// Whether `host`, with or without a port, is a name or an address of this very machine.
fn names_loopback(host: &str) -> bool {
    let (host, port) = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, port)) => (host, port),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let is_loopback = |address: IpAddr| address.to_canonical().is_loopback();
    let has_port = port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
    has_port && (host.eq_ignore_ascii_case("localhost") || host.parse().is_ok_and(is_loopback))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_and_addresses_are_ours() {
        for (host, expected) in [
            ("localhost", true),
            ("LocalHost:8080", true),
            ("127.0.0.1", true),
            ("127.0.0.1:8080", true),
            ("127.8.9.10:1", true),
            ("[::1]", true),
            ("[::1]:8080", true),
            ("[::ffff:127.0.0.1]:80", true),
            ("", false),
            (":8080", false),
            ("localhost:", true),
            ("localhost:80x", false),
            ("localhost.evil.example", false),
            ("evil.example:8080", false),
            ("127.0.0.1.evil.example", false),
            ("128.0.0.1", false),
            ("0.0.0.0:8080", false),
            ("[::2]:8080", false),
            ("[::1]evil.example", false),
            ("::1", false),
            ("user@localhost", false),
        ] {
            assert_eq!(names_loopback(host), expected, "{host}");
        }
    }

    #[test]
    fn a_wildcard_address_is_no_loopback_address() {
        for (address, expected) in [
            ("127.0.0.1:8080", true),
            ("[::1]:8080", true),
            ("0.0.0.0:8080", false),
            ("[::]:8080", false),
            ("192.168.1.2:8080", false),
        ] {
            assert_eq!(address.parse().map(is_loopback), Ok(expected), "{address}");
        }
    }
}
